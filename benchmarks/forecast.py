"""How good and how fast the forecast is: ``python benchmarks/forecast.py [--json] [--data DIR]``.

Prints the figures that the forecast must reach beside what it reaches. Norway's constants saw
nothing after 1 January 2017; Finland's regional prior nothing after 2019.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from skolnat.forecast import forecast
from skolnat.forecast.backtest import EMPIRICAL, MODEL, Backtest, backtest, backtest_regions
from skolnat.forecast.history import finland
from skolnat.sources import reference

DATA = Path(__file__).parents[1] / ".." / "shared" / "data" / "forecast"
REGION_BARS = {5: 1.05, 10: 3.12, 15: 6.32}
"""Hamilton-Perry's WMAPE in per cent, as the requirement states it."""


@dataclass(frozen=True)
class Figure:
    """One figure: what it is, what it came to, what it must reach, and whether it does."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the figure lies where it must; None where nothing is required."""
        if self.least is None and self.most is None:
            return None
        low = self.least if self.least is not None else -np.inf
        high = self.most if self.most is not None else np.inf
        return bool(low <= self.value <= high)

    def line(self) -> str:
        """Return the figure as one row of a table."""
        ends = ["" if end is None else f"{end:g}" for end in (self.least, self.most)]
        bar = "-".join(ends) if all(ends) else f"<= {ends[1]}" if ends[1] else f">= {ends[0]}"
        mark = {True: "reached", False: "MISSED", None: ""}[self.reached]
        return f"| {self.name} | {self.value:.2f} | {bar if mark else ''} | {mark} |"


def main() -> None:
    """Run everything, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--draws", type=int, default=1000)
    options = parser.parse_args()
    # The speed first: its memory is the most that the process has held so far.
    found = [*speed(), *norway(options.data, options.draws), *regions(options.draws)]
    if options.json:
        print(json.dumps([asdict(f) | {"reached": f.reached} for f in found], indent=1))
        return
    print("| figure | value | must be | |\n|---|---|---|---|")
    for figure in found:
        print(figure.line())


def speed() -> Iterator[Figure]:
    """Forecast the whole country to 2045 with 1,000 draws, once, from a cold start."""
    start = time.perf_counter()
    future = forecast(base_year=2025, until=2045, draws=1000, seed=1)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    yield Figure("all municipalities, 1,000 draws, to 2045: seconds", seconds, most=10.0)
    yield Figure("the same: GiB", peak, most=2.0)
    yield from _nowcast(future.mean(), future.municipalities)


def _nowcast(mean: np.ndarray, codes: tuple[str, ...]) -> Iterator[Figure]:
    """How far the nowcast of 2025 is from the register of the regions."""
    regions, _ = finland(2025)
    table = reference.municipalities().set_index("municipality")["region"]
    own = np.array([regions.units.index(table[code]) for code in codes])
    sums = np.zeros((len(regions.units), mean.shape[2]))
    np.add.at(sums, own, mean[:, 0])
    worst = np.abs(sums / regions.last[:, : mean.shape[2]] - 1.0).max()
    yield Figure(
        "nowcast of 2025 against the regions' single ages, worst, %", 100.0 * worst, most=0.01
    )


def norway(data: Path, draws: int) -> Iterator[Figure]:
    """Back-test on Norway's municipalities."""
    near = backtest(data, horizons=[5], origins=range(2017, 2022), draws=draws)
    far = backtest(data, horizons=[10], origins=[2015, 2016], draws=draws)
    for tested, ahead, bar in ((near, 5, 3.9), (far, 10, 7.0)):
        own = _row(tested, MODEL, "7-15")
        old = _row(tested, "hamilton_perry", "7-15")
        yield Figure(f"Norway 7-15, {ahead} years: MAPE, all municipalities", own["mape"], most=bar)
        yield Figure("  Hamilton-Perry", old["mape"])
        yield Figure(
            f"Norway 7-15, {ahead} years: MAPE, from 100 children up", own["mape_100"], most=bar
        )
        yield Figure("  Hamilton-Perry", old["mape_100"])
        for method, name in ((MODEL, f"Norway 7-15, {ahead} years: MAPE, 100 children in the end"),
                             ("hamilton_perry", "  Hamilton-Perry")):  # fmt: skip
            mine = (tested.cases["method"] == method) & (tested.cases["truth"] >= 100)
            large = tested.cases[mine & (tested.cases["ages"] == "7-15")]
            yield Figure(name, 100.0 * float((large["point"] / large["truth"] - 1.0).abs().mean()))
    own, empirical = _row(near, MODEL, "7-15"), _row(near, EMPIRICAL, "7-15")
    saved = 100.0 * (1.0 - own["crps"] / empirical["crps"])
    yield Figure("Norway 7-15, 5 years: relative CRPS, % below empirical HP", saved, least=20.0)
    yield Figure("Norway 7-15, 5 years: 80 % interval covers", own["covered_80"], 77.0, 83.0)
    yield Figure("Norway 7-15, 5 years: 95 % interval covers", own["covered_95"], 93.0, 97.0)
    sizes = near.by_size()
    sizes = sizes[(sizes["method"] == MODEL) & (sizes["ages"] == "7-15")]
    for name, covered in zip(sizes["size_class"], sizes["covered_80"], strict=True):
        yield Figure(f"  with {name} children: 80 % interval covers", covered, 75.0, 85.0)
    young = _row(far, MODEL, "0-6")["mape"]
    naive = _row(far, "naive", "0-6")["mape"]
    yield Figure("Norway 0-6, 10 years: MAPE, no worse than naive", young, most=naive)
    own = _row(far, MODEL, "7-15")
    yield Figure("Norway 7-15, 10 years: 80 % interval covers", own["covered_80"])
    yield Figure("Norway 7-15, 10 years: 95 % interval covers", own["covered_95"])


def regions(draws: int) -> Iterator[Figure]:
    """Back-test on Finland's regions, every origin from 1990."""
    panel, _ = finland(2025)
    tested = backtest_regions(
        panel, horizons=[5, 10, 15], origins=range(1990, 2021), draws=min(draws, 300), seed=1
    )
    table = tested.table()
    for ahead, bar in REGION_BARS.items():
        inside = table[(table["horizon"] == ahead) & (table["ages"] == "7-15")]
        by = inside.set_index("method")
        value = float(by.loc[MODEL, "wmape"])
        yield Figure(f"Finland's regions 7-15, {ahead} years: WMAPE", value, most=bar)
        yield Figure("  Hamilton-Perry", float(by.loc["hamilton_perry", "wmape"]))
        covered = float(by.loc[MODEL, "covered_80"])
        yield Figure("  80 % interval covers", covered)


def _row(tested: Backtest, method: str, ages: str) -> dict[str, float]:
    table = tested.table()
    row = table[(table["method"] == method) & (table["ages"] == ages)].iloc[0]
    return {str(k): float(v) for k, v in row.items() if k not in ("method", "ages")}


if __name__ == "__main__":
    main()
