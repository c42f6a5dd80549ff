"""A results folder, read: the tables and the summary that a report is made from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Final

import pandas as pd

from skolnat.common.languages import Language
from skolnat.plan.scenario import SCENARIOS
from skolnat.transport.tables import COLUMNS

TABLES: Final = (
    "municipalities",
    "boundaries",
    "schools",
    "cells",
    "forecast",
    "forecast_history",
    "units",
    "assignments",
    "ledger",
    "agreements",
    "exit",
    "investments",
    "journeys",
    "flows",
    "outside",
    "breaches",
    "gains",
    "sensitivity",
    "range",
    "groups",
    "hours",
    "recount",
    "rules",
)
"""Tables of a results folder, each a Parquet file under ``tables/``."""

COSTS: Final = ("scenario", "municipality", "side", "item", "year", "eur", "rules")
"""Columns of the table of costs that a report needs."""

LATER: Final = (*COLUMNS, "accounts", "measures", "measure_costs", "costs")
"""Tables that results which were written earlier may lack."""

_YEAR: Final = re.compile(r"\d{4}")


@dataclass(frozen=True, eq=False)
class Results:
    """What a study found.

    Parameters
    ----------
    manifest
        The study, its inputs, versions and durations.
    summary
        The figures for machines.
    tables
        By name, see :data:`TABLES`.
    """

    manifest: Mapping[str, Any]
    summary: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    _kept: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False)

    def name(self, language: Language) -> str:
        """Return the region's name."""
        return str(self.manifest["study"]["name"][language])

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Scenarios that were computed, in their order."""
        return tuple(name for name in SCENARIOS if name in self.summary["scenarios"])

    @cached_property
    def base_year(self) -> int:
        """Last year whose register is known: where the forecast begins."""
        return int(self.tables["forecast"]["year"].min())

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last year of the plan."""
        years = self.tables["ledger"]["year"]
        return int(years.min()), int(years.max())

    @cached_property
    def periods(self) -> pd.DataFrame:
        """One row a planning period: ``period, years`` (text), ``first, last, length``."""
        units = self.tables["units"]
        labels = dict(zip(units["period"].astype(int), units["years"].astype(str), strict=True))
        found = [(period, years, *_ends(years)) for period, years in labels.items()]
        frame = pd.DataFrame(sorted(found), columns=["period", "years", "first", "last"])
        return frame.assign(length=frame["last"] - frame["first"] + 1)

    @cached_property
    def price_year(self) -> int:
        """Year of the prices in which every cost is told."""
        rules = self.tables["rules"]
        priced = rules[
            (rules["file"] == "assumptions")
            & rules["unit"].str.startswith("EUR")
            & ~rules["overridden"].astype(bool)
        ]
        years = pd.to_datetime(priced["valid_from"].astype(str), errors="coerce").dt.year.mode()
        return int(years.iloc[0]) if len(years) else self.base_year

    @cached_property
    def gain(self) -> tuple[float, float]:
        """Interval of what the region gains by cooperating, euros a year."""
        gain = self.summary["gain"]
        return float(gain["low"]), float(gain["high"])

    @property
    def proven(self) -> bool:
        """Whether the gain is above zero beyond doubt of the computation."""
        return self.gain[0] > 0.0

    def names(self, language: Language) -> dict[str, str]:
        """Return the names of the municipalities, by code, in alphabetical order."""
        table = self.tables["municipalities"]
        pairs = zip(table["municipality"].astype(str), table[f"name_{language}"], strict=True)
        return dict(sorted(pairs, key=lambda pair: alphabetical(pair[1])))


def once(
    table: Callable[[Results], pd.DataFrame],
) -> Callable[[Results], pd.DataFrame]:
    """Let a table be worked out once for all languages; each caller has a copy of its own."""

    @wraps(table)
    def kept(results: Results) -> pd.DataFrame:
        name = f"{table.__module__}.{table.__qualname__}"
        if name not in results._kept:  # noqa: SLF001 - the memory of this very function
            results._kept[name] = table(results)  # noqa: SLF001
        return results._kept[name].copy()  # noqa: SLF001

    return kept


def keyed(frame: pd.DataFrame, *columns: str) -> dict[Any, dict[str, Any]]:
    """Return the rows of a table by the value of a column, or by the values of several."""
    records = frame.to_dict("records")
    if len(columns) == 1:
        return {row[columns[0]]: row for row in records}  # type: ignore[misc]
    return {tuple(row[column] for column in columns): row for row in records}  # type: ignore[misc]


def _ends(label: str) -> tuple[int, int]:
    years = [int(year) for year in _YEAR.findall(label)]
    return years[0], years[-1]


def alphabetical(name: str) -> str:
    """Return a key that sorts as Swedish and Finnish do: å, ä and ö come last."""
    return name.casefold().translate(str.maketrans("åäö", "{|}"))


def read_results(folder: Path) -> Results:
    """Read a results folder.

    Raises
    ------
    FileNotFoundError
        When a file is missing: the study did not end, or the folder is another.
    """
    files = {name: folder / "tables" / f"{name}.parquet" for name in TABLES}
    missing = [
        str(path.relative_to(folder))
        for path in (folder / "manifest.json", folder / "summary.json", *files.values())
        if not path.is_file()
    ]
    if missing:
        raise FileNotFoundError(
            f"{folder} is no whole results folder: {', '.join(missing)} missing. Run the study "
            "again, with `skolnat run`."
        )
    later = {name: folder / "tables" / f"{name}.parquet" for name in LATER}
    files |= {name: path for name, path in later.items() if path.is_file()}
    return Results(
        manifest=json.loads((folder / "manifest.json").read_text(encoding="utf-8")),
        summary=json.loads((folder / "summary.json").read_text(encoding="utf-8")),
        tables={
            name: pd.read_parquet(path, columns=list(COSTS) if name == "costs" else None)
            for name, path in files.items()
        },
    )
