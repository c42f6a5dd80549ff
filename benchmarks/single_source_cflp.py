"""Single-source capacitated facility location: ``python benchmarks/single_source_cflp.py FILES``.

Reads the files of Avella and Boccia (``.plc``); every plan is checked from the raw file.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from capacitated_p_median import small
from location_common import Row, finished, known_values, say, warmed

from skolnat.network.location import Plan, read_single_source, solve_capacitated

MOST_SECONDS = 300.0
MOST_AWAY = 0.1


def main() -> int:
    """Solve all instances, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--known", type=Path, help="best values; BKS_sscflp.tsv beside if none")
    parser.add_argument("--seconds", type=float, default=MOST_SECONDS, help="for each instance")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    files = [path for path in options.files if path.suffix != ".tsv"]
    known = known_values(options.known or files[0].parent / "BKS_sscflp.tsv", "z_UB")
    compiling = warmed(lambda: [solve_capacitated(small(n), seconds=5.0) for n in (3, 0)])
    rows = [solved(path, known.get(path.stem), options.seconds, options.seed) for path in files]
    figures = [("slowest, s", max(row.seconds for row in rows), "", True)]
    away = [row.to_known for row in rows if row.to_known is not None]
    if away:
        mean = sum(away) / len(away)
        bar = f"<= {MOST_AWAY:g}"
        figures.append(("mean distance to best known, %", mean, bar, mean <= MOST_AWAY))
    return finished(rows, figures, as_json=options.json, compiling=compiling)


def solved(path: Path, known: float | None, seconds: float, seed: int) -> Row:
    """Solve one instance."""
    problem = read_single_source(path)
    answer = solve_capacitated(problem, seconds=seconds, seed=seed)
    cost, fault = checked(path, answer.plan)
    if abs(cost - answer.plan.cost) > 1e-6 * cost:
        fault = fault or f"cost told {answer.plan.cost}"
    if known is not None and answer.bound > known * (1.0 + 1e-6):
        fault = fault or "bound above the best known"
    say(path.stem, f"{answer.seconds:.1f} s", f"gap {100.0 * answer.gap:.4f} %", cost, known)
    size = f"{problem.demand.size} x free"
    return Row(path.stem, size, known, cost, answer.bound, answer.seconds, answer.proven, fault)


def checked(path: Path, plan: Plan) -> tuple[float, str]:
    """Compute cost and feasibility of a plan from the raw file."""
    words = path.read_text("utf-8").split()
    places, sites = int(words[0]), int(words[1])
    demand = [float(word) for word in words[2 : 2 + places]]
    capacity = [float(word) for word in words[2 + places : 2 + places + sites]]
    at = 2 + places + sites
    opening = [float(word) for word in words[at : at + sites]]
    at += sites
    load = dict.fromkeys(plan.open.tolist(), 0.0)
    cost, faults = sum(opening[j] for j in load), []
    for i, j in enumerate(plan.seat.tolist()):
        if j not in load:
            faults.append(f"site {j + 1} is used but not open")
            continue
        load[j] += demand[i]
        cost += demand[i] * float(words[at + j * places + i])
    faults += [f"site {j + 1} is too full" for j, held in load.items() if held > capacity[j]]
    return cost, "; ".join(faults[:3])


if __name__ == "__main__":
    sys.exit(main())
