"""A newer register as a compact table: written once by ``skolnat import population``, read often.

A study and a forecast may name either this table or the exported file that it was made of.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault, InvalidInput, attempted, raise_if_any
from skolnat.region.names import MunicipalityNames
from skolnat.sources import reference
from skolnat.sources.population_file import (
    NEEDED,
    PopulationFile,
    missing_years,
    read_population,
    shortened,
)
from skolnat.sources.population_layout import OLDEST

KINDS: Final = {
    "municipality": "str",
    "year": "int64",
    "age": "int64",
    "sex": "str",
    "persons": "float64",
    "estimated": "bool",
}
"""Columns of the table, with their types once read."""
KEYS: Final = ["municipality", "year", "age", "sex"]
STORED: Final = {"year": "int16", "age": "int8"}
"""Types that take less room in the file."""
MAGIC: Final = b"PAR1"
CHILDREN: Final = 16
"""Ages below this are compared with the register of the region."""
SLACK: Final = 1.01
"""So many times the region's own children a file may tell: registers are corrected a little."""


@dataclass(frozen=True)
class Imported:
    """What an import wrote.

    Parameters
    ----------
    path
        The table written.
    table
        Its rows.
    notes
        What was mended in the file, as warnings.
    """

    path: Path
    table: pd.DataFrame
    notes: tuple[Fault, ...]


def import_population(file: Path, out: Path | None = None, *, replace: bool = False) -> Imported:
    """Read an exported file of table 11re and write it as a compact table.

    Parameters
    ----------
    file
        See :func:`skolnat.sources.population_file.read_population`.
    out
        The table to write, ending in ``.parquet``; beside the file, with that ending, when None.
    replace
        Whether a table that is there already may be written over.

    Raises
    ------
    InvalidInput
        With every fault of the file and of the place to write to; nothing is written then.
    """
    path = file.with_suffix(".parquet") if out is None else out
    faults = list(_faults_of_path(path, replace=replace))
    found = attempted(faults, lambda: read_population(file))
    if found is not None:
        faults += _over_regions(found.table, str(file))
    if found is None or faults:
        raise InvalidInput(faults)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        found.table.astype(STORED).to_parquet(part, index=False, compression="zstd")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Imported(path, found.table, found.notes)


def _faults_of_path(path: Path, *, replace: bool) -> Iterator[Fault]:
    if path.suffix != ".parquet":
        yield Fault("sources.population_ending", file=str(path))
    if not path.parent.is_dir():
        yield Fault("sources.no_folder", file=str(path))
    elif path.exists() and not replace:
        yield Fault("sources.population_exists", file=str(path))


def read_newer(path: Path) -> PopulationFile:
    """Read a newer register: a table that was imported, or an exported file itself.

    Parameters
    ----------
    path
        What :func:`import_population` wrote, or a file that it reads.

    Raises
    ------
    InvalidInput
        With every fault of the file.
    """
    if not path.is_file():
        raise InvalidInput([Fault("sources.population_no_file", file=str(path))])
    with path.open("rb") as file:
        is_table = file.read(len(MAGIC)) == MAGIC
    if not is_table and path.suffix == ".parquet":
        raise InvalidInput([Fault("sources.population_no_table", file=str(path))])
    found = _read_table(path) if is_table else read_population(path)
    raise_if_any(_over_regions(found.table, str(path)))
    return found


def _read_table(path: Path) -> PopulationFile:
    file = str(path)
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError):  # pyarrow's own errors are one or the other
        raise InvalidInput([Fault("sources.population_no_table", file=file)]) from None
    lacking = [name for name in KINDS if name not in table]
    if lacking:
        values = {"columns": ", ".join(lacking)}
        raise InvalidInput([Fault("sources.population_columns", file=file, values=values)])
    raise_if_any(_wrong_cells(table, file))
    table = table[list(KINDS)].astype(KINDS)
    raise_if_any(shortened([*_unknown(table, file), *_incomplete(table, file)]))
    guessed = sorted(set(table.loc[table["estimated"], "municipality"]))
    values = {"codes": ", ".join(guessed)}
    note = Fault("sources.population_marked", file=file, values=values, severity="warning")
    return PopulationFile(table.sort_values(KEYS, ignore_index=True), (note,) if guessed else ())


