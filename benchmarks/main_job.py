"""How fast, lean and sure the main job is: ``python benchmarks/main_job.py [--json | --markdown]``.

Runs ``skolnat run`` on the examples, each in a process and a folder of its own, so that no step
is kept from before; then once more with nothing changed. Unless ``--warm`` is given the compiled
search is made anew too, as on a fresh machine. Prints what must be reached beside what is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = ("paijanne-tavastland", "sydosterbotten", "tunturi-lappi")
SCENARIOS = ("today", "alone", "together", "together_keeping")

MOST_SECONDS = 90.0
MOST_MIB = 2048.0
MOST_GAP_PERCENT = 2.0
MOST_WIDTH = 0.5
MOST_CACHED_SECONDS = 2.0

LOOK_SECONDS = 0.2
"""So often the memory of all processes of a run is looked at."""


@dataclass(frozen=True)
class Run:
    """One run of the command.

    Parameters
    ----------
    seconds
        By the clock, from start to end of the process.
    mib
        Most memory of all its processes together, shared pages counted once (as seen every
        :data:`LOOK_SECONDS`; 0 where the system does not tell).
    largest_mib
        Most memory of its largest process.
    """

    seconds: float
    mib: float
    largest_mib: float


@dataclass(frozen=True)
class Figure:
    """One figure of one example: what it came to, and what it may be at most."""

    example: str
    name: str
    value: float
    most: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the figure is small enough; None where nothing is required."""
        return None if self.most is None else self.value <= self.most

    def row(self) -> str:
        """Return the figure as one row of a table."""
        mark = {True: "reached", False: "MISSED", None: ""}[self.reached]
        bar = "" if self.most is None else f"<= {self.most:g}"
        return f"| {self.example} | {self.name} | {self.value:,.2f} | {bar} | {mark} |"


def main() -> None:
    """Run the examples, and print tables or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="*", type=Path, help="study files; the examples if none")
    parser.add_argument("--jobs", type=int, default=2, help="processes of a run")
    parser.add_argument("--warm", action="store_true", help="keep the compiled search")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true", help="the block for docs/benchmarks.md")
    options = parser.parse_args()
    studies = options.studies or [EXAMPLES / f"{name}.toml" for name in NAMES]
    with tempfile.TemporaryDirectory(prefix="skolnat-benchmark-") as folder:
        found = [
            measured(study, Path(folder) / study.stem, options.jobs, warm=options.warm)
            for study in studies
        ]
    figures = [figure for _, _, some in found for figure in some]
    if options.json:
        listed = [asdict(figure) | {"reached": figure.reached} for figure in figures]
        told = {"machine": machine(), "figures": listed}
        print(json.dumps(told | {"summaries": {n: s for n, s, _ in found}}, indent=1))
        return
    if options.markdown:
        print("\n".join([*head(options.jobs, warm=options.warm), ""]))
    print("| example | figure | value | at most | |\n|---|---|---:|---:|---|")
    print("\n".join(figure.row() for figure in figures))
    if options.markdown:
        print("\n".join(["", *scenario_table(found), "", *step_table(found)]))


Found = tuple[str, dict[str, Any], list[Figure]]


def measured(study: Path, folder: Path, jobs: int, *, warm: bool) -> Found:
    """Run a study twice; return its name, its summary and its figures."""
    folder.mkdir()
    environment = dict(os.environ)
    if not warm:
        environment["SKOLNAT_CACHE"] = str(folder / "compiled")
    out = folder / "out"
    words = [sys.executable, "-m", "skolnat", "run", str(study), "--out", str(out)]
    words += ["--jobs", str(jobs)]
    first = run(words, environment)
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    again = run(words, environment)
    return study.stem, summary, list(figures_of(study.stem, first, again, summary))


def figures_of(
    example: str, first: Run, again: Run, summary: Mapping[str, Any]
) -> Iterator[Figure]:
    """Tell the figures of an example beside what they must reach."""
    yield Figure(example, "seconds", first.seconds, MOST_SECONDS)
    yield Figure(example, "MiB, all processes", first.mib, MOST_MIB)
    yield Figure(example, "MiB, largest process", first.largest_mib, MOST_MIB)
    for scenario in SCENARIOS:
        gap = 100.0 * summary["scenarios"][scenario]["gap"]
        yield Figure(example, f"gap of {scenario}, %", gap, MOST_GAP_PERCENT)
    low, high = summary["gain"]["low"], summary["gain"]["high"]
    yield Figure(example, "gain, low, 1,000 EUR a year", low / 1000.0)
    yield Figure(example, "gain, high, 1,000 EUR a year", high / 1000.0)
    middle = abs(low + high) / 2.0
    width = (high - low) / middle if middle > 0.0 else float("inf")
    yield Figure(example, "width of the gain over its middle", width, MOST_WIDTH)
    yield Figure(example, "seconds, nothing changed", again.seconds, MOST_CACHED_SECONDS)


def run(words: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run a command to its end, and look at its memory meanwhile.

    Raises
    ------
    SystemExit
        When the command fails, with what it said.
    """
    with tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        process = subprocess.Popen(words, env=environment, stdout=said, stderr=said)
        most, looked = 0.0, -LOOK_SECONDS
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            seconds = time.perf_counter() - began
            if pid:
                break
            if seconds - looked >= LOOK_SECONDS:
                most, looked = max(most, tree_mib(process.pid)), seconds
            time.sleep(0.01)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(words)} ended with {process.returncode}\n{said.read()}")
    unit = 1024.0 if sys.platform == "linux" else 1024.0**2
    return Run(seconds, most, usage.ru_maxrss / unit)


