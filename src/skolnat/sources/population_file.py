"""Read a municipality's newer population: a PxWeb or CSV file of Statistics Finland's table 11re.

All years lie in one file. Everything that is wrong is told at once; what can be mended for certain
(codes of merged municipalities, an encoding, age classes) is mended and said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skolnat.common.faults import Fault, InvalidInput, raise_if_any
from skolnat.region.names import MunicipalityNames
from skolnat.sources import reference
from skolnat.sources.population_layout import OLDEST, Figure, decoded, figures

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

WHOLE: Final = frozenset({"sss", "koko maa", "hela landet", "whole country", "fi"})
"""Rows of the whole country: left out."""
LARGER: Final = ("mk", "sk", "ma", "hva", "elv")
"""Beginnings of codes of regions and other larger areas: left out."""
NEEDED: Final = 50
"""Single ages 0-49 have to be there: children and those who may be their mothers."""
MOST_TOLD: Final = 20
"""So many faults of one kind are listed; the rest are counted."""

Key = tuple[str, int, str]
"""Area as written, year and sex."""


@dataclass(frozen=True)
class PopulationFile:
    """What a file told.

    Parameters
    ----------
    table
        ``municipality`` (of today), ``year``, ``age`` (0-100), ``sex`` ("m", "f"), ``persons``,
        ``estimated`` (bool: split from an age class or from both sexes together).
    notes
        What was mended, as warnings.
    """

    table: pd.DataFrame
    notes: tuple[Fault, ...]


def read_population(path: Path) -> PopulationFile:
    """Read a population file.

    Parameters
    ----------
    path
        CSV (comma, semicolon or tab; UTF-8, UTF-16, Latin-1 or an old DOS code page) as exported
        from PxWeb: areas and ages as rows; sexes and years as rows or columns.

    Raises
    ------
    InvalidInput
        With every fault of the file.
    """
    if not path.is_file():
        raise InvalidInput([Fault("sources.population_no_file", file=str(path))])
    text, faults = decoded(path)
    raise_if_any(faults)
    found, wrong = figures(text, str(path))
    if not found:
        raise_if_any(faults + wrong)
    areas, more = _areas(found, str(path))
    faults += wrong + more
    counts, more = _counts([f for f in found if f.area in areas], str(path))
    faults += more
    faults += _disagreeing(counts, str(path))
    singles, more = _single_ages(counts, areas, str(path))
    faults += more
    told: dict[str, set[int]] = defaultdict(set)
    for area, year, _ in singles:
        told[areas[area]].add(year)
    if told or not any(fault.severity == "error" for fault in faults):
        faults += missing_years(told, str(path))
    raise_if_any(shortened(faults))
    notes = tuple(fault for fault in faults if fault.severity == "warning")
    return PopulationFile(_table(singles, areas), notes)


def shortened(faults: Iterable[Fault]) -> list[Fault]:
    """Return the first faults of each kind, and how many others there are."""
    by_code: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_code[fault.code].append(fault)
    out = []
    for group in by_code.values():
        out += group[:MOST_TOLD]
        if len(group) > MOST_TOLD:
            values = {"count": len(group) - MOST_TOLD}
            out.append(
                Fault(
                    "sources.population_more",
                    file=group[0].file,
                    values=values,
                    severity=group[0].severity,
                )
            )
    return out


def _areas(found: list[Figure], file: str) -> tuple[dict[str, str], list[Fault]]:
    """Return the municipality of today by area as written; larger areas are left out."""
    table = reference.municipalities()
    names = MunicipalityNames.of(table)
    larger = {
        str(name).casefold()
        for column in ("region_name_sv", "region_name_fi", "region_name_en")
        for name in table[column]
    }
    ended = reference.mergers()
    merged = {
        str(name).casefold(): str(new)
        for column in ("old", "old_name_sv", "old_name_fi")
        for name, new in zip(ended[column], ended["new"], strict=True)
    }
    areas: dict[str, str] = {}
    faults = []
    for area, row in {figure.area: figure.row for figure in reversed(found)}.items():
        bare = area.casefold().removeprefix("ku").strip()
        plain = bare if bare.isdigit() else area
        if area.casefold() in WHOLE or _is_larger(area):
            continue
        code = names.find(plain) or _either_name(names, area)
        old = merged.get(bare) or merged.get(area.casefold())
        if code is None and old is not None:
            areas[area] = old
            told = {"old": area, "new": old}
            faults.append(
                Fault(
                    "sources.population_merged",
                    file=file,
                    row=row,
                    values=told,
                    severity="warning",
                )
            )
        elif code is not None:
            areas[area] = code
        elif area.casefold() not in larger:
            values = {"value": area}
            faults.append(Fault("sources.population_area", file=file, row=row, values=values))
    return areas, faults


def _is_larger(area: str) -> bool:
    folded = area.casefold()
    return any(folded.startswith(start) and folded[len(start) :].isdigit() for start in LARGER)


def _either_name(names: MunicipalityNames, area: str) -> str | None:
    """Find "Maarianhamina - Mariehamn" by either half."""
    halves = [half.strip() for half in area.split(" - ")]
    found = {code for half in halves if (code := names.find(half)) is not None}
    return found.pop() if len(halves) == 2 and len(found) == 1 else None


def _counts(
    found: list[Figure], file: str
) -> tuple[dict[Key, dict[tuple[int | None, int | None], float]], list[Fault]]:
    """Return numbers by area, year and sex, and within them by first and last age."""
    counts: dict[Key, dict[tuple[int | None, int | None], float]] = defaultdict(dict)
    faults = []
    for figure in found:
        number = _number(figure.text)
        ages = (figure.first, figure.last)
        inside = counts[figure.area, figure.year, figure.sex]
        if number is not None and ages not in inside:
            inside[ages] = number
            continue
        code = "sources.population_number" if number is None else "sources.population_twice"
        values = {"value": figure.text, "area": figure.area}
        faults.append(Fault(code, file=file, row=figure.row, column=figure.column, values=values))
    return counts, faults


def _number(text: str) -> float | None:
    """Return a count; "-" is PxWeb's zero, and ".." or a negative number is no count."""
    if text in ("-", "–"):
        return 0.0
    try:
        number = float(text.replace("\u00a0", "").replace(" ", ""))
    except ValueError:
        return None
    return number if number >= 0.0 and np.isfinite(number) else None


