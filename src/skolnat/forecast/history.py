"""Finland's municipalities before their first single ages: a history put together from parts.

Single ages by municipality are known at the end of 2018 and 2019. For the years before, three
things are known that together come near them: the age classes of postal areas (0-2, 3-6, 7-12,
13-15), which say how many; the cohorts of 2018, which say of which age; and the register by
region, whose single ages are exact. The cohorts are led back in time with the region's rates and
scaled to both margins in turn. Such a history is an estimate; it teaches the effects of places,
and is never shown as a count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skolnat.forecast.panel import Panel, panel_of
from skolnat.forecast.states import CHILD_AGES, STATES

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

CLASSES: Final[dict[str, slice]] = {
    "0-2": slice(0, 3),
    "3-6": slice(3, 7),
    "7-12": slice(7, 13),
    "13-15": slice(13, 16),
}
"""Age classes of the postal areas."""
COVERAGE_WEIGHT: Final = 60.0
"""Children of the region's mean coverage that a municipality's own is mixed with."""
ROUNDS: Final = 6
"""Rounds of scaling to the two margins; the last is to the register of the regions."""


def finland(base_year: int) -> tuple[Panel, Panel]:
    """Return Finland's regions and municipalities as known at the end of a year.

    Parameters
    ----------
    base_year
        2019-2025; nothing later is looked at.

    Returns
    -------
    regions
        All in one group; 1975 to the base year.
    municipalities
        Their groups are the regions; 2013 to 2019, estimated before 2018.
    """
    from skolnat.sources import reference

    regions = panel_of(reference.regional_population(), "region").since(1975).until(base_year)
    place = {code: i for i, code in enumerate(regions.units)}
    table = reference.municipalities()
    group_of = {
        str(m): place[str(r)] for m, r in zip(table["municipality"], table["region"], strict=True)
    }
    known = panel_of(reference.population(), "municipality", group_of).ordered()
    if base_year < known.years[0]:
        raise ValueError(f"the first register of municipalities is later than {base_year}")
    known = known.until(base_year)
    classes = class_counts(reference.age_classes(), known.units)
    return regions, with_history(known, regions, classes)


def class_counts(table: pd.DataFrame, units: tuple[str, ...]) -> dict[int, Array]:
    """Return persons by year, shape (unit, class), from a table of age classes."""
    wide = table.pivot_table(
        index=["year", "municipality"], columns="age_class", values="persons", aggfunc="sum"
    )
    wide = wide.reindex(columns=list(CLASSES))
    return {
        int(year): wide.loc[year].reindex(list(units)).to_numpy(dtype=np.float64)
        for year in wide.index.get_level_values("year").unique()
    }


def with_history(known: Panel, regions: Panel, classes: dict[int, Array]) -> Panel:
    """Return a panel with estimated years put before its first.

    Parameters
    ----------
    known
        Municipalities by single age; its first year must be among ``classes``.
    regions
        Register of the groups, from at least the first year of ``classes``.
    classes
        Persons by year, shape (unit, class).
    """
    first = known.years[0]
    earlier = sorted(year for year in classes if year < first)
    if first not in classes or not earlier:
        return known
    coverage = _coverage(known, classes[first])
    counts = [known.counts]
    later = known.counts[:, 0, :CHILD_AGES]
    for year in reversed(earlier):
        region = regions.at(year)[:, :CHILD_AGES]
        guess = _led_back(later, regions, known.groups, year)
        wished = classes[year] / coverage
        later = _scaled(guess, wished, region, known.groups)
        full = np.full((len(known.units), 1, STATES), np.nan)
        followed = CHILD_AGES - (first - year)  # older cohorts have left childhood unseen
        full[:, 0, :followed] = later[:, :followed]
        counts.insert(0, full)
    years = (*earlier, *known.years)
    return replace(known, years=years, counts=np.concatenate(counts, axis=1))


def _coverage(known: Panel, classes: Array) -> Array:
    """Return the share of each class that the postal areas hold, shape (unit, class)."""
    single = known.counts[:, 0]
    register = np.stack([single[:, ages].sum(axis=1) for ages in CLASSES.values()], axis=1)
    groups = int(known.groups.max()) + 1
    sums = np.zeros((2, groups, len(CLASSES)))
    np.add.at(sums[0], known.groups, np.nan_to_num(classes))
    np.add.at(sums[1], known.groups, register)
    usual = (sums[0] / np.maximum(sums[1], 1.0))[known.groups]
    return np.asarray(
        (np.nan_to_num(classes) + COVERAGE_WEIGHT * usual) / (register + COVERAGE_WEIGHT)
    )


def _led_back(later: Array, regions: Panel, groups: NDArray[np.intp], year: int) -> Array:
    """Return each cohort a year younger, by the region's rates; age 15 like the region's."""
    before, after = regions.at(year), regions.at(year + 1)
    back = before[:, : CHILD_AGES - 1] / np.maximum(after[:, 1:CHILD_AGES], 1e-9)
    guess = np.empty_like(later)
    guess[:, : CHILD_AGES - 1] = later[:, 1:] * back[groups]
    oldest = before[:, CHILD_AGES - 1] / np.maximum(after[:, CHILD_AGES - 1], 1e-9)
    guess[:, CHILD_AGES - 1] = later[:, CHILD_AGES - 1] * oldest[groups]
    return np.maximum(guess, 0.05)


def _scaled(guess: Array, wished: Array, region: Array, groups: NDArray[np.intp]) -> Array:
    """Scale to the classes of each municipality and the single ages of each region."""
    counts = guess.copy()
    for _ in range(ROUNDS):
        for index, ages in enumerate(CLASSES.values()):
            now = counts[:, ages].sum(axis=1)
            wish = np.where(np.isnan(wished[:, index]), now, wished[:, index])
            counts[:, ages] *= (wish / np.maximum(now, 1e-9))[:, None]
        sums = np.zeros_like(region)
        np.add.at(sums, groups, counts)
        counts *= (region / np.maximum(sums, 1e-9))[groups]
    return counts
