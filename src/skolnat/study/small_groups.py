"""What small groups cost in a plan, beside what the optimiser holds for them and the least of any.

The optimiser gives every pupil the mean hours of small groups, the same in every plan; the plans
are evaluated with the groups that really form in them. A proven bound of the optimiser becomes one
of the evaluated cost when the mean is taken out of it and the least is put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skolnat.economy.prices import Prices, prices
from skolnat.network.demand import STAGE_AGES
from skolnat.plan.scenario import SMALL_GROUPS
from skolnat.study.prepare import Prepared
from skolnat.teaching.demand import Teaching
from skolnat.teaching.least import least_hours


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
    *,
    chosen: bool,
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
    chosen
        Whether anything is decided in the scenario; the frozen years are as they are in all.
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
        if chosen and not period.frozen:
            least += length * _least(prepared, teaching, here.loc[p], by_stage)
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
    prepared: Prepared, teaching: Teaching, here: pd.Series, by_stage: Mapping[str, Prices]
) -> float:
    """Euros a year that the small groups of some pupils cost at the least, stage by stage."""
    places, nobody = range(len(prepared.region.codes)), np.zeros(len(prepared.region.codes))
    total = 0.0
    for stage in here.index.unique("stage"):
        mine = here.loc[stage].reindex(places, fill_value=0.0).to_numpy(np.float64)
        pupils = {name: mine if name == stage else nobody for name in STAGE_AGES}
        hours = least_hours(teaching.wishes, pupils, teaching.rules, teaching.year)
        total += hours * by_stage[str(stage)].hour
    return total
