"""Pupils by square, grade, language and year: the forecast laid on the map.

How many there are is the forecast's, in every municipality, year and age; where in it they live
is told by :mod:`skolnat.forecast.homes`, cohort by cohort. Squares always add up to the
municipality.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.forecast.homes import GRID_YEAR, Homes, homes
from skolnat.forecast.result import Forecast
from skolnat.region.region import Region
from skolnat.sources import reference

FloatArray = npt.NDArray[np.float64]

STAGE_AGES: Mapping[str, tuple[int, ...]] = {
    "1-6": (7, 8, 9, 10, 11, 12),
    "7-9": (13, 14, 15),
}
"""Age on 31 December is grade plus 6 in that year's autumn term."""

AGES: tuple[int, ...] = tuple(age for ages in STAGE_AGES.values() for age in ages)
"""Ages of grades 1 to 9, in order."""

MUNICIPAL = ("comprehensive", "candidate")
"""Kinds of school that a municipality decides on; special schools are outside the plan."""


@dataclass(frozen=True)
class Demand:
    """Pupils of the region.

    Parameters
    ----------
    cells
        Squares with children: ``cell``, ``municipality``, ``x``, ``y``, ``home`` (index of the
        municipality) and ``share``, the part of the municipality's pupils of the first year
        who live there.
    years
        Years of the forecast.
    grades
        Pupils by municipality, year and grade 1-9, means over the futures, shape (M, Y, 9).
    homes
        Where each cohort is expected to live, in the order of ``cells``.
    shares
        Teaching language: share of each municipality's pupils, shape (M,), by language.
    leaving
        Part of each municipality's pupils who go to a provider outside the region and are not
        planned for, shape (M,), by stage and language; nobody where there is no entry.
    """

    cells: pd.DataFrame
    years: tuple[int, ...]
    grades: FloatArray
    homes: Homes
    shares: Mapping[str, FloatArray]
    leaving: Mapping[tuple[str, str], FloatArray] = field(default_factory=dict)

    @property
    def pupils(self) -> dict[str, FloatArray]:
        """Pupils by stage: by municipality and year, shape (M, Y)."""
        return {
            stage: self.grades[:, :, [AGES.index(age) for age in ages]].sum(axis=2)
            for stage, ages in STAGE_AGES.items()
        }

    def by_cell_grade(self, language: str, years: Sequence[int]) -> FloatArray:
        """Mean pupils of each square and grade over some years, shape (I, 9).

        Those who leave are not counted. Over all squares of a municipality it is the
        municipality's own figure of the grade, for every grade and year.
        """
        counts = np.zeros((len(self.cells), len(AGES)))
        home = self.homes.home
        for year in years:
            whole = self.grades[home, self.years.index(year)]
            for g, age in enumerate(AGES):
                counts[:, g] += whole[:, g] * self.homes.of(year, age)
        counts /= len(years)
        for stage, ages in STAGE_AGES.items():
            columns = [AGES.index(age) for age in ages]
            counts[:, columns] *= self.taught(stage, language)[home][:, None]
        return counts

    def by_cell(self, stage: str, language: str, years: Sequence[int]) -> FloatArray:
        """Mean pupils of each square over some years, those who leave not counted, shape (I,)."""
        columns = [AGES.index(age) for age in STAGE_AGES[stage]]
        result: FloatArray = self.by_cell_grade(language, years)[:, columns].sum(axis=1)
        return result

    def by_municipality(self, stage: str, language: str, years: Sequence[int]) -> FloatArray:
        """Mean pupils of each municipality over some years, all of them, shape (M,)."""
        columns = [self.years.index(year) for year in years]
        result: FloatArray = self.pupils[stage][:, columns].mean(axis=1) * self.shares[language]
        return result

    def taught(self, stage: str, language: str) -> FloatArray:
        """Part of each municipality's pupils who are taught in a language and stay, shape (M,)."""
        share = self.shares[language]
        part: FloatArray = share * (1.0 - self.leaving.get((stage, language), np.zeros_like(share)))
        return part