def _wrong_cells(table: pd.DataFrame, file: str) -> Iterator[Fault]:
    """Return a fault for each column that holds what it must not, and for rows that stand twice."""
    year, age, persons = (
        pd.to_numeric(table[name], errors="coerce").to_numpy(np.float64)
        for name in ("year", "age", "persons")
    )
    sound = {
        "municipality": table["municipality"].map(lambda code: isinstance(code, str)),
        "year": (year == np.floor(year)) & (year >= 1900) & (year <= 2100),
        "age": (age == np.floor(age)) & (age >= 0) & (age <= OLDEST),
        "sex": table["sex"].isin(["m", "f"]),
        "persons": np.isfinite(persons) & (persons >= 0.0),
        "estimated": table["estimated"].map(lambda mark: isinstance(mark, bool | np.bool_)),
    }
    for column, holds in sound.items():
        wrong = int(len(table) - np.count_nonzero(holds))
        if wrong:
            values = {"count": wrong}
            yield Fault("sources.population_cells", file=file, column=column, values=values)
    twice = int(table.duplicated(KEYS).sum())
    if twice:
        values = {"count": twice}
        column = ", ".join(KEYS)
        yield Fault("sources.population_rows_twice", file=file, column=column, values=values)


def _unknown(table: pd.DataFrame, file: str) -> Iterator[Fault]:
    known = MunicipalityNames.of(reference.municipalities()).codes
    for code in sorted(set(table["municipality"]) - known):
        yield Fault("sources.population_old_code", file=file, values={"code": code})


def _incomplete(table: pd.DataFrame, file: str) -> Iterator[Fault]:
    """Return faults of single ages and of years that are missing."""
    if table.empty:
        yield Fault("sources.population_empty", file=file)
        return
    young = table[table["age"] < NEEDED]
    told = young.groupby(["municipality", "year"]).size()
    every = table.groupby(["municipality", "year"]).size().index
    for code, year in every[(told.reindex(every, fill_value=0) < 2 * NEEDED).to_numpy()]:
        yield Fault("sources.population_ages", file=file, values={"area": code, "year": int(year)})
    years: dict[str, set[int]] = defaultdict(set)
    for code, year in every:
        years[str(code)].add(int(year))
    yield from missing_years(years, file)


def _over_regions(table: pd.DataFrame, file: str) -> list[Fault]:
    """Return a fault where a region's municipalities have more children than the region itself.

    Thousands for units, or a year's figures in another's column, would else empty the region's
    other municipalities unseen.
    """
    places = reference.municipalities().set_index("municipality")
    register = reference.regional_population()
    register = register[register["age"] < CHILDREN]
    known = register.groupby(["region", "year"])["persons"].sum()
    children = table[table["age"] < CHILDREN]
    region = children["municipality"].map(places["region"]).rename("region")
    told = children.groupby([region, "year"])["persons"].sum()
    both = pd.concat([told.rename("told"), known.rename("known")], axis=1, join="inner")
    faults = []
    for index, row in both[both["told"] > SLACK * both["known"]].iterrows():
        code, year = index if isinstance(index, tuple) else (index, 0)
        name = str(places.loc[places["region"] == code, "region_name_sv"].iloc[0])
        values = {
            "region": f"{name}/{places.loc[places['region'] == code, 'region_name_fi'].iloc[0]}",
            "year": int(year),
            "told": round(row["told"]),
            "known": round(row["known"]),
        }
        faults.append(Fault("sources.population_over_region", file=file, values=values))
    return shortened(faults)
