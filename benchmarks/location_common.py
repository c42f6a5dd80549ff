"""What the benchmarks of location share: instances, known values, rows, and how they are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from main_job import machine

CORES = "1: one process, HiGHS with threads=1"


@dataclass(frozen=True)
class Row:
    """One instance solved.

    Parameters
    ----------
    instance, size
        Its name, and customers x open sites (0: free).
    known
        Best known or optimal value; None where none is known.
    cost, bound
        What was found. The cost is that of the independent check, from the raw file.
    seconds
        By the clock, reading of the file left out.
    proven
        Whether the gap is closed.
    fault
        What the independent check found wrong; "" when nothing.
    """

    instance: str
    size: str
    known: float | None
    cost: float
    bound: float
    seconds: float
    proven: bool
    fault: str

    @property
    def gap(self) -> float:
        """Cost over bound, in per cent of the cost."""
        return 100.0 * (self.cost - self.bound) / self.cost if self.cost else 0.0

    @property
    def to_known(self) -> float | None:
        """Cost over the known value, in per cent of that."""
        return None if not self.known else 100.0 * (self.cost - self.known) / self.known

    def told(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return asdict(self) | {"gap_percent": self.gap, "to_known_percent": self.to_known}


def warmed(call: Callable[[], object]) -> float:
    """Have everything compiled before the clock runs; return the seconds of that."""
    began = perf_counter()
    call()
    return perf_counter() - began


def table(rows: Sequence[Row], extra: Mapping[str, Sequence[str]] | None = None) -> Iterator[str]:
    """Tell the rows as a table."""
    more = dict(extra or {})
    heads = ["instance", "size", "known", "cost", "bound", "gap %", "to known %", "s", "proven"]
    heads += [*more, "check"]
    yield "| " + " | ".join(heads) + " |"
    yield "|---|" + "---:|" * (len(heads) - 2) + "---|"
    for k, row in enumerate(rows):
        known = "" if row.known is None else f"{row.known:,.2f}"
        away = "" if row.to_known is None else f"{row.to_known:.4f}"
        cells = [row.instance, row.size, known, f"{row.cost:,.2f}", f"{row.bound:,.2f}"]
        cells += [f"{row.gap:.4f}", away, f"{row.seconds:.2f}", "yes" if row.proven else "no"]
        cells += [values[k] for values in more.values()] + [row.fault or "right"]
        yield "| " + " | ".join(cells) + " |"


def finished(
    rows: Sequence[Row],
    figures: Sequence[tuple[str, float, str, bool]],
    *,
    as_json: bool,
    extra: Mapping[str, Sequence[str]] | None = None,
    compiling: float = 0.0,
) -> int:
    """Print the table and the figures; return 1 when one is missed or a check fails.

    Parameters
    ----------
    figures
        Name, value, what it must be, whether it is reached.
    compiling
        Seconds before the first instance, for compiling or loading what is compiled.
    """
    where = machine() | {"used": CORES, "now": datetime.now(UTC).isoformat(timespec="seconds")}
    if as_json:
        names = ("figure", "value", "must_be", "reached")
        told = {
            "machine": where,
            "command": " ".join(sys.argv),
            "compiling_seconds": compiling,
            "rows": [row.told() for row in rows],
            "figures": [dict(zip(names, one, strict=True)) for one in figures],
            **{name: list(values) for name, values in (extra or {}).items()},
        }
        print(json.dumps(told, indent=1))
    else:
        print("\n".join(f"- {name}: {value}" for name, value in where.items()))
        print(f"- compiling, or loading what is compiled: {compiling:.1f} s, in no figure below\n")
        print("\n".join(table(rows, extra)))
        print("\n| figure | value | must be | |\n|---|---:|---|---|")
        for name, value, bar, reached in figures:
            print(f"| {name} | {value:,.4g} | {bar} | {'reached' if reached else 'MISSED'} |")
    wrong = any(row.fault for row in rows) or not all(one[-1] for one in figures)
    return 1 if wrong else 0


def say(*words: object) -> None:
    """Tell how far it is, apart from the result."""
    print(*words, file=sys.stderr, flush=True)


def known_values(path: Path | None, column: str) -> dict[str, float]:
    """Read best known values from a table with tabs, by instance; empty where there is none."""
    if path is None or not path.is_file():
        return {}
    head, *rows = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line)
    return {row[0]: float(row[head.index(column)]) for row in rows}
