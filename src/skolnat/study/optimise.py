"""The optimiser for a notebook and for the command: a study in, a plan with its proof out.

Five lines are enough::

    from skolnat.study.optimise import optimise
    best = optimise("examples/tunturi-lappi.toml")
    print(best.cost, best.gap)
    print(best.table())
    print(best.what_if().close("00123", 2032).figures.cost)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from skolnat.network.evaluate import Planned, unit_rows
from skolnat.network.kernel import problem
from skolnat.network.scenarios import Case, solve_in_parts, today
from skolnat.network.search import Found, changed, cost
from skolnat.network.solve import Effort, Solved
from skolnat.network.whatif import WhatIf
from skolnat.network.wishes import Wished, Wishes, broken
from skolnat.study.inputs import read_inputs
from skolnat.study.optimise_clash import MarketClash, Regime, clashes, markets_of
from skolnat.study.optimise_kept import (
    Broken,
    Ground,
    broken_of,
    children_by_changes,
    ground_of,
    kept_plans,
    parted_pupils,
    with_siblings,
)
from skolnat.study.optimise_why import reasons_table
from skolnat.study.pipeline import study_futures
from skolnat.study.prepare import Prepared, prepare
from skolnat.study.solve import BRISK, EFFORTS, planned_of, planned_today

RENEWED = replace(
    BRISK, kicks=0, roundings=0, variations=4, ranked=0, steps=12, cuts=10, moves=50_000
)
"""For searching once more from a plan that is nearly right: after one change."""


@dataclass(frozen=True)
class Progress:
    """How far a search has come.

    Parameters
    ----------
    cost, bound
        Of the best plan so far and of any plan at all, euros a year, over what is planned: the
        cost that follows pupils whatever is decided is in neither.
    gap
        Their difference as a share of the cost.
    plans
        The best plan so far, market by market.
    """

    cost: float
    bound: float
    gap: float
    plans: tuple[Found, ...]


class ClashError(ValueError):
    """Wishes that cannot all be had; ``clashes`` names the smallest sets, market by market."""

    def __init__(self, clashes: tuple[MarketClash, ...]) -> None:
        super().__init__(f"the wishes clash in {len(clashes)} markets")
        self.clashes = clashes


Listener = Callable[[Progress], bool]
"""Hears of progress, and says whether to go on: False stops with the best plan so far."""


@dataclass(frozen=True)
class Optimum:
    """A plan of a region with its proof.

    Parameters
    ----------
    prepared
        What was planned with.
    regime, wishes
        Borders, and wishes.
    markets
        The markets as the wishes left them.
    solved
        Plan and bound of each market, euros over the planned years.
    ground
        What the plan is held against: schools of today, cohorts, the map.
    """

    prepared: Prepared
    regime: Regime
    wishes: Wishes
    markets: tuple[Wished, ...]
    solved: tuple[Solved, ...]
    ground: Ground

    @property
    def years(self) -> float:
        """Planned years, those that are settled not counted."""
        return float(self.prepared.cases[0].market.years.sum())

    @property
    def cost(self) -> float:
        """What a plan can change, and this one costs: euros a year."""
        return sum(one.plan.cost for one in self.solved) / self.years

    @property
    def bound(self) -> float:
        """No plan that keeps the wishes costs less: euros a year."""
        return sum(one.bound for one in self.solved) / self.years

    @property
    def gap(self) -> float:
        """What a better plan could save at most, as a share of the cost.

        Infinite when the plan breaks a wish: then no plan that keeps them all was found.
        """
        if not self.keeps_wishes:
            return float("inf")
        return max(self.cost - self.bound, 0.0) / max(self.cost, 1e-12)

    @property
    def keeps_wishes(self) -> bool:
        """Whether the plan breaks none of the wishes, the budget apart."""
        lacks = [
            broken(case.market, one.plan, self.wishes)
            for case, one in zip(self.prepared.cases, self.solved, strict=True)
        ]
        kept = all(part.max(initial=0.0) < 1e-6 for pair in lacks for part in pair)
        return kept and self.broken.nothing

    @property
    def broken(self) -> Broken:
        """What the plan breaks of the wishes about children and the map."""
        plans = [one.plan for one in self.solved]
        return broken_of(self.prepared, self.markets, self.wishes, self.ground, plans)

    @property
    def parted(self) -> tuple[float, float]:
        """Pupils of grades 7-9 parted from siblings, most in any period, and their share."""
        plans = [one.plan for one in self.solved]
        return parted_pupils(self.prepared, self.markets, self.ground, plans)

    def changes(self) -> pd.DataFrame:
        """Tell how many children change school how often: ``changes, children, share``."""
        plans = [one.plan for one in self.solved]
        return children_by_changes(self.prepared, self.ground, plans)

    @property
    def plans(self) -> tuple[Planned, ...]:
        """The plan of each market over all years, ready to be evaluated."""
        return planned_of(self.prepared, [one.plan for one in self.solved])

    def what_if(self) -> WhatIf:
        """Return the plan with its figures, to be changed school by school."""
        prepared = self.prepared
        return WhatIf.of(
            self.plans, [market.allowed for market in self.markets], planned_today(prepared),
            len(prepared.region.codes), prepared.rules,
        )  # fmt: skip

    def reasons(self) -> pd.DataFrame:
        """Tell of each unit that closes what keeping it costs, of each site that opens what not to.

        Wishes for the size of schools and for their seats are set aside here.

        Returns
        -------
        DataFrame
            ``unit, name, municipality, what`` (closes, opens), ``closes`` (year),
            ``keeping_low_eur_per_year, keeping_high_eur_per_year`` (to the end; of doing without
            where it opens), ``turns`` (first year of the period through which keeping it open
            costs something), ``turns_proven`` (the same, proven; missing where it never is),
            ``even`` (first year of the period from whose end on keeping it to the end has cost
            more in all), ``squares, pupils`` (how many it concerns: for members), ``areas`` (that
            decide, by the school they go to before the plan: for everybody).
        """
        # What a wish forbids has no price here: keeping a school costs what it costs.
        priced = bool(self.wishes.smallest) or self.wishes.within_seats
        return reasons_table(
            self.prepared, self.markets, self.solved, self.ground.before, priced=priced
        )

    def table(self) -> pd.DataFrame:
        """Return one row a unit and period: open, pupils, groups, seats and their use."""
        rows = pd.concat(
            [unit_rows(plan, self.prepared.rules) for plan in self.plans], ignore_index=True
        )
        codes = np.array(self.prepared.region.codes)
        names = self.prepared.region.schools.set_index("school")["name"]
        school = rows["unit"].str.rpartition(":")[0]
        rows.insert(1, "name", school.map(names))
        return rows.assign(municipality=codes[rows["home"]]).drop(columns="home")


def open_study(study: str | Path) -> Prepared:
    """Read a study and lay it out for planning.

    Raises
    ------
    InvalidInput
        With every fault of the study and what it names.
    """
    inputs = read_inputs(Path(study))
    futures = study_futures(inputs.study, inputs.futures)
    return prepare(inputs.study, inputs.region, futures, inputs.workbook, roads=inputs.roads)


def optimise(
    study: str | Path | Prepared, *, regime: Regime = "together", wishes: Wishes | None = None,
    start: Optimum | None = None, effort: Effort | None = None, jobs: int = 2,
    listener: Listener | None = None,
) -> Optimum:  # fmt: skip
    """Find the cheapest plan of a study, and prove how far it is from the best.

    Parameters
    ----------
    study
        A study file, or one that is laid out already.
    regime
        Borders as they are (``alone``) or open to one another (``together``).
    wishes
        What the region wishes of a plan.
    start
        A plan to go on from: that of a search before, under the same or other wishes.
    effort
        How hard to search; None takes the study's own.
    jobs
        Markets that are searched side by side.
    listener
        Hears of every better plan and bound, and may stop the search. Without one the same
        study gives the same plan on every machine; a listener that stops by the clock does not.

    Raises
    ------
    InvalidInput
        With every fault of the study and what it names.
    ClashError
        When the wishes cannot all be had.
    """
    prepared = study if isinstance(study, Prepared) else open_study(study)
    wish = wishes or Wishes()
    ground = ground_of(prepared, with_map=wish.contiguous)
    clash = clashes(prepared, regime, wish, ground)
    if clash:
        raise ClashError(clash)
    asked = markets_of(prepared, regime, wish)
    if wish.siblings:
        asked = with_siblings(prepared, asked, ground)
    if effort is None:
        effort = EFFORTS[prepared.study.network.effort]
    starts = [
        first_plan(case, market, None if start is None else start.solved[k].plan)
        for k, (case, market) in enumerate(zip(prepared.cases, asked, strict=True))
    ]
    told = Told(prepared, starts, listener)
    chosen, seed = effort, prepared.study.seed

    def solve_one(k: int) -> Solved:
        case, market = prepared.cases[k], asked[k]
        if start is not None and effort is RENEWED and same(market, start.markets[k]):
            return start.solved[k]
        part = Case(market.market, case.closed, case.open, market.options, case.keeping)
        found = solve_in_parts(
            part, market.allowed, starts[k], chosen, seed,
            watch=lambda solved: told.hears(k, solved),
            prices=None if start is None else start.solved[k].prices,
        )  # fmt: skip
        return _without_penalties(case, market, found)

    order = sorted(range(len(asked)), key=lambda k: -asked[k].market.arc_cost.size)
    with ThreadPoolExecutor(max(jobs, 1)) as pool:
        found = dict(zip(order, pool.map(solve_one, order), strict=True))
    solved = tuple(found[k] for k in range(len(asked)))
    if wish.of_children:
        kept = kept_plans(prepared, asked, wish, ground, solved, seed)
        solved = tuple(
            _without_penalties(case, market, one)
            for case, market, one in zip(prepared.cases, asked, kept, strict=True)
        )
    return Optimum(prepared, regime, wish, asked, solved, ground)


def same(one: Wished, other: Wished) -> bool:
    """Tell whether two searches may choose the same in a market."""
    return (
        one.market.overflow == other.market.overflow
        and one.market.shortfall == other.market.shortfall
        and np.array_equal(one.allowed, other.allowed)
        and np.array_equal(one.options, other.options)
    )


def first_plan(case: Case, market: Wished, known: Found | None) -> Found | None:
    """Return a plan to start from, mended to what is allowed; None where that cannot be."""
    plan = known or today(case).plan
    layout = problem(market.market, market.allowed)
    places = np.arange(len(market.market.cells))
    for j in np.flatnonzero(~market.options[np.arange(plan.closes.size), plan.closes]):
        when = int(np.flatnonzero(market.options[j])[-1])
        plan = changed(market.market, layout, plan, int(j), when) or plan
    fits = bool(market.options[np.arange(plan.closes.size), plan.closes].all())
    for p, seat in enumerate(plan.seat):
        fits = fits and bool(market.allowed[places, seat].all() and (plan.closes[seat] > p).all())
    if not fits:
        return None
    return Found(plan.closes, plan.seat, cost(market.market, layout, plan.closes, plan.seat))


def _without_penalties(case: Case, market: Wished, found: Solved) -> Solved:
    """Return the plan at its real cost; the bound holds for all plans that keep the wishes."""
    layout = problem(case.market, np.ones_like(market.allowed))
    money = cost(case.market, layout, found.plan.closes, found.plan.seat)
    return Solved(Found(found.plan.closes, found.plan.seat, money), found.bound, found.prices)


class Told:
    """Puts the progress of markets together for a listener."""

    def __init__(
        self, prepared: Prepared, starts: Sequence[Found | None], listener: Listener | None
    ) -> None:
        self._listener, self._lock = listener, threading.Lock()
        self._years = float(prepared.cases[0].market.years.sum())
        self._found: list[Solved | None] = [
            None if start is None else Solved(start, 0.0) for start in starts
        ]
        self._going = True

    def hears(self, k: int, solved: Solved) -> bool:
        """Hear of one market; tell of all once each has a plan."""
        if self._listener is None:
            return True
        with self._lock:
            self._found[k] = solved
            known = [one for one in self._found if one is not None]
            if len(known) == len(self._found) and self._going:
                money = sum(one.plan.cost for one in known) / self._years
                bound = sum(one.bound for one in known) / self._years
                gap = max(money - bound, 0.0) / max(money, 1e-12)
                plans = tuple(one.plan for one in known)
                self._going = bool(self._listener(Progress(money, bound, gap, plans)))
            return self._going
