"""Closings that are best over several futures, or whose worst futures cost least, with a proof.

Five lines are enough::

    from skolnat.study.optimise_futures import optimise_futures
    best = optimise_futures("examples/tunturi-lappi.toml", futures=8, quantile=0.9)
    print(best.value, best.bound, best.gap)
    print(best.mean, best.tail(0.9))
    print(best.table())
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault, raise_if_any
from skolnat.network.build import Period
from skolnat.network.futures import CellFutures, cell_futures, representative
from skolnat.network.kernel import problem
from skolnat.network.market import FloatArray, IntArray
from skolnat.network.scenarios import Case, solve_in_parts
from skolnat.network.search import Found, cost
from skolnat.network.solve import Effort, Solved
from skolnat.network.stochastic import (
    Priced,
    adapted,
    hedge,
    narrow,
    seats_of,
    spread,
    value_at_risk,
)
from skolnat.network.wishes import Wished, Wishes, broken
from skolnat.study.optimise import (
    ClashError,
    Listener,
    Told,
    open_study,
)
from skolnat.study.optimise_clash import Regime, clashes, markets_of
from skolnat.study.prepare import Prepared
from skolnat.study.solve import BRISK

_T = TypeVar("_T")

FUTURES: Final = 8
"""Futures that are planned with where nobody says how many."""

TOLD_QUANTILE: Final = 0.9
"""Quantile that is told where none is wished."""


@dataclass(frozen=True)
class Hedged:
    """Closings that hold in every future, with their proof. Euros a year that a plan can change.

    Parameters
    ----------
    prepared, regime, wishes, markets
        The study, what was asked, and its markets as the wishes left them.
    closes
        Period in which each unit closes, by market.
    quantile
        What was sought is the least mean cost of the futures beyond this quantile; 0 for the mean
        of all.
    draws, weights, costs
        Futures planned with (draws of the forecast), their weights, and the cost in each,
        catchments adapted.
    value, bound
        Mean cost beyond the quantile in these futures, and what no closings have below it.
    of_mean
        The same of the closings that are planned for the mean of all futures.
    broken
        Weight of the futures in which a wish is broken.
    all_costs
        Cost in every draw of the forecast, catchments adapted.
    """

    prepared: Prepared
    regime: Regime
    wishes: Wishes
    markets: tuple[Wished, ...]
    closes: tuple[IntArray, ...]
    quantile: float
    draws: IntArray
    weights: FloatArray
    costs: FloatArray
    value: float
    bound: float
    of_mean: float
    broken: float
    all_costs: FloatArray

    @property
    def keeps_wishes(self) -> bool:
        """Whether every wish is kept in all futures that were planned with."""
        return self.broken < 1e-9

    @property
    def gap(self) -> float:
        """How far the value may be from the least, as a share; infinite with broken wishes."""
        if not self.keeps_wishes:
            return float("inf")
        return max(self.value - self.bound, 0.0) / max(self.value, 1e-12)

    @property
    def mean(self) -> float:
        """Expected cost: the mean over every draw."""
        return float(self.all_costs.mean())

    def tail(self, quantile: float) -> tuple[float, float]:
        """Return a quantile of the cost over every draw, and the mean of the draws beyond it."""
        equal = np.full(self.all_costs.size, 1.0 / self.all_costs.size)
        return value_at_risk(self.all_costs, equal, 1.0 - quantile)

    def table(self) -> pd.DataFrame:
        """Return ``unit, name, municipality, closes`` (year; missing: never) of each unit."""
        starts = [p.years[0] for p in self.prepared.periods if not p.frozen]
        names = self.prepared.region.schools.set_index("school")["name"]
        codes = self.prepared.region.codes
        rows = [
            (unit, names[unit.rpartition(":")[0]], codes[home], [*starts, None][q])
            for case, closes in zip(self.prepared.cases, self.closes, strict=True)
            for unit, home, q, candidate in zip(
                case.market.units, case.market.unit_municipality, closes.tolist(),
                case.market.candidate, strict=True,
            )
            if not (candidate and q == 0)
        ]  # fmt: skip
        columns = ["unit", "name", "municipality", "closes"]
        return pd.DataFrame(rows, columns=columns).astype({"closes": "Int64"})

    def futures(self) -> pd.DataFrame:
        """Return ``draw, planned_weight, cost_eur_per_year`` of every draw of the forecast."""
        weight = np.zeros(self.all_costs.size)
        weight[self.draws] = self.weights
        return pd.DataFrame(
            {
                "draw": np.arange(weight.size),
                "planned_weight": weight,
                "cost_eur_per_year": self.all_costs,
            }
        )


def optimise_futures(
    study: str | Path | Prepared, *, futures: int = FUTURES, quantile: float = 0.0,
    regime: Regime = "together", wishes: Wishes | None = None, effort: Effort = BRISK,
    jobs: int = 2, listener: Listener | None = None,
) -> Hedged:  # fmt: skip
    """Find closings that are best over several futures, and prove how far they are from the best.

    Parameters
    ----------
    study
        A study file, or one that is laid out already.
    futures
        Futures to plan with, see :func:`skolnat.network.futures.representative`.
    quantile
        0 for the least expected cost; 0.9 for the least mean cost of the worst tenth.
    regime, effort, jobs, listener
        See :func:`skolnat.study.optimise.optimise`.
    wishes
        See there; the smallest school and full houses are wished in every future.

    Raises
    ------
    InvalidInput
        With every fault of the study; for a budget and wishes about children and the map, which
        are not kept here; and for numbers of futures and quantiles that make no sense.
    ClashError
        When the wishes cannot be had together even in the mean of the futures.
    """
    wish = wishes or Wishes()
    raise_if_any(_refused(wish, futures, quantile))
    prepared = study if isinstance(study, Prepared) else open_study(study)
    work = _Work.of(prepared, regime, wish, futures, effort, jobs, listener)
    clash = clashes(work.in_mean(), regime, wish)
    if clash:
        raise ClashError(clash)
    part = 1.0 - quantile
    for_mean = work.planned_for_mean()
    if quantile > 0.0:
        work = work.with_tail(for_mean, part, futures)
    best = work.priced(for_mean, part)
    of_mean = best.value
    best, bound = hedge(best, work.weights, part, work.solved, work.priced_in_few(part))
    every = work.priced(_Closings(best.closes), part, work.everyone)
    return Hedged(
        prepared, regime, wish, work.markets, best.closes, quantile, work.draws, work.weights,
        best.costs, best.value, min(bound, best.value) if best.broken == 0.0 else bound, of_mean,
        best.broken, every.costs,
    )  # fmt: skip


def _refused(wishes: Wishes, futures: int, quantile: float) -> list[Fault]:
    """Faults of what cannot be asked of several futures."""
    faults = []
    asked = {
        "budget": wishes.budget is not None,
        "most_changes": wishes.most_changes is not None,
        "contiguous": wishes.contiguous,
        "siblings": wishes.siblings,
    }
    for key, on in asked.items():
        if on:
            faults.append(Fault("study.not_in_futures", column=key, values={"wish": key}))
    if not 2 <= futures <= 50:
        faults.append(Fault("study.futures_number", column="futures", values={"value": futures}))
    if not 0.0 <= quantile < 1.0:
        faults.append(
            Fault("study.futures_quantile", column="quantile", values={"value": quantile})
        )
    return faults


@dataclass(frozen=True)
class _Closings:
    """Closings by market, with seats by future where they are known."""

    closes: tuple[IntArray, ...]
    seats: tuple[dict[int, IntArray], ...] = ()


@dataclass(frozen=True)
class _Work:
    """A study laid out for several futures."""

    prepared: Prepared
    markets: tuple[Wished, ...]
    wishes: Wishes
    draws: IntArray
    weights: FloatArray
    pupils: tuple[FloatArray, ...]
    everyone: tuple[FloatArray, ...]
    effort: Effort
    jobs: int
    listener: Listener | None

    @classmethod
    def of(
        cls, prepared: Prepared, regime: Regime, wishes: Wishes, futures: int, effort: Effort,
        jobs: int, listener: Listener | None,
    ) -> _Work:  # fmt: skip
        planned = tuple(period for period in prepared.periods if not period.frozen)
        draws, weights = representative(prepared.forecast, planned, futures)
        whole = cell_futures(prepared.demand, prepared.forecast, planned, seed=prepared.study.seed)
        everyone = tuple(_pupils(whole, case) for case in prepared.cases)
        pupils = tuple(each[draws] for each in everyone)
        return cls(
            prepared, markets_of(prepared, regime, wishes), wishes, draws, weights, pupils,
            everyone, effort, jobs, listener,
        )  # fmt: skip

    def with_tail(self, closings: _Closings, part: float, futures: int) -> _Work:
        """Choose futures anew: half of them from the draws that make up the worst part.

        A few futures that stand for all are milder than the worst of all. So the draws are parted
        by what some closings cost in them, and either part gets futures of its own, with its own
        weight (scenario reduction for the CVaR: Arpón, Homem-de-Mello and Pagnoncelli 2018,
        Mathematical Programming 170).
        """
        costs = self.priced(closings, part, self.everyone).costs
        order = np.argsort(-costs, kind="stable")
        worst = max(round(part * costs.size), 1)
        draws, weights = [], []
        count = {True: max(futures // 2, 1), False: max(futures - futures // 2, 1)}
        for tail, among in ((True, order[:worst]), (False, order[worst:])):
            if among.size:
                chosen, weight = representative(
                    self.prepared.forecast, self.periods, count[tail], np.sort(among)
                )
                draws.append(chosen)
                weights.append(weight * among.size / costs.size)
        taken, by = np.concatenate(draws), np.concatenate(weights)
        pupils = tuple(each[taken] for each in self.everyone)
        return dataclasses.replace(self, draws=taken, weights=by, pupils=pupils)

    @property
    def periods(self) -> tuple[Period, ...]:
        return tuple(period for period in self.prepared.periods if not period.frozen)

    @property
    def years(self) -> float:
        return float(self.prepared.cases[0].market.years.sum())

    def in_mean(self) -> Prepared:
        """The study with the mean of the few futures as its pupils.

        Closings that keep the wishes in each of them keep them there too, squares parted, so what
        clashes in the mean cannot be had in all.
        """
        cases = [
            dataclasses.replace(
                case,
                market=dataclasses.replace(
                    case.market, pupils=np.tensordot(self.weights, pupils, axes=1)
                ),
            )
            for case, pupils in zip(self.prepared.cases, self.pupils, strict=True)
        ]
        return dataclasses.replace(self.prepared, cases=tuple(cases))

    def planned_for_mean(self) -> _Closings:
        """Closings that are planned for the mean of all futures, as everybody plans."""
        told = Told(self.prepared, [None] * len(self.markets), self.listener)

        def one(k: int) -> Found:
            found = solve_in_parts(
                self._case(k), self.markets[k].allowed, None, self.effort, self.prepared.study.seed,
                watch=lambda solved: told.hears(k, solved),
            )  # fmt: skip
            return found.plan

        found = self._side_by_side(one, len(self.markets))
        seats = tuple(dict.fromkeys(range(self.everyone[0].shape[0]), f.seat) for f in found)
        return _Closings(tuple(f.closes for f in found), seats)

    def solved(self, weights: FloatArray) -> tuple[_Closings, float]:
        """Closings by some weights of the futures, and the bound, euros a year."""
        kept = np.flatnonzero(weights > 0.0)
        told = Told(self.prepared, [None] * len(self.markets), self.listener)

        def one(k: int) -> Solved:
            wide = spread(self._case(k), self.pupils[k], weights)
            return solve_in_parts(
                wide, self.markets[k].allowed, None, self.effort, self.prepared.study.seed,
                watch=lambda solved: told.hears(k, solved),
            )  # fmt: skip

        found = self._side_by_side(one, len(self.markets))
        seats = tuple(
            {int(s): seats_of(one.plan, kept.size, at) for at, s in enumerate(kept)}
            for one in found
        )
        closes = tuple(narrow(one.plan.closes, kept.size) for one in found)
        return _Closings(closes, seats), sum(one.bound for one in found) / self.years

    def priced_in_few(self, part: float) -> Callable[[_Closings], Priced]:
        """Return what prices closings in the futures that are planned with."""
        return lambda closings: self.priced(closings, part)

    def priced(
        self, closings: _Closings, part: float, pupils: Sequence[FloatArray] | None = None
    ) -> Priced:
        """Price closings in each future, catchments adapted; ``pupils`` are those of every draw."""
        several = self.pupils if pupils is None else pupils
        weights = self.weights if pupils is None else np.full(len(several[0]), 1 / len(several[0]))

        def one(s: int) -> tuple[float, bool]:
            total, lacks = 0.0, False
            for k, when in enumerate(closings.closes):
                seat = closings.seats[k].get(s) if closings.seats else None
                money, lacking = self._in_future(k, when, several[k][s], seat)
                total, lacks = total + money, lacks or lacking
            return total / self.years, lacks

        found = self._side_by_side(one, len(weights))
        costs = np.array([money for money, _ in found])
        lacking = float(weights[[lacks for _, lacks in found]].sum())
        return Priced(closings.closes, costs, value_at_risk(costs, weights, part)[1], lacking)

    def _in_future(
        self, k: int, when: IntArray, pupils: FloatArray, seat: IntArray | None
    ) -> tuple[float, bool]:
        """Real euros over the planned years in one future, and whether a wish is broken in it."""
        asked = self.markets[k]
        plan = adapted(asked.market, asked.allowed, when, pupils, seat)
        assert plan is not None, "closings of a plan leave nobody without a school"
        real = dataclasses.replace(self.prepared.cases[k].market, pupils=pupils)
        everywhere = problem(real, np.ones_like(asked.allowed))
        lacks = any(part.max(initial=0.0) > 1e-6 for part in broken(real, plan, self.wishes))
        return cost(real, everywhere, plan.closes, plan.seat), lacks

    def _case(self, k: int) -> Case:
        case, asked = self.prepared.cases[k], self.markets[k]
        return Case(asked.market, case.closed, case.open, asked.options, case.keeping)

    def _side_by_side(self, work: Callable[[int], _T], count: int) -> list[_T]:
        with ThreadPoolExecutor(max(self.jobs, 1)) as pool:
            return list(pool.map(work, range(count)))


def _pupils(futures: CellFutures, case: Case) -> FloatArray:
    market = case.market
    taught = futures.pupils(market.stage, market.language, market.cells)
    return taught.astype(np.float64)
