"""Plans over several futures: schools decided here and now, catchments adapted in each future.

The two-stage stochastic programme (Birge and Louveaux 2011, *Introduction to Stochastic
Programming*): which unit closes when is decided once; in every future pupils then go where it costs
least. Each period is laid out once for every future, its years times the future's weight, and a
unit may close only where a period begins. That is one larger market, so plan and bound come from
the same search and proof as ever.

The dear futures are weighed by the conditional value at risk, the mean cost of the worst part of
the futures (Rockafellar and Uryasev 2000)::

    CVaR(cost) = max of sum of v[s] * cost[s],  0 <= v[s] <= w[s] / part,  sum of v[s] = 1

For any such *v* the cheapest plan by *v* costs, by *v*, at most the least CVaR: a bound by *v* is a
bound on the CVaR of every plan.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from skolnat.network.anneal import polish
from skolnat.network.kernel import problem
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.scenarios import Case
from skolnat.network.search import Found, cost, fill, improve

T = TypeVar("T")

ROUNDS: Final = 4
"""Rounds of reweighing towards the worst futures."""

MOVES: Final = 30_000
"""Annealing moves in each period when catchments are adapted to a future."""


def spread(case: Case, pupils: FloatArray, weights: FloatArray) -> Case:
    """Return a market in which every period is laid out for each future.

    Parameters
    ----------
    case
        The market.
    pupils
        Pupils in each future, shape (S, P, I).
    weights
        Weights of the futures, shape (S,); those of weight zero are left out.
    """
    kept = np.flatnonzero(weights > 0.0)
    market, count = case.market, kept.size
    places = pupils.shape[2]
    laid = pupils[kept].transpose(1, 0, 2).reshape(market.periods * count, places)
    wide = dataclasses.replace(
        market,
        pupils=np.ascontiguousarray(laid, dtype=np.float64),
        years=(market.years[:, None] * weights[kept][None, :]).ravel(),
        capacity=np.repeat(market.capacity, count, axis=0),
        closing=np.repeat(market.closing, count, axis=1)[:, : market.periods * count + 1],
    )
    return dataclasses.replace(
        case, market=wide, options=_wide(case.options, count), keeping=_wide(case.keeping, count)
    )


def _wide(options: BoolArray, count: int) -> BoolArray:
    """Return options of closing where each period stands ``count`` times."""
    wide = np.zeros((len(options), (options.shape[1] - 1) * count + 1), dtype=np.bool_)
    wide[:, ::count] = options
    return wide


def narrow(closes: IntArray, count: int) -> IntArray:
    """Return the periods of closing of a market that was laid out for ``count`` futures."""
    result: IntArray = closes // count
    return result


def seats_of(plan: Found, count: int, future: int) -> IntArray:
    """Return the seats of one future in a plan of a market that was laid out, shape (P, I)."""
    result: IntArray = plan.seat[future::count]
    return result


def adapted(
    market: Market, allowed: BoolArray, closes: IntArray, pupils: FloatArray,
    seat: IntArray | None = None,
) -> Found | None:  # fmt: skip
    """Return the cheapest seats found in one future, closings given; None where there are none.

    Parameters
    ----------
    market, allowed
        The market and who may use what.
    closes
        Period in which each unit closes, shape (J,).
    pupils
        Pupils of the future, shape (P, I).
    seat
        Seats to begin with too, shape (P, I), in units that are open; None where none are known.
    """
    here = dataclasses.replace(market, pupils=np.ascontiguousarray(pupils, dtype=np.float64))
    options = np.zeros((closes.size, market.periods + 1), dtype=np.bool_)
    options[np.arange(closes.size), closes] = True
    layout = problem(here, allowed)._replace(options=options)
    starts = [fill(here, layout, closes)]
    if seat is not None:
        known = np.ascontiguousarray(seat)
        starts.append(Found(closes, known, cost(here, layout, closes, known)))
    best = min((one for one in starts if one is not None), key=lambda one: one.cost, default=None)
    if best is None:
        return None
    return polish(here, layout, improve(here, layout, best, kicks=0), moves=MOVES)


def tail_weights(costs: FloatArray, weights: FloatArray, part: float) -> FloatArray:
    """Return the weights that make up the worst part of the futures, shape (S,); they sum to 1.

    Parameters
    ----------
    costs, weights
        Cost and weight of each future.
    part
        So much of the weight is the tail, above 0 and at most 1.
    """
    found = np.zeros(costs.size)
    left = 1.0
    for s in np.argsort(-costs, kind="stable"):
        found[s] = min(weights[s] / part, left)
        left -= found[s]
        if left <= 1e-12:
            break
    result: FloatArray = found / found.sum()
    return result


def value_at_risk(costs: FloatArray, weights: FloatArray, part: float) -> tuple[float, float]:
    """Return the quantile above which only a part of the futures cost, and the mean beyond it.

    Parameters
    ----------
    costs, weights, part
        See :func:`tail_weights`.

    Returns
    -------
    quantile, mean
        Value at risk and conditional value at risk, in the unit of the costs.
    """
    order = np.argsort(costs, kind="stable")
    up_to = np.cumsum(weights[order])
    at = int(np.searchsorted(up_to, (1.0 - part) - 1e-12))
    quantile = float(costs[order][min(at, costs.size - 1)])
    return quantile, float(tail_weights(costs, weights, part) @ costs)


@dataclass(frozen=True)
class Priced:
    """Closings with what they cost in each future.

    Parameters
    ----------
    closes
        Period in which each unit closes, by market.
    costs
        Cost in each future, catchments adapted, shape (S,).
    value
        Mean of the worst part, see :func:`value_at_risk`.
    broken
        Weight of the futures in which a wish is broken.
    """

    closes: tuple[IntArray, ...]
    costs: FloatArray
    value: float
    broken: float = 0.0

    @property
    def order(self) -> tuple[float, float]:
        """First the fewest broken futures, then the cost."""
        return self.broken, self.value


def hedge(
    known: Priced, weights: FloatArray, part: float,
    solved: Callable[[FloatArray], tuple[T, float]], priced: Callable[[T], Priced],
    rounds: int = ROUNDS,
) -> tuple[Priced, float]:  # fmt: skip
    """Seek the closings whose worst part of the futures costs least, and bound it from below.

    The first round plans with the weights as they are. From then on the weights are the mean of
    those that made up the worst part of each plan so far (fictitious play; Robinson 1951).

    Parameters
    ----------
    known
        Closings that are known already.
    weights, part
        See :func:`tail_weights`; a part of 1 is the mean and takes one round.
    solved, priced
        Give the cheapest closings found by some weights with a bound on all, and their price.
    rounds
        How often at most.

    Returns
    -------
    best, bound
        Of all closings priced the best, and the highest bound.
    """
    best, bound, tails = known, -np.inf, list[FloatArray]()
    for _ in range(1 if part >= 1.0 else rounds):
        closings, proven = solved(mean_tail(tails or [weights]))
        found = priced(closings)
        bound, best = max(bound, proven), min(best, found, key=lambda one: one.order)
        tails.append(tail_weights(found.costs, weights, part))
    return best, bound


def mean_tail(rounds: Sequence[FloatArray]) -> FloatArray:
    """Return the mean of weights of several rounds; it lies within the set of the CVaR too."""
    result: FloatArray = np.mean(np.array(rounds), axis=0)
    return result
