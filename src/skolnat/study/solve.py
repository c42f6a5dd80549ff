"""Solve the scenarios of a study, market by market, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from skolnat.economy.prices import prices
from skolnat.network.evaluate import Planned, joined
from skolnat.network.kernel import problem
from skolnat.network.scenarios import Case, keeping, solve_in_parts, today
from skolnat.network.search import Found, improve
from skolnat.network.seating import Seating
from skolnat.network.solve import Effort, Solved
from skolnat.network.tidy import tidied
from skolnat.plan.scenario import SCENARIOS, ScenarioName
from skolnat.study.prepare import Prepared

THOROUGH = Effort()
"""For the plans that are shown."""

DEEP = Effort(
    roundings=20, variations=100, ranked=8, settle=150, doubtful=14, seated=6, cuts=200,
    node_cuts=60, nodes=300, plans=20, last_moves=30_000_000,
    seating=Seating(starts=4, moves=1_000_000),
)  # fmt: skip
"""For the proof: how much cheaper a plan could be at most, and what is gained together."""

BRISK = Effort(
    kicks=3,
    roundings=4,
    variations=10,
    ranked=1,
    settle=20,
    doubtful=5,
    steps=120,
    cuts=30,
    moves=100_000,
    last_moves=0,
    seating=Seating(pairs=600, moves=200_000),
    nodes=0,
    closings=0,
)
"""For the repeats that only ask whether an answer turns."""

EFFORTS: Mapping[str, Effort] = {"brisk": BRISK, "thorough": THOROUGH, "deep": DEEP}
"""By the words of a study file."""


@dataclass(frozen=True)
class MarketSolution:
    """The scenarios of one market over its planned periods.

    Parameters
    ----------
    solved
        Plan and bound by scenario, euros over the planned years.
    alone, together
        The cheapest plans found, before their catchments were tidied: what a gain and its
        shares are measured with.
    weight
        Weight on the journey in *together, keeping*, euros a pupil and kilometre.
    """

    solved: Mapping[ScenarioName, Solved]
    alone: Found
    together: Found
    weight: float


def solve_alone(case: Case, effort: Effort, seed: int) -> Solved:
    """Solve a market behind closed borders; never worse than today's network."""
    alone = solve_in_parts(case, case.closed, None, effort, seed)
    now = today(case)
    if now.plan.cost < alone.plan.cost:
        return Solved(now.plan, min(alone.bound, now.plan.cost))
    return alone


def solve_together(case: Case, effort: Effort, seed: int) -> Solved:
    """Solve a market with open borders."""
    return solve_in_parts(case, case.open, None, effort, seed)


def solve_markets(
    cases: tuple[Case, ...], effort: Effort, seed: int, executor: Executor | None
) -> tuple[MarketSolution, ...]:
    """Solve the four scenarios of all markets, the hardest first, side by side where it can be.

    Parameters
    ----------
    cases
        Markets.
    effort, seed
        See :func:`skolnat.network.solve.solve`.
    executor
        Where to solve them; None solves them here.
    """
    tasks = [
        (work, k)
        for k in sorted(range(len(cases)), key=lambda k: -cases[k].market.arc_cost.size)
        for work in (solve_together, solve_alone)
    ]
    done = _done(executor, [(work, cases[k], effort, seed) for work, k in tasks])
    by_task = dict(zip(tasks, done, strict=True))
    whole = _done(
        executor,
        [
            (_assembled, case, by_task[solve_alone, k], by_task[solve_together, k], effort, seed)
            for k, case in enumerate(cases)
        ],
    )
    return tuple(whole)


def _done(executor: Executor | None, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Return the results of calls ``(function, *arguments)``, in their order."""
    if executor is None:
        return [function(*arguments) for function, *arguments in calls]
    return [future.result() for future in [executor.submit(*call) for call in calls]]


def _assembled(
    case: Case, alone: Solved, together: Solved, effort: Effort, seed: int
) -> MarketSolution:
    """Add what is quickly had; what is allowed alone is allowed together too."""
    if alone.plan.cost < together.plan.cost:
        layout = problem(case.market, case.open)._replace(options=case.options)
        plan = improve(case.market, layout, alone.plan, kicks=effort.kicks, seed=seed)
        together = Solved(plan, min(together.bound, plan.cost))
    moves = 5 * effort.moves
    now = today(case)
    seats = now.plan.seat[0]
    tidy_alone = tidied(case.market, case.closed, alone, seats, moves=moves, seed=seed)
    tidy_together = tidied(case.market, case.open, together, seats, moves=moves, seed=seed)
    keep, weight = keeping(case, now.plan, effort)
    shown: dict[ScenarioName, Solved] = {
        "today": now,
        "alone": tidy_alone,
        "together": tidy_together,
        "together_keeping": keep,
    }
    cheapest = [
        min(one.plan, two.plan, key=lambda plan: plan.cost)
        for one, two in ((alone, tidy_alone), (together, tidy_together))
    ]
    return MarketSolution(shown, cheapest[0], cheapest[1], weight)


def planned(
    prepared: Prepared, solutions: tuple[MarketSolution, ...]
) -> dict[ScenarioName, tuple[Planned, ...]]:
    """Put the plans of each scenario together with the years before anything can change."""
    return {
        scenario: planned_of(prepared, [solution.solved[scenario].plan for solution in solutions])
        for scenario in SCENARIOS
    }


def planned_today(prepared: Prepared) -> tuple[Planned, ...]:
    """Return the plan in which nothing changes."""
    return planned_of(prepared, [today(case).plan for case in prepared.cases])


def planned_of(prepared: Prepared, found: Sequence[Found]) -> tuple[Planned, ...]:
    """Put plans, one a market, together with the years before anything can change."""
    held = {
        (case.market.stage, case.market.language): (case.market, today(case).plan)
        for case in prepared.frozen
    }
    plans = []
    for case, plan in zip(prepared.cases, found, strict=True):
        market = case.market
        price = prices(market.stage, prepared.rules, prepared.study.first_year)
        if not held:
            plans.append(Planned(market, prepared.periods, plan.closes, plan.seat, price))
            continue
        frozen, start = held[market.stage, market.language]
        plans.append(joined(frozen, market, prepared.periods, start, plan, price))
    return tuple(plans)


def turns(
    base: tuple[MarketSolution, ...], other: tuple[MarketSolution, ...], cases: tuple[Case, ...]
) -> list[tuple[str, str, bool, bool]]:
    """Units that close by the last period in one of two solutions of *together* but not both.

    Returns
    -------
    list
        ``(scenario, unit, closed in base, closed in other)``.
    """
    found = []
    for case, one, two in zip(cases, base, other, strict=True):
        last = case.market.periods
        for scenario in ("alone", "together"):
            first = one.solved[scenario].plan.closes < last
            second = two.solved[scenario].plan.closes < last
            found += [
                (scenario, case.market.units[j], bool(first[j]), bool(second[j]))
                for j in np.flatnonzero(first != second)
            ]
    return found