def _disagreeing(
    counts: dict[Key, dict[tuple[int | None, int | None], float]], file: str
) -> list[Fault]:
    """Compare totals with the sum of ages, and both sexes with the sum of the two."""
    faults = []
    for (area, year, sex), inside in counts.items():
        values: dict[str, str | int | float] = {"area": area, "year": year}
        told = inside.get((None, None))
        singles = {k: v for k, v in inside.items() if k[0] is not None}
        if told is not None and _covers(singles, OLDEST + 1):
            total = sum(_finest(singles).values())
            if abs(total - told) > 0.5:
                values |= {"told": round(told), "sum": round(total)}
                faults.append(Fault("sources.population_total", file=file, values=values))
        men, women = counts.get((area, year, "m")), counts.get((area, year, "f"))
        if sex == "t" and men is not None and women is not None:
            apart = sum(
                abs(inside[ages] - men[ages] - women[ages]) > 0.5
                for ages in inside
                if ages in men and ages in women
            )
            if apart:
                values = {"area": area, "year": year, "ages": int(apart)}
                faults.append(Fault("sources.population_sexes", file=file, values=values))
    return faults


def _finest(
    inside: dict[tuple[int | None, int | None], float],
) -> dict[tuple[int, int], float]:
    """Return ages and classes without those that finer ones cover already."""
    out: dict[tuple[int, int], float] = {}
    covered: set[int] = set()
    ranges = sorted(((a, b) for a, b in inside if a is not None and b is not None),
                    key=lambda r: (r[1] - r[0], r[0]))  # fmt: skip
    for first, last in ranges:
        ages = set(range(first, last + 1))
        if not ages & covered:
            out[first, last] = inside[first, last]
            covered |= ages
    return out


def _covers(inside: dict[tuple[int | None, int | None], float], needed: int) -> bool:
    covered = {age for first, last in _finest(inside) for age in range(first, last + 1)}
    return covered >= set(range(needed))


@dataclass(frozen=True)
class _Single:
    """Single ages of one area, year and sex: shape (101,) each."""

    persons: Array
    estimated: NDArray[np.bool_]


