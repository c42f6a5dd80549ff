"""Pupils by square, stage, language and year: the forecast laid on the map.

A square's part of its municipality's children is the census grid's; the numbers are the
forecast's, so squares always add up to the municipality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.forecast.result import Forecast
from skolnat.region.region import Region

FloatArray = npt.NDArray[np.float64]

STAGE_AGES: Mapping[str, tuple[int, ...]] = {
    "1-6": (7, 8, 9, 10, 11, 12),
    "7-9": (13, 14, 15),
}
"""Age on 31 December is grade plus 6 in that year's autumn term."""

MUNICIPAL = ("comprehensive", "candidate")
"""Kinds of school that a municipality decides on; special schools are outside the plan."""


@dataclass(frozen=True)
class Demand:
    """Pupils of the region.

    Parameters
    ----------
    cells
        Squares with children: ``cell``, ``municipality``, ``x``, ``y`` and ``share``, the part
        of the municipality's children that live there.
    years
        Years of the forecast.
    pupils
        By stage: pupils by municipality and year, means over the futures, shape (M, Y).
    shares
        Teaching language: share of each municipality's pupils, shape (M,), by language.
    leaving
        Part of each municipality's pupils who go to a provider outside the region and are not
        planned for, shape (M,), by stage and language; nobody where there is no entry.
    """

    cells: pd.DataFrame
    years: tuple[int, ...]
    pupils: Mapping[str, FloatArray]
    shares: Mapping[str, FloatArray]
    leaving: Mapping[tuple[str, str], FloatArray] = field(default_factory=dict)

    def by_cell(self, stage: str, language: str, years: tuple[int, ...]) -> FloatArray:
        """Mean pupils of each square over some years, those who leave not counted, shape (I,)."""
        totals = self.by_municipality(stage, language, years)
        totals = totals * (1.0 - self.leaving.get((stage, language), np.zeros_like(totals)))
        home = self.cells["home"].to_numpy()
        result: FloatArray = totals[home] * self.cells["share"].to_numpy()
        return result

    def by_municipality(self, stage: str, language: str, years: tuple[int, ...]) -> FloatArray:
        """Mean pupils of each municipality over some years, all of them, shape (M,)."""
        columns = [self.years.index(year) for year in years]
        result: FloatArray = self.pupils[stage][:, columns].mean(axis=1) * self.shares[language]
        return result


def demand(region: Region, forecast: Forecast, shares: Mapping[str, FloatArray]) -> Demand:
    """Lay a forecast on the squares of a region.

    Parameters
    ----------
    region
        Squares with children as weights. Where a municipality has no square with children, its
        pupils are spread over its populated squares.
    forecast
        Futures of the region's municipalities, in the region's order.
    shares
        Share of pupils taught in each language, by municipality; sums to 1.
    """
    place = {code: m for m, code in enumerate(region.codes)}
    cells = region.cells.assign(home=region.cells["municipality"].map(place).astype("int64"))
    weight = cells["children"].to_numpy(np.float64).copy()
    home = cells["home"].to_numpy()
    total = np.bincount(home, weights=weight, minlength=len(place))
    bare = (total == 0.0)[home]
    weight[bare] = cells["population"].to_numpy(np.float64)[bare]
    total = np.bincount(home, weights=weight, minlength=len(place))
    cells = cells.assign(share=weight / np.maximum(total[home], 1e-12))
    cells = cells[cells["share"] > 0.0].reset_index(drop=True)
    mean = forecast.select(region.codes).mean()
    pupils = {
        stage: mean[:, :, [forecast.ages.index(age) for age in ages]].sum(axis=2)
        for stage, ages in STAGE_AGES.items()
    }
    return Demand(cells, forecast.years, pupils, shares)


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
