"""How few buses: ``python benchmarks/school_bus.py INSTANCE_DIR ... [--json]``.

Plans the buses of instances of Park, Tae and Kim (2012) with mixed loads, and prints how many they
need beside the best stored solution (``BKS_buses.tsv``) and the best of the single-load methods
(``mit_pnas_tableS1_buses.csv``) where these files lie beside the instance. Every plan is gone
through by the checker, which shares nothing with the search. One core.

``--peer pyvrp`` compares on what PyVRP can express instead: single loads, school by school
(:mod:`school_bus_peer`).
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from skolnat.transport.checker import check
from skolnat.transport.instances import Reading, read_instance
from skolnat.transport.problem import Problem, clock
from skolnat.transport.solve import Effort, plan_buses
from skolnat.transport.timetable import BusPlan

LAST_PART = 0.03
"""Share of the time that is kept for shortening the routes of the fewest buses."""

CLOSING_S = 1.0
"""Seconds that are kept for timetables and the checker."""


@dataclass(frozen=True)
class Outcome:
    """What came of one instance."""

    instance: str
    max_ride_s: float
    reading: Reading
    seed: int
    buses: int
    single_load: int | None
    best_stored: int | None
    hours_driven: float
    seconds: float
    verdict: str
    faults: list[str]


def main() -> None:
    """Plan each instance, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", type=Path, nargs="+")
    parser.add_argument("--max-ride", type=float, default=2700.0, help="seconds")
    parser.add_argument("--seconds", type=float, default=600.0, help="for each instance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reading", choices=("strict", "published"), default="strict")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peer", choices=("pyvrp",), help="compare single loads with it")
    given = parser.parse_args()
    if given.peer:
        beside_peer(given)
        return
    told = []
    if not given.json:
        print("| instance | ride, s | buses | single load | best stored | h | s | checker |")
        print("|---|---:|---:|---:|---:|---:|---:|---|")
    for folder in given.instance:
        outcome, problem, plan = solved(
            folder, given.max_ride, given.seconds, given.seed, given.reading
        )
        told.append(asdict(outcome) | {"routes": routes(problem, plan)})
        if not given.json:
            print(row(outcome), flush=True)
    if given.json:
        print(json.dumps(told[0] if len(told) == 1 else told, indent=1))


def beside_peer(given: argparse.Namespace) -> None:
    """Compare single loads of each instance with a peer, and print a table or JSON."""
    from school_bus_peer import compared

    told = []
    if not given.json:
        print("| instance | ride, s | buses | h | s | PyVRP: buses | h | s | checker |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|---|")
    for folder in given.instance:
        problem = read_instance(folder, given.max_ride, given.reading)
        mine, other = compared(problem, given.seconds, given.seed)
        name, faults = folder.resolve().name, mine.faults + other.faults
        sides = {"ours": asdict(mine), given.peer: asdict(other)}
        told.append({"instance": name, "max_ride_s": given.max_ride} | sides)
        if not given.json:
            print(
                f"| {name} | {given.max_ride:.0f} | {mine.buses} | {mine.hours:.1f} "
                f"| {mine.seconds:.0f} | {other.buses} | {other.hours:.1f} | {other.seconds:.0f} "
                f"| {'unsound' if faults else 'sound'} |",
                flush=True,
            )
    if given.json:
        print(json.dumps(told, indent=1))


def solved(
    folder: Path, ride: float, seconds: float, seed: int, reading: Reading
) -> tuple[Outcome, Problem, BusPlan]:
    """Plan one instance within so many seconds, and have the plan checked.

    Compiling counts, but never takes more than half of the time from the search.
    """
    begun = time.monotonic()
    problem = read_instance(folder, ride, reading)
    plan_buses(_sample(problem), effort=Effort(fewest=100, cheapest=100))  # compiles
    end = max(begun + seconds, time.monotonic() + seconds / 2.0) - CLOSING_S
    until = {"fewest": end - LAST_PART * seconds, "cheapest": end}
    plan = plan_buses(
        problem,
        effort=Effort(fewest=10**9, cheapest=round(10 * seconds)),
        seed=seed,
        enough=lambda phase, _buses: time.monotonic() >= until[phase],
    )
    breaches = check(problem, plan)
    single, stored = _known(folder, ride)
    outcome = Outcome(
        instance=folder.resolve().name,
        max_ride_s=ride,
        reading=reading,
        seed=seed,
        buses=plan.buses,
        single_load=single,
        best_stored=stored,
        hours_driven=round(hours_driven(problem, plan), 2),
        seconds=round(time.monotonic() - begun, 1),
        verdict="unsound" if breaches else "sound",
        faults=[
            f"{one.kind}, route {one.route}, call {one.call}: {one.detail}" for one in breaches
        ],
    )
    return outcome, problem, plan


def hours_driven(problem: Problem, plan: BusPlan) -> float:
    """Return the hours of driving and halting, without waiting for a school to open."""
    seconds = 0.0
    for route in plan.routes:
        seconds += sum(call.leave - call.arrive for call in route.calls)
        places = [call.place for call in route.calls]
        seconds += sum(float(problem.seconds[leg]) for leg in pairwise(places))
    return seconds / 3600.0


def _sample(problem: Problem) -> Problem:
    """Return the same problem with a few of its groups."""
    return replace(problem, groups=problem.groups[:4])


def _known(folder: Path, ride: float) -> tuple[int | None, int | None]:
    """Buses of the best single-load method, and of the best stored solution."""
    name, beside = folder.resolve().name, folder.resolve().parent
    single = stored = None
    if (beside / "mit_pnas_tableS1_buses.csv").is_file():
        table = pd.read_csv(beside / "mit_pnas_tableS1_buses.csv")
        rows = table[(table["benchmark"] == name) & (table["max_riding_time"] == ride)]
        single = int(rows["buses"].min()) if len(rows) else None
    if (beside / "BKS_buses.tsv").is_file():
        table = pd.read_csv(beside / "BKS_buses.tsv", sep="\t")
        rows = table[(table["instance"] == name) & (table["max_ride_s"] == ride)]
        stored = int(rows["buses_in_zip_solution"].iloc[0]) if len(rows) else None
    return single, stored


def routes(problem: Problem, plan: BusPlan) -> list[list[dict[str, Any]]]:
    """Every call of every route, for whoever wants to check them again."""
    names = {group.name: group for group in problem.groups}
    return [
        [
            {
                "id": call.school or call.on[0],
                "arrive_s": round(call.arrive, 3),
                "arrive": clock(call.arrive),
                "leave_s": round(call.leave, 3),
                "on": sum(names[one].pupils for one in call.on),
                "off": sum(names[one].pupils for one in call.off),
            }
            for call in route.calls
        ]
        for route in plan.routes
    ]


def row(one: Outcome) -> str:
    """Return an outcome as one row of a table."""
    single = "" if one.single_load is None else str(one.single_load)
    stored = "" if one.best_stored is None else str(one.best_stored)
    return (
        f"| {one.instance} | {one.max_ride_s:.0f} | {one.buses} | {single} | {stored} "
        f"| {one.hours_driven:.1f} | {one.seconds:.0f} | {one.verdict} |"
    )


if __name__ == "__main__":
    main()
