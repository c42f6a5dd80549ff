"""Read long municipal series for back-tests: one file for each sex, one row a place and year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skolnat.common.faults import Fault, InvalidInput
from skolnat.forecast.panel import Panel
from skolnat.forecast.states import CHILD_AGES, STATES

Array = NDArray[np.float64]

SEXES: Final = ("male", "female")
_FOUR_DIGITS: Final = re.compile(r"(?<!\d)(\d\d)\d\d$")
BROKEN: Final = ("nor1508", "nor1580", "nor1576", "nor1160")
"""Places whose borders or first year break the series: split in 2024, or 2005 missing."""


@dataclass(frozen=True)
class Series:
    """A long series of municipalities.

    Parameters
    ----------
    panel
        Years of 31 December; groups are counties where the codes tell them, else one.
    counties
        Names of the groups.
    persons
        Both sexes by single age 0-100, shape (unit, year, 101).
    left_out
        Places left out because a year is missing or the series is broken.
    """

    panel: Panel
    counties: tuple[str, ...]
    persons: Array
    left_out: tuple[str, ...]


def read_series(data: Path, broken: tuple[str, ...] = BROKEN) -> Series:
    """Read ``*_male_*.csv*`` and ``*_female_*.csv*`` with columns code, year, a0 … a100.

    Years in the files are of 1 January; 31 December of the year before is what the panel says.

    Parameters
    ----------
    data
        Folder.
    broken
        Ends of codes to leave out.

    Raises
    ------
    InvalidInput
        When the folder does not hold the two files, or a column is missing.
    """
    import pandas as pd

    files = [sorted(path for path in data.glob(f"*_{sex}_*.csv*")) for sex in SEXES]
    faults = [
        Fault("forecast.no_series", file=str(data), values={"sex": sex, "found": len(found)})
        for sex, found in zip(SEXES, files, strict=True)
        if len(found) != 1
    ]
    if faults:
        raise InvalidInput(faults)
    tables = [pd.read_csv(found[0], dtype={"code": str}) for found in files]
    names = [f"a{age}" for age in range(101)]
    for found, table in zip(files, tables, strict=True):
        lost = [name for name in ("code", "year", *names) if name not in table.columns]
        if lost:
            values = {"columns": ", ".join(lost)}
            faults.append(Fault("forecast.series_columns", file=str(found[0]), values=values))
    if faults:
        raise InvalidInput(faults)
    codes = sorted(set(tables[0]["code"]) & set(tables[1]["code"]))
    years = sorted(set(tables[0]["year"]) | set(tables[1]["year"]))
    index = pd.MultiIndex.from_product([codes, years], names=["code", "year"])
    sexes = np.stack(
        [
            table.set_index(["code", "year"]).reindex(index)[names].to_numpy(dtype=np.float64)
            for table in tables
        ]
    ).reshape(2, len(codes), len(years), len(names))
    return _series(tuple(codes), tuple(int(y) - 1 for y in years), sexes, broken)


def _series(
    codes: tuple[str, ...], years: tuple[int, ...], sexes: Array, broken: tuple[str, ...]
) -> Series:
    missing = (np.isnan(sexes) | (sexes < 0)).any(axis=(0, 2, 3))
    ends = np.array([code.endswith(broken) for code in codes])
    keep = ~(missing | ends)
    persons = sexes.sum(axis=0)[keep]
    counts = persons[..., :STATES].copy()
    counts[..., CHILD_AGES:] = sexes[1][keep][..., CHILD_AGES:STATES]
    units = tuple(code for code, kept in zip(codes, keep, strict=True) if kept)
    groups, counties = _counties(units)
    left_out = tuple(code for code, kept in zip(codes, keep, strict=True) if not kept)
    return Series(Panel(units, groups, years, counts), counties, persons, left_out)


def _counties(units: tuple[str, ...]) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the county of each place: the first two digits of a four-digit code at the end."""
    found = [_FOUR_DIGITS.search(unit) for unit in units]
    county = [match[1] for match in found if match is not None]
    if len(county) < len(units):
        return np.zeros(len(units), dtype=np.intp), ("all",)
    names = tuple(sorted(set(county)))
    return np.array([names.index(name) for name in county], dtype=np.intp), names
