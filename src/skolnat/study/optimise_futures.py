"""The plan that is best over several futures, and the one whose worst futures cost least."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skolnat.network.futures import CellFutures, cell_futures, representative
from skolnat.network.market import FloatArray, IntArray
from skolnat.network.scenarios import Case, solve_in_parts
from skolnat.network.search import Found
from skolnat.network.solve import Effort
from skolnat.network.stochastic import (
    adapted,
    mean_tail,
    narrow,
    spread,
    tail_weights,
    value_at_risk,
)
from skolnat.network.wishes import Wished, Wishes
from skolnat.study.optimise import Regime, markets_of
from skolnat.study.prepare import Prepared
from skolnat.study.solve import BRISK

ROUNDS = 4
"""Rounds of reweighing towards the worst futures."""


@dataclass(frozen=True)
class Hedged:
    """Closings that hold in every future, with their proof. Euros a year that a plan can change.

    Parameters
    ----------
    prepared, markets
        The study and its markets as the wishes left them.
    closes
        Period in which each unit closes, by market.
    part
        The tail that was sought cheapest; 1 for the mean of all futures.
    weights, costs
        Weights of the futures planned with and the cost in each, catchments adapted.
    value, bound
        Mean cost of the worst ``part`` of these futures, and what no plan has below it.
    all_costs
        Cost in every draw of the forecast, catchments adapted.
    """

    prepared: Prepared
    markets: tuple[Wished, ...]
    closes: tuple[IntArray, ...]
    part: float
    weights: FloatArray
    costs: FloatArray
    value: float
    bound: float
    all_costs: FloatArray

    @property
    def gap(self) -> float:
        """How far the value may be from the least, as a share of it."""
        return max(self.value - self.bound, 0.0) / max(self.value, 1e-12)

    @property
    def mean(self) -> float:
        """Mean cost over every draw."""
        return float(self.all_costs.mean())

    def tail(self, part: float) -> tuple[float, float]:
        """Return quantile and mean of the worst part of every draw."""
        equal = np.full(self.all_costs.size, 1.0 / self.all_costs.size)
        return value_at_risk(self.all_costs, equal, part)

    def table(self) -> pd.DataFrame:
        """Return ``unit, closes`` (year; missing: never) of units that stand today or open."""
        starts = [p.years[0] for p in self.prepared.periods if not p.frozen]
        rows = [
            (unit, None if q >= len(starts) else starts[q])
            for case, closes in zip(self.prepared.cases, self.closes, strict=True)
            for unit, q, candidate in zip(
                case.market.units, closes.tolist(), case.market.candidate, strict=True
            )
            if not (candidate and q == 0)
        ]
        return pd.DataFrame(rows, columns=["unit", "closes"]).astype({"closes": "Int64"})


def optimise_futures(
    study: Prepared, *, count: int = 8, part: float = 1.0, regime: Regime = "together",
    wishes: Wishes | None = None, effort: Effort = BRISK, jobs: int = 2,
) -> Hedged:  # fmt: skip
    """Find closings that are best over several futures, and prove how far they are from the best.

    Parameters
    ----------
    study
        A study that is laid out, see :func:`skolnat.study.optimise.open_study`.
    count
        Futures to plan with, see :func:`skolnat.network.futures.representative`.
    part
        1 for the least mean cost; 0.1 for the least mean cost of the worst tenth.
    regime, wishes, effort, jobs
        See :func:`skolnat.study.optimise.optimise`. Wishes about children and the map are not
        kept here.
    """
    planned = tuple(period for period in study.periods if not period.frozen)
    draws, weights = representative(study.forecast, planned, count)
    few = cell_futures(
        study.demand, study.forecast, planned, seed=study.study.seed, draws=draws.tolist(),
        weights=weights,
    )  # fmt: skip
    markets = markets_of(study, regime, wishes)
    pupils = [_pupils(few, case) for case in study.cases]
    best: tuple[float, tuple[IntArray, ...], FloatArray] | None = None
    bound, tails = 0.0, list[FloatArray]()
    for _ in range(1 if part >= 1.0 else ROUNDS):
        chosen = mean_tail(tails or [weights])
        closes, proven = _solved(study, markets, pupils, chosen, effort, jobs)
        costs = _costs(study, markets, pupils, closes, jobs)
        value = value_at_risk(costs, weights, min(part, 1.0))[1]
        bound = max(bound, proven)
        if best is None or value < best[0]:
            best = value, closes, costs
        # The first round is that of the mean; from then on the tails of all rounds are averaged.
        tails.append(tail_weights(costs, weights, min(part, 1.0)))
    assert best is not None
    value, closes, costs = best
    everyone = cell_futures(study.demand, study.forecast, planned, seed=study.study.seed)
    every = [_pupils(everyone, case) for case in study.cases]
    return Hedged(
        study, markets, closes, part, weights, costs, value, min(bound, value),
        _costs(study, markets, every, closes, jobs),
    )  # fmt: skip


def _pupils(futures: CellFutures, case: Case) -> FloatArray:
    market = case.market
    taught = futures.pupils(market.stage, market.language, market.cells)
    return taught.astype(np.float64)


def _solved(
    study: Prepared, markets: Sequence[Wished], pupils: Sequence[FloatArray], weights: FloatArray,
    effort: Effort, jobs: int,
) -> tuple[tuple[IntArray, ...], float]:  # fmt: skip
    """Closings by some weights of the futures, and the bound, euros a year."""
    count = int((weights > 0.0).sum())

    def one(k: int) -> tuple[IntArray, float]:
        case, asked = study.cases[k], markets[k]
        laid = Case(asked.market, case.closed, case.open, asked.options, case.keeping)
        wide = spread(laid, pupils[k], weights)
        solved = solve_in_parts(wide, asked.allowed, None, effort, study.study.seed)
        return narrow(solved.plan.closes, count), solved.bound

    with ThreadPoolExecutor(max(jobs, 1)) as pool:
        found = list(pool.map(one, range(len(markets))))
    years = float(study.cases[0].market.years.sum())
    return tuple(closes for closes, _ in found), sum(bound for _, bound in found) / years


def _costs(
    study: Prepared, markets: Sequence[Wished], pupils: Sequence[FloatArray],
    closes: Sequence[IntArray], jobs: int,
) -> FloatArray:  # fmt: skip
    """Cost in each future with catchments adapted, euros a year, shape (S,)."""
    years = float(study.cases[0].market.years.sum())

    def one(s: int) -> float:
        total = 0.0
        for asked, mine, when in zip(markets, pupils, closes, strict=True):
            found: Found | None = adapted(asked.market, asked.allowed, when, mine[s])
            assert found is not None, "closings of a plan leave nobody without a school"
            total += found.cost
        return total / years

    with ThreadPoolExecutor(max(jobs, 1)) as pool:
        return np.array(list(pool.map(one, range(len(pupils[0])))))
