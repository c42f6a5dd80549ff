"""How fast and sure the optimiser is: ``python benchmarks/optimiser.py [--json]``.

The instances with proven optima; the ten municipalities of Päijänne-Tavastland in four periods
from prepared markets, kernels warm; what follows when one school changes. With ``--deep`` only the
region, searched for minutes, for the narrowest gain; with ``--country`` every region of Finland one
after the other from the reference schools. Seconds by the clock, and of the processors: on a busy
machine the second tells more.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "instances"))

from generate import read_instance

from skolnat.network.solve import Effort, solve
from skolnat.network.warm import compile_kernels
from skolnat.network.whatif import ImpossibleError
from skolnat.network.wishes import Wishes
from skolnat.sources import reference
from skolnat.study.optimise import RENEWED, Optimum, open_study, optimise
from skolnat.study.prepare import Prepared
from skolnat.study.solve import BRISK, DEEP, THOROUGH

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / "paijanne-tavastland.toml"
STUDY = """\
[study]
name = {{ sv = "{region}", fi = "{region}", en = "{region}" }}
municipalities = [{codes}]
draws = 20
[network]
periods = 3
first_change = 2028
effort = "brisk"
"""
T = TypeVar("T")


@dataclass(frozen=True)
class Figure:
    """One figure beside what it may be at most."""

    what: str
    value: float
    most: float | None = None

    def row(self) -> str:
        """Return the figure as one row of a table."""
        bar = "" if self.most is None else f"<= {self.most:g}"
        reached = self.most is None or self.value <= self.most
        mark = "" if self.most is None else ("reached" if reached else "MISSED")
        return f"| {self.what} | {self.value:,.3f} | {bar} | {mark} |"


def timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """Return what some work gives, with its seconds by the clock and of the processors."""
    clock, processors = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - clock, time.process_time() - processors


def instances() -> Iterator[Figure]:
    """Solve the instances, and compare with their optima."""
    over, under = [], []
    for path in sorted((HERE / "instances").glob("*.json")):
        told = read_instance(path)
        every = np.ones_like(told.market.km, dtype=np.bool_)
        found = solve(told.market, every)
        over.append(found.plan.cost / told.optimum - 1.0)
        under.append(1.0 - found.bound / told.optimum)
    yield Figure("instances", float(len(over)))
    yield Figure("instances solved to the optimum", float(sum(x < 1e-9 for x in over)))
    yield Figure("worst plan over its optimum, %", 100.0 * max(over))
    yield Figure("mean bound under its optimum, %", 100.0 * float(np.mean(under)))


def paijanne(effort: Effort, most: float | None) -> Iterator[Figure]:
    """Solve the pilot region in four periods, each regime in so many seconds at most."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.toml"
        path.write_text(EXAMPLE.read_text("utf-8").replace("periods = 3", "periods = 4"), "utf-8")
        prepared = open_study(path)
    best: dict[Any, Optimum] = {}
    for regime in ("together", "alone"):
        found, seconds, work = timed(
            lambda regime=regime: optimise(prepared, regime=regime, effort=effort)  # type: ignore[misc]
        )
        best[regime] = found
        yield Figure(f"{regime}: gap, %", 100.0 * found.gap, 0.5)
        yield Figure(f"{regime}: seconds", seconds, most)
        yield Figure(f"{regime}: seconds of both processors", work)
    low = best["alone"].bound - best["together"].cost
    high = best["alone"].cost - best["together"].bound
    yield Figure("gain, low, 1,000 EUR a year", low / 1000.0)
    yield Figure("gain, high, 1,000 EUR a year", high / 1000.0)
    yield Figure("width of the gain over its middle", (high - low) / (high + low) * 2.0, 0.2)
    if effort is THOROUGH:
        yield from changes(prepared, best["together"])


def changes(prepared: Prepared, best: Optimum) -> Iterator[Figure]:
    """Close each school in turn, and seek the best plan with one school kept."""
    start = best.what_if()
    spent = []
    for plan in start.plans:
        for unit, closes in zip(plan.market.units, plan.closes, strict=True):
            if closes == len(plan.periods):
                began = time.process_time()
                with suppress(ImpossibleError):
                    _ = start.close(unit.rpartition(":")[0], 2031).figures.cost
                    spent.append(time.process_time() - began)
    yield Figure("one school closed and evaluated, mean, milliseconds", 1e3 * np.mean(spent), 100.0)
    yield Figure("the slowest of them, milliseconds", 1e3 * max(spent), 100.0)
    market, plan = prepared.cases[0].market, best.solved[0].plan
    closed = int(np.flatnonzero(plan.closes < market.periods)[0])
    wishes = Wishes(keep=(market.units[closed].rpartition(":")[0],))
    _, seconds, work = timed(lambda: optimise(prepared, wishes=wishes, start=best, effort=RENEWED))
    yield Figure("one school kept and all planned anew, seconds", seconds, 2.0)
    yield Figure("the same, seconds of both processors", work)


def country() -> Iterator[Figure]:
    """Plan every region from the reference schools."""
    table = reference.municipalities()
    table = table[~table["aland"]]
    whole = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for region, group in table.groupby("region"):
            codes = ", ".join(f'"{code}"' for code in group["municipality"])
            path = Path(folder) / f"{region}.toml"
            path.write_text(STUDY.format(region=region, codes=codes), "utf-8")
            found, seconds, work = timed(lambda path=path: optimise(open_study(path), effort=BRISK))  # type: ignore[misc]
            whole += seconds
            print(region, f"{seconds:.1f} s", f"{100 * found.gap:.2f} %", file=sys.stderr)
            yield Figure(f"region {region}: gap, %", 100.0 * found.gap)
            yield Figure(f"region {region}: seconds", seconds)
            yield Figure(f"region {region}: seconds of both processors", work)
    yield Figure("all regions: seconds", whole, 900.0)
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0**2
    yield Figure("all regions: GiB", gib, 8.0)


def main() -> None:
    """Print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--country", action="store_true", help="every region of Finland")
    parser.add_argument("--deep", action="store_true", help="the pilot region, searched deeply")
    options = parser.parse_args()
    compile_kernels()
    if options.country:
        figures = list(country())
    elif options.deep:
        figures = list(paijanne(DEEP, None))
    else:
        figures = [*instances(), *paijanne(THOROUGH, 20.0)]
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=1))
        return
    print("| figure | value | at most | |\n|---|---:|---:|---|")
    print("\n".join(figure.row() for figure in figures))


if __name__ == "__main__":
    main()
