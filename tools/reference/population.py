"""Population by municipality, single year of age and sex, from the register's two exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from reference.places import Places
from reference.raw import read_csv

COUNTRY: Final = "KOKO MAA"
TOTAL: Final = "Yhteensä"
OLDEST: Final = "100 -"
"""The register's open class; age 100 here means 100 or more."""


@dataclass(frozen=True)
class Layout:
    """How the export of one year is written."""

    file: str
    separator: str
    men: str
    women: str


LAYOUTS: Final[Mapping[int, Layout]] = {
    year: Layout(
        f"finland/statfin_11re_{year}.csv",
        separator,
        f"Miehet {year} Väestö 31.12.",
        f"Naiset {year} Väestö 31.12.",
    )
    for year, separator in ((2018, ","), (2019, ";"))
}
"""The two exports differ in separator, and 2019 has a column for both sexes as well."""


def population(data: Path, places: Places) -> pd.DataFrame:
    """Return the table ``population``: 31 December 2018 and 2019 at the borders of 2026.

    Returns
    -------
    pandas.DataFrame
        municipality, year, age (0..100), sex ("m", "f"), persons.
    """
    years = [
        _year(
            read_csv(data, layout.file, separator=layout.separator, skip_lines=2),
            year,
            layout,
            places,
        )
        for year, layout in LAYOUTS.items()
    ]
    table = pd.concat(years, ignore_index=True)
    return table.sort_values(["year", "municipality", "sex", "age"], ignore_index=True)


def _year(raw: pd.DataFrame, year: int, layout: Layout, places: Places) -> pd.DataFrame:
    sexes = {"m": layout.men, "f": layout.women}
    long = pd.concat(
        [
            pd.DataFrame(
                {
                    "area": raw["Alue"],
                    "age": raw["Ikä"],
                    "sex": sex,
                    "persons": pd.to_numeric(raw[column]),
                }
            )
            for sex, column in sexes.items()
        ],
        ignore_index=True,
    )
    sums_hold(long, year)
    long = long[(long["area"] != COUNTRY) & (long["age"] != TOTAL)].copy()
    long["municipality"] = places.named(long["area"])
    long["age"] = pd.to_numeric(long["age"].replace(OLDEST, "100"))
    long["year"] = year
    keys = ["municipality", "year", "age", "sex"]
    return long.groupby(keys, as_index=False)["persons"].sum()


def sums_hold(long: pd.DataFrame, year: int) -> None:
    """Raise unless the ages of each area sum to its total, and the areas to the country.

    Parameters
    ----------
    long
        area, age (text, with the totals), sex, persons.

    Raises
    ------
    ValueError
        Naming the first areas and the sex whose sums do not hold.
    """
    single = long[long["age"] != TOTAL].groupby(["area", "sex"])["persons"].sum()
    total = long[long["age"] == TOTAL].set_index(["area", "sex"])["persons"]
    wrong = single.index[single.ne(total.reindex(single.index))].tolist()
    if wrong:
        raise ValueError(f"{year}: the ages do not sum to the total of {wrong[:5]}")
    cells = long[long["area"] != COUNTRY].groupby(["age", "sex"])["persons"].sum()
    country = long[long["area"] == COUNTRY].set_index(["age", "sex"])["persons"]
    wrong = cells.index[cells.ne(country.reindex(cells.index))].tolist()
    if wrong:
        raise ValueError(f"{year}: the areas do not sum to the country at {wrong[:5]}")