def demand(
    region: Region,
    forecast: Forecast,
    shares: Mapping[str, FloatArray],
    *,
    known_from: int | None = None,
    counted: pd.DataFrame | None = None,
    year: int = GRID_YEAR,
) -> Demand:
    """Lay a forecast on the squares of a region.

    Parameters
    ----------
    region
        Squares with children as weights. Where a municipality has no square with children, its
        pupils are spread over its populated squares; where it has some, the others stay empty.
    forecast
        Futures of the region's municipalities.
    shares
        Share of pupils taught in each language, by municipality; sums to 1.
    known_from
        First year of which it is asked where its pupils lived; the forecast's first when None.
    counted
        Pupils that some municipalities have counted themselves, which their squares hold in place
        of the census's children: ``municipality, cell, age, persons``. Where the age is known,
        each square's own cohorts are aged.
    year
        Year at whose end these pupils were counted.
    """
    cells = region.cells[_peopled(region)].reset_index(drop=True)
    first, last = forecast.years[0], forecast.years[-1]
    born = range(min(known_from or first, first) - AGES[-1], last - AGES[0] + 1)
    own = set() if counted is None else set(counted["municipality"])
    where = homes(
        cells, region.codes, born,
        postal=reference.postal_ages(), area_of=_areas(cells), pupils_in=own, counted_in=year,
    )  # fmt: skip
    if counted is not None:
        aged = counted.dropna(subset="age")
        where = where.with_counted(aged[aged["age"].between(0, AGES[-1])], year)
    cells = cells.assign(home=where.home, share=where.mean_of(first, AGES))
    mean = forecast.select(region.codes).mean()
    grades = mean[:, :, [forecast.ages.index(age) for age in AGES]]
    return Demand(cells, forecast.years, grades, where, shares)


def _peopled(region: Region) -> npt.NDArray[np.bool_]:
    """Squares in which children live, or people where no square of the municipality has any."""
    cells = region.cells
    children = cells.groupby("municipality")["children"].transform("sum") > 0.0
    weight = cells["children"].where(children, cells["population"])
    return np.asarray(weight > 0.0)


def _areas(cells: pd.DataFrame) -> dict[str, str]:
    """Postal area of each square, that of the nearest square of the census where it has none."""
    from scipy.spatial import cKDTree

    grid = reference.grid()
    _, nearest = cKDTree(grid[["x", "y"]].to_numpy()).query(cells[["x", "y"]].to_numpy())
    found = grid["postal_code"].to_numpy()[nearest]
    return dict(zip(cells["cell"], found, strict=True))


def language_shares(region: Region, known: pd.DataFrame) -> dict[str, FloatArray]:
    """Share of each municipality's pupils that are taught in Finnish and in Swedish.

    Parameters
    ----------
    region
        Language status of each municipality, and its schools.
    known
        ``municipality, year, swedish_share, foreign_citizen_share`` of the whole population.

    Returns
    -------
    dict
        ``"fi"`` and ``"sv"`` to arrays of shape (M,), which sum to 1.

    Notes
    -----
    Pupils who speak neither national language go to the majority's schools, so the minority's
    share is its share of the population; where the minority is Finnish it is what is left when
    Swedish speakers and foreign citizens are taken away. In a monolingual municipality the other
    language counts only where it has a school. These are estimates, and marked as such.
    """
    latest = known.sort_values("year").groupby("municipality").last()
    swedish = np.zeros(len(region.codes))
    for m, (code, status) in enumerate(
        zip(region.codes, region.municipalities["language_status"], strict=True)
    ):
        sv = float(latest["swedish_share"].get(code, 0.0))
        foreign = float(latest["foreign_citizen_share"].get(code, 0.0))
        own = region.schools[region.schools["municipality"] == code]["language"]
        if status == "fi":
            swedish[m] = sv if (own == "sv").any() else 0.0
        elif status == "fi_sv":
            swedish[m] = sv
        elif status == "sv" and not (own == "fi").any():
            swedish[m] = 1.0
        else:
            swedish[m] = min(1.0, sv + foreign)
    return {"fi": 1.0 - swedish, "sv": swedish}
