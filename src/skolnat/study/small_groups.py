"""What small groups cost in a plan, beside what the optimiser holds for them and the least of any.

The optimiser gives every pupil the mean hours of small groups, the same in every plan; the plans
are evaluated with the groups that really form in them. A proven bound of the optimiser becomes one
of the evaluated cost when the mean is taken out of it and the least is put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from skolnat.economy.prices import Prices, prices
from skolnat.network.demand import STAGE_AGES
from skolnat.network.market import BoolArray, Market
from skolnat.plan.scenario import SMALL_GROUPS, WITH_AGREEMENT, ScenarioName
from skolnat.study.prepare import Prepared
from skolnat.teaching.demand import Teaching
from skolnat.teaching.least import Pool, least_hours


@dataclass(frozen=True)
class SmallGroups:
    """Small groups of a plan, euros a year.

    Parameters
    ----------
    eur
        What they cost.
    mean
        What the optimiser holds for them in every plan.
    least
        No plan over the same border regime can pay less; where nothing is chosen, ``eur``.
    """

    eur: float
    mean: float
    least: float

    @property
    def beyond(self) -> float:
        """What the plan costs beyond what the optimiser counts; may be negative."""
        return self.eur - self.mean


def small_groups_of(
    prepared: Prepared,
    teaching: Teaching,
    rows: pd.DataFrame,
    costs: pd.DataFrame,
    scenario: ScenarioName,
) -> SmallGroups:
    """Return the small groups of one scenario.

    Parameters
    ----------
    prepared, teaching
        The study, and who reads what.
    rows
        Assignments: ``period, stage, residence, pupils``.
    costs
        Lines of the scenario's ledger.
    scenario
        Says which borders are open, and whether anything is decided; the frozen years are as they
        are in all.
    """
    by_stage = {
        stage: prices(stage, prepared.rules, prepared.study.first_year) for stage in STAGE_AGES
    }
    lines = costs.loc[costs["part"].astype("str") == SMALL_GROUPS, ["year", "eur"]]
    here = rows.groupby(["period", "stage", "residence"])["pupils"].sum()
    mean = least = 0.0
    for p, period in enumerate(prepared.periods):
        length = len(period.years)
        mean += length * _mean(here.loc[p], by_stage)
        if scenario != "today" and not period.frozen:
            least += length * _least(prepared, teaching, p, scenario, by_stage)
        else:
            least += float(lines.loc[lines["year"].isin(period.years), "eur"].sum())
    years = prepared.years
    return SmallGroups(float(lines["eur"].sum()) / years, mean / years, least / years)


def _mean(here: pd.Series, by_stage: Mapping[str, Prices]) -> float:
    """Euros a year that split hours and support hold for the small groups of some pupils."""
    return sum(
        float(pupils) * (price.within_split + price.within_support) * price.hour
        for stage, pupils in here.groupby("stage").sum().items()
        for price in (by_stage[str(stage)],)
    )


def _least(
    prepared: Prepared,
    teaching: Teaching,
    p: int,
    scenario: ScenarioName,
    by_stage: Mapping[str, Prices],
) -> float:
    """Euros a year that the small groups of a period cost at the least, market by market."""
    first = sum(period.frozen for period in prepared.periods)
    total = 0.0
    for case in prepared.cases:
        allowed = case.open if scenario in WITH_AGREEMENT else case.closed
        for pool in _pools(prepared, teaching, case.market, allowed, p, p - first):
            hours = least_hours(teaching.wishes, pool, teaching.rules, teaching.year)
            total += hours * by_stage[pool.stage].hour
    return total


def _pools(
    prepared: Prepared, teaching: Teaching, market: Market, allowed: BoolArray, p: int, at: int
) -> Iterator[Pool]:
    """Part a market where no pupil can go from one part to the other and no provider is in both.

    Parameters
    ----------
    prepared, teaching, market
        The study, who provides for whom, and the market.
    allowed
        Which square may use which unit, shape (I, J).
    p, at
        The period among all, and among those of the market.
    """
    pupils, places = market.pupils[at], len(prepared.region.codes)
    provider = np.array(
        [
            teaching.responsible.get((p, market.stage, int(home)), int(home))
            for home in market.unit_municipality
        ],
        dtype=np.int64,
    )
    cells, units = np.nonzero(allowed & (pupils > 0.0)[:, None])
    count = len(market.cells)
    ways = np.concatenate([cells, count + np.arange(len(market.units))])
    nodes = count + len(market.units)
    ends = np.concatenate([nodes + provider[units], nodes + provider])
    size = nodes + places
    graph = coo_array((np.ones(ways.size), (ways, ends)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    for part in np.unique(label[:count][pupils > 0.0]):
        here = label[:count] == part
        own = label[count:nodes] == part
        by_home = np.bincount(
            market.cell_municipality[here], weights=pupils[here], minlength=places
        ).astype(np.float64)
        yield Pool(market.stage, by_home, int(own.sum()), np.unique(provider[own]).size)
