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
from collections.abc import Sequence

import numpy as np

from skolnat.network.kernel import problem
from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.scenarios import Case
from skolnat.network.search import Found, fill, improve


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


def adapted(
    market: Market, allowed: BoolArray, closes: IntArray, pupils: FloatArray, *, kicks: int = 0
) -> Found | None:
    """Return the cheapest seats found in one future, closings given; None where there are none.

    Parameters
    ----------
    market, allowed
        The market and who may use what.
    closes
        Period in which each unit closes, shape (J,).
    pupils
        Pupils of the future, shape (P, I).
    kicks
        See :func:`skolnat.network.search.improve`.
    """
    here = dataclasses.replace(market, pupils=np.ascontiguousarray(pupils, dtype=np.float64))
    options = np.zeros((closes.size, market.periods + 1), dtype=np.bool_)
    options[np.arange(closes.size), closes] = True
    layout = problem(here, allowed)._replace(options=options)
    start = fill(here, layout, closes)
    return None if start is None else improve(here, layout, start, kicks=kicks)


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


def mean_tail(rounds: Sequence[FloatArray]) -> FloatArray:
    """Return the mean of weights of several rounds; it lies within the set of the CVaR too."""
    result: FloatArray = np.mean(np.array(rounds), axis=0)
    return result
