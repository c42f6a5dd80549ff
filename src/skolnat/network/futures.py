"""What a plan costs in every sampled future, not only in the mean of them.

The seats of a plan stay as decided; what changes from future to future is how many pupils each
municipality has. All squares of a municipality rise and fall together, as its forecast does.
"""

from __future__ import annotations

import numpy as np

from skolnat.economy.prices import boarding_cost, transport_cost
from skolnat.forecast.result import Forecast
from skolnat.network.build import Period
from skolnat.network.demand import STAGE_AGES
from skolnat.network.evaluate import Planned, first_year
from skolnat.network.market import FloatArray
from skolnat.rules.rules import Rules


def growth(forecast: Forecast, stage: str, periods: tuple[Period, ...]) -> FloatArray:
    """Pupils of each future over the mean of all futures.

    Parameters
    ----------
    forecast
        Futures of the region's municipalities, in its order.
    stage
        Stage whose ages count.
    periods
        Periods over whose years the means are taken.

    Returns
    -------
    ndarray
        Shape (draws, P, M); 1 where nobody is expected.
    """
    totals = forecast.total(STAGE_AGES[stage])
    parts = []
    for period in periods:
        columns = [forecast.years.index(year) for year in period.years]
        mean = totals[:, :, columns].mean(axis=2)
        middle = mean.mean(axis=0, keepdims=True)
        parts.append(np.where(middle > 0.0, mean / np.maximum(middle, 1e-12), 1.0))
    return np.stack(parts, axis=1)


def costs_in_futures(plan: Planned, factors: FloatArray, rules: Rules) -> FloatArray:
    """Gross cost of a plan in each future, euros a year.

    Parameters
    ----------
    plan
        The plan.
    factors
        As of :func:`growth`, shape (draws, P, M).
    rules
        Prices.

    Returns
    -------
    ndarray
        Shape (draws,): means over the years of the plan. With all factors 1 it is the sum of
        the plan's ledger over its years.
    """
    market, price = plan.market, plan.price
    units, places = len(market.units), factors.shape[2]
    cells = np.arange(len(market.cells))
    year = first_year(plan)
    total = np.zeros(factors.shape[0])
    for p in range(len(plan.periods)):
        seat, pupils = plan.seat[p], market.pupils[p]
        held = np.zeros((units, places))
        np.add.at(held, (seat, market.cell_municipality), pupils)
        loads = factors[:, p, :] @ held.T
        km, minutes = market.km[cells, seat], market.minutes[cells, seat]
        way = transport_cost(km, rules, year) + boarding_cost(minutes, market.stage, rules, year)
        journeys = np.bincount(market.cell_municipality, pupils * way, places)
        taught = np.where(plan.open[p], market.load_costs(loads), 0.0)
        standing = market.fixed[plan.open[p]].sum()
        yearly = taught.sum(axis=1) + loads.sum(axis=1) * price.pupil + standing
        total += market.years[p] * (yearly + factors[:, p, :] @ journeys)
    ended = (plan.closes < len(plan.periods)) & ~market.candidate
    whole: FloatArray = (total + market.closing[ended].sum()) / market.years.sum()
    return whole