def tree_mib(pid: int) -> float:
    """Return the memory of a process and all below it, shared pages counted once, in MiB."""
    total = 0.0
    try:
        rolled = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        below = [path.read_text("ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except (OSError, ValueError):
        return total  # it has ended, or the system has no such files
    total += sum(int(row.split()[1]) for row in rolled.splitlines() if row.startswith("Pss:"))
    return total / 1024.0 + sum(tree_mib(int(child)) for row in below for child in row.split())


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    processor = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.is_file():
        names = [row for row in described.read_text("utf-8").splitlines() if "model name" in row]
        processor = names[0].partition(":")[2].strip() if names else processor
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": processor,
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def head(jobs: int, *, warm: bool) -> Iterator[str]:
    """Tell machine, date and command."""
    for name, value in machine().items():
        yield f"- {name}: {value}"
    words = "python benchmarks/main_job.py --markdown" + (" --warm" if warm else "")
    yield f"- command: `{words} --jobs {jobs}`"


def scenario_table(found: Sequence[Found]) -> Iterator[str]:
    """Tell what each scenario came to, so that a change of the method is seen."""
    money = ("cost_eur_per_year", "changeable_cost_eur_per_year")
    keys = (*money, "mean_journey_km", "pupils_over_limit", "schools_open", "pupils_moved")
    yield f"| example | scenario | {' | '.join(keys)} |"
    yield "|---|---|" + "---:|" * len(keys)
    for name, summary, _ in found:
        for scenario in SCENARIOS:
            row = summary["scenarios"][scenario]
            values = " | ".join(
                f"{row[key]:.2f}" if key == "mean_journey_km" else f"{row[key]:,.0f}"
                for key in keys
            )
            yield f"| {name} | {scenario} | {values} |"


def step_table(found: Sequence[Found]) -> Iterator[str]:
    """Tell the seconds of each step."""
    steps = list(dict.fromkeys(step for _, summary, _ in found for step in summary["seconds"]))
    yield f"| seconds of each step | {' | '.join(name for name, _, _ in found)} |"
    yield "|---|" + "---:|" * len(found)
    for step in steps:
        values = " | ".join(f"{summary['seconds'].get(step, 0.0):.1f}" for _, summary, _ in found)
        yield f"| {step} | {values} |"


if __name__ == "__main__":
    main()
