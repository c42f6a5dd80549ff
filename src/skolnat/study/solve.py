"""Solve the scenarios of a study, market by market, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from skolnat.network.evaluate import Planned, joined
from skolnat.network.scenarios import Case, keeping, solve_in_parts, today
from skolnat.network.solve import Effort, Solved
from skolnat.economy.prices import prices
from skolnat.plan.scenario import SCENARIOS, ScenarioName
from skolnat.study.prepare import Prepared

THOROUGH = Effort()
"""For the plans that are shown."""

BRISK = Effort(kicks=3, roundings=4, steps=120, more_steps=0, moves=200_000, nodes=0)
"""For the repeats that only ask whether an answer turns."""


@dataclass(frozen=True)
class MarketSolution:
    """The scenarios of one market over its planned periods.

    Parameters
    ----------
    solved
        Plan and bound by scenario, euros over the planned years.
    weight
        Weight on the journey in *together, keeping*, euros a pupil and kilometre.
    """

    solved: Mapping[ScenarioName, Solved]
    weight: float


def solve_market(case: Case, effort: Effort, seed: int) -> MarketSolution:
    """Solve the four scenarios of a market, each from what the one before has found."""
    now = today(case)
    alone = solve_in_parts(case, case.closed, None, effort, seed)
    if now.plan.cost < alone.plan.cost:
        alone = solve_in_parts(case, case.closed, now.plan, effort, seed)
    together = solve_in_parts(case, case.open, alone.plan, effort, seed)
    keep, weight = keeping(case, now.plan, effort)
    return MarketSolution(
        {"today": now, "alone": alone, "together": together, "together_keeping": keep}, weight
    )


def solve_markets(
    cases: tuple[Case, ...], effort: Effort, seed: int, executor: Executor | None
) -> tuple[MarketSolution, ...]:
    """Solve all markets, the largest first, side by side where an executor is given."""
    order = sorted(range(len(cases)), key=lambda k: -cases[k].market.arc_cost.size)
    run = map if executor is None else executor.map
    found = run(
        solve_market, [cases[k] for k in order], [effort] * len(order), [seed] * len(order)
    )
    solutions = dict(zip(order, found, strict=True))
    return tuple(solutions[k] for k in range(len(cases)))


def planned(
    prepared: Prepared, solutions: tuple[MarketSolution, ...]
) -> dict[ScenarioName, tuple[Planned, ...]]:
    """Put the plans of each scenario together with the years before anything can change."""
    held = {
        (case.market.stage, case.market.language): (case.market, today(case).plan)
        for case in prepared.frozen
    }
    result: dict[ScenarioName, tuple[Planned, ...]] = {}
    for scenario in SCENARIOS:
        plans = []
        for case, solution in zip(prepared.cases, solutions, strict=True):
            market, plan = case.market, solution.solved[scenario].plan
            price = prices(market.stage, prepared.rules, prepared.study.first_year)
            if not held:
                plans.append(Planned(market, prepared.periods, plan.closes, plan.seat, price))
                continue
            frozen, start = held[market.stage, market.language]
            plans.append(joined(frozen, market, prepared.periods, start, plan, price))
        result[scenario] = tuple(plans)
    return result


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
            for j in np.flatnonzero(first != second):
                found.append((scenario, case.market.units[j], bool(first[j]), bool(second[j])))
    return found
