"""Named futures: what if fertility or migration go another way, or homes are built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skolnat.common.faults import Fault, InvalidInput, raise_if_any
from skolnat.forecast.result import AGES, Forecast
from skolnat.region.names import nearest

if TYPE_CHECKING:
    import pandas as pd

PHASE_IN: Final = 5
"""Years over which a fertility scenario reaches its level."""
CHILDREN_PER_DWELLING: Final[dict[str, float]] = {"house": 0.9, "row": 0.6, "flat": 0.25}
"""Children under 16 in a newly built dwelling. An assumption: a municipality knows better."""
AGE_PROFILE: Final[NDArray[np.float64]] = (
    np.array([1.6, 1.7, 1.6, 1.5, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7, 0.65, 0.6, 0.5, 0.45, 0.4])
    / 16.0
)
"""Ages of the children who move in, summing to one: families move before school begins."""
NEW_SHARE: Final = 0.5
"""Part of those children who would not have come to the municipality otherwise."""


@dataclass(frozen=True)
class FutureScenario:
    """What differs from the reference future.

    Parameters
    ----------
    name
        Name, as the command line takes it.
    fertility
        Factor on fertility, reached over :data:`PHASE_IN` years after the base year.
    migration
        Factor on net migration of the country, from the year after the base year.
    raked
        Scale the mean of the draws to the official projection by region, year and age.
    """

    name: str
    fertility: float = 1.0
    migration: float = 1.0
    raked: bool = False

    def fertility_by_year(self, base_year: int) -> dict[int, float]:
        """Return the factor of each year until the full one is reached."""
        return {
            base_year + step: self.fertility ** (step / PHASE_IN) for step in range(PHASE_IN + 1)
        }


SCENARIOS: Final[Mapping[str, FutureScenario]] = {
    scenario.name: scenario
    for scenario in (
        FutureScenario("reference"),
        FutureScenario("low_fertility", fertility=0.85),
        FutureScenario("high_fertility", fertility=1.15),
        FutureScenario("low_migration", migration=0.5),
        FutureScenario("high_migration", migration=1.5),
        FutureScenario("official", raked=True),
    )
}
"""Futures with a name; any :class:`FutureScenario` may be given instead."""


def scenario_of(wish: str | FutureScenario) -> FutureScenario:
    """Return a scenario by name, or the one given.

    Raises
    ------
    InvalidInput
        When the name is not among :data:`SCENARIOS`.
    """
    if isinstance(wish, FutureScenario):
        return wish
    if wish not in SCENARIOS:
        raise InvalidInput([unknown_scenario(wish)])
    return SCENARIOS[wish]


def unknown_scenario(name: str) -> Fault:
    """Return the fault of a name that is none of :data:`SCENARIOS`, with the nearest that is."""
    like = nearest(name.casefold(), SCENARIOS)
    if like is not None:
        return Fault("forecast.misspelt_scenario", values={"name": name, "nearest": like})
    values = {"name": name, "known": ", ".join(SCENARIOS)}
    return Fault("forecast.unknown_scenario", values=values)


@dataclass(frozen=True)
class HousingPlan:
    """Homes that a municipality plans to have built.

    Parameters
    ----------
    dwellings
        Columns ``municipality``, ``year`` (when they are moved into), ``kind`` (of
        :data:`CHILDREN_PER_DWELLING`), ``dwellings`` (number beyond what is built in any year).
    children
        Children under 16 in a dwelling, by kind.
    new_share
        Part of them who would not have come otherwise. They come from elsewhere in the region:
        its total does not change.
    """

    dwellings: pd.DataFrame
    children: Mapping[str, float] = field(default_factory=lambda: dict(CHILDREN_PER_DWELLING))
    new_share: float = NEW_SHARE

    def arrivals(self, municipalities: Sequence[str]) -> dict[int, NDArray[np.float32]]:
        """Return children by age who move in, by year: shape (municipality, age).

        Raises
        ------
        InvalidInput
            With every unknown municipality, unknown kind and negative number.
        """
        place = {code: i for i, code in enumerate(municipalities)}
        self._check(place)
        out: dict[int, NDArray[np.float32]] = {}
        for entry in self.dwellings.to_dict("records"):
            year = int(entry["year"])
            table = out.setdefault(year, np.zeros((len(place), len(AGES)), dtype=np.float32))
            count = float(entry["dwellings"]) * self.children[str(entry["kind"])] * self.new_share
            table[place[str(entry["municipality"])]] += (count * AGE_PROFILE).astype(np.float32)
        return out

    def _check(self, place: Mapping[str, int]) -> None:
        faults = []
        for row, entry in enumerate(self.dwellings.to_dict("records"), start=2):
            if str(entry["municipality"]) not in place:
                code = str(entry["municipality"])
                faults.append(
                    Fault("forecast.housing_municipality", row=row, values={"code": code})
                )
            if str(entry["kind"]) not in self.children:
                values = {"kind": str(entry["kind"]), "known": ", ".join(self.children)}
                faults.append(Fault("forecast.housing_kind", row=row, values=values))
            if not float(entry["dwellings"]) >= 0.0:
                number = float(entry["dwellings"])
                faults.append(Fault("forecast.housing_number", row=row, values={"number": number}))
        raise_if_any(faults)


def raked_to_regions(
    future: Forecast, region_of: Mapping[str, str], projection: pd.DataFrame
) -> Forecast:
    """Scale a forecast so that its mean agrees with a projection of regions.

    Every draw of a region, year and age is scaled by the same factor, so the spread stays what it
    was, in proportion.

    Parameters
    ----------
    future
        Forecast of all municipalities of the regions concerned.
    region_of
        Municipality to region.
    projection
        Columns ``region, year, age, persons`` (sexes are summed). Years after the base year are
        scaled; years without a figure stay as they are.
    """
    sums = projection.groupby(["region", "year", "age"])["persons"].sum()
    regions = [region_of[code] for code in future.municipalities]
    draws = future.draws.copy()
    mean = future.mean()
    for region in sorted(set(regions)):
        rows = [i for i, r in enumerate(regions) if r == region]
        own = mean[rows].sum(axis=0)
        factor = np.ones_like(own)
        for y, year in enumerate(future.years[1:], start=1):
            for a, age in enumerate(future.ages):
                wished = sums.get((region, year, age))
                if wished is not None and own[y, a] > 0.0:
                    factor[y, a] = float(wished) / own[y, a]
        draws[:, rows] *= factor.astype(np.float32)
    return replace(future, draws=draws)