def _single_ages(
    counts: dict[Key, dict[tuple[int | None, int | None], float]],
    areas: dict[str, str],
    file: str,
) -> tuple[dict[Key, _Single], list[Fault]]:
    """Split classes, and both sexes together, by the shape of the last register."""
    faults: list[Fault] = []
    out: dict[Key, _Single] = {}
    shape = _Shape()
    for area, year in sorted({(a, y) for a, y, _ in counts}):
        where: dict[str, str | int | float] = {"area": area, "year": year}
        sexes = [sex for sex in ("m", "f") if (area, year, sex) in counts]
        wanted = sexes if len(sexes) == 2 else ["t"]
        split = False
        for sex in wanted:
            inside = {
                k: v for k, v in counts.get((area, year, sex), {}).items() if k[0] is not None
            }
            if not _covers(inside, NEEDED):
                faults.append(Fault("sources.population_ages", file=file, values=where))
                continue
            single = shape.split(_finest(inside), areas[area], year, sex)
            split = split or bool(single.estimated.any())
            if sex == "t":
                split = True
                out |= {
                    (area, year, s): part
                    for s, part in shape.sexes(single, areas[area], year).items()
                }
            else:
                out[area, year, sex] = single
        if split:
            fault = Fault("sources.population_split", file=file, values=where, severity="warning")
            faults.append(fault)
    return out, faults


class _Shape:
    """Ages within a class, as the cohorts of the last register say."""

    def __init__(self) -> None:
        table = reference.population()
        self._year = int(table["year"].max())
        last = table[table["year"] == self._year]
        self._counts: dict[tuple[str, str], Array] = defaultdict(lambda: np.zeros(OLDEST + 1))
        for municipality, sex, age, persons in zip(
            last["municipality"], last["sex"], last["age"], last["persons"], strict=True
        ):
            self._counts[str(municipality), str(sex)][int(age)] += float(persons)

    def _of(self, municipality: str, year: int, sex: str) -> Array:
        """Return expected persons by age in a year: each cohort as it was, older or younger."""
        now = np.full(OLDEST + 1, 0.5)
        for key in ("m", "f") if sex == "t" else (sex,):
            now += self._counts[municipality, key]
        index = np.clip(np.arange(OLDEST + 1) - (year - self._year), 0, OLDEST)
        return now[index]

    def split(
        self, inside: dict[tuple[int, int], float], municipality: str, year: int, sex: str
    ) -> _Single:
        weight = self._of(municipality, year, sex)
        persons, estimated = np.full(OLDEST + 1, np.nan), np.zeros(OLDEST + 1, dtype=np.bool_)
        for (first, last), number in inside.items():
            ages = slice(first, last + 1)
            persons[ages] = number * weight[ages] / weight[ages].sum()
            estimated[ages] = last > first
        return _Single(persons, estimated)

    def sexes(self, both: _Single, municipality: str, year: int) -> dict[str, _Single]:
        """Split both sexes together by their shares in the last register."""
        parts = {sex: self._of(municipality, year, sex) for sex in ("m", "f")}
        total = parts["m"] + parts["f"]
        everywhere = np.ones(OLDEST + 1, dtype=np.bool_)
        return {
            sex: _Single(both.persons * part / total, everywhere) for sex, part in parts.items()
        }


def missing_years(told: Mapping[str, set[int]], file: str) -> list[Fault]:
    """Return faults of years missing in the middle, of all municipalities or of one.

    Parameters
    ----------
    told
        Years by municipality.
    file
        Where they were read.
    """
    every = set().union(*told.values()) if told else set()
    if not every:
        return [Fault("sources.population_empty", file=file)]
    faults = []
    gaps = sorted(set(range(min(every), max(every) + 1)) - every)
    if gaps:
        values = {"years": ", ".join(map(str, gaps))}
        faults.append(Fault("sources.population_gap", file=file, values=values))
    for code, years in sorted(told.items()):
        own = sorted(set(range(min(years), max(years) + 1)) & every - years)
        if own:
            values = {"code": code, "years": ", ".join(map(str, own))}
            faults.append(Fault("sources.population_own_gap", file=file, values=values))
    return faults


def _table(singles: dict[Key, _Single], areas: dict[str, str]) -> pd.DataFrame:
    """Return the long table; areas that merged are added together."""
    import pandas as pd

    ages = OLDEST + 1
    keyed = list(singles)
    table = pd.DataFrame(
        {
            "municipality": np.repeat([areas[area] for area, _, _ in keyed], ages),
            "year": np.repeat([year for _, year, _ in keyed], ages),
            "age": np.tile(np.arange(ages), len(keyed)),
            "sex": np.repeat([sex for _, _, sex in keyed], ages),
            "persons": np.concatenate([single.persons for single in singles.values()]),
            "estimated": np.concatenate([single.estimated for single in singles.values()]),
        }
    ).dropna(subset=["persons"])
    keys = ["municipality", "year", "age", "sex"]
    return table.groupby(keys, as_index=False).agg(
        persons=("persons", "sum"), estimated=("estimated", "any")
    )
