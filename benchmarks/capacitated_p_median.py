"""Capacitated p-median: ``python benchmarks/capacitated_p_median.py FILES [--seconds S]``.

Reads the files of Lorena and Senne (``.dat``) and of Stefanello, de Araújo and Müller (``.txt``).
Instances of at most 500 points have 30 seconds each to be proven, larger ones 10 minutes;
``--seconds`` sets one limit for all. Every plan is checked from the raw file.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

import numpy as np
from location_common import Row, finished, known_values, say, warmed

from skolnat.network.location import (
    Capacitated,
    Plan,
    read_capacitated_p_median,
    solve_capacitated,
)

SMALL, SMALL_SECONDS, LARGE_SECONDS = 500, 30.0, 600.0
MOST_AWAY = 0.5
MUST_BE_PROVEN, MUST_BE_NEAR = ("SJC",), ("p3038", "pr2392")


def main() -> int:
    """Solve all instances, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--known", type=Path, help="table of best values; BKS.tsv beside if none")
    parser.add_argument("--seconds", type=float, help="for each instance")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    files = [path for path in options.files if path.suffix != ".tsv"]
    known = known_values(options.known or files[0].parent / "BKS.tsv", "recomputed")
    compiling = warmed(lambda: [solve_capacitated(small(n), seconds=5.0) for n in (3, 0)])
    rows = [solved(path, known.get(path.stem), options.seconds, options.seed) for path in files]
    figures = []
    for row in rows:
        if row.instance.startswith(MUST_BE_PROVEN):
            fits = row.proven and row.seconds < SMALL_SECONDS
            figures.append((f"{row.instance} proven, s", row.seconds, "proven, < 30", fits))
        elif row.instance.startswith(MUST_BE_NEAR) and row.to_known is not None:
            bar = f"<= {MOST_AWAY:g}"
            away = row.to_known
            figures.append((f"{row.instance} to best known, %", away, bar, away <= MOST_AWAY))
    return finished(rows, figures, as_json=options.json, compiling=compiling)


def small(count: int) -> Capacitated:
    """Return a small problem that needs every step."""
    rng = np.random.default_rng(1)
    points = rng.random((30, 2))
    cost = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    demand = rng.integers(1, 9, 30)
    capacity = np.full(30, demand.sum() // 3 + 4)
    return Capacitated(cost, demand, capacity, np.full(30, 0.0 if count else 1.0), count)


def solved(path: Path, known: float | None, seconds: float | None, seed: int) -> Row:
    """Solve one instance."""
    problem = read_capacitated_p_median(path)
    limit = SMALL_SECONDS if problem.demand.size <= SMALL else LARGE_SECONDS
    answer = solve_capacitated(problem, seconds=seconds or limit, seed=seed)
    cost, fault = checked(path, answer.plan)
    if abs(cost - answer.plan.cost) > 1e-6 * cost:
        fault = fault or f"cost told {answer.plan.cost}"
    # Known values are given to two decimals.
    if known is not None and answer.bound > known + 0.01:
        fault = fault or "bound above the best known"
    size = f"{problem.demand.size} x {problem.count}"
    say(path.stem, f"{answer.seconds:.1f} s", f"gap {100.0 * answer.gap:.4f} %")
    return Row(path.stem, size, known, cost, answer.bound, answer.seconds, answer.proven, fault)


def checked(path: Path, plan: Plan) -> tuple[float, str]:
    """Compute cost and feasibility of a plan from the raw file."""
    words = [float(word) for word in path.read_text("utf-8").split()]
    points, count = int(words[0]), int(words[1])
    rows = [words[2 + 4 * k : 6 + 4 * k] for k in range(points)]
    load = dict.fromkeys(plan.open.tolist(), 0.0)
    cost, faults = 0.0, []
    if len(load) != count:
        faults.append(f"{len(load)} sites open, not {count}")
    for (x, y, _, demand), site in zip(rows, plan.seat.tolist(), strict=True):
        if site not in load:
            faults.append(f"site {site + 1} is used but not open")
            continue
        load[site] += demand
        cost += math.hypot(x - rows[site][0], y - rows[site][1])
    faults += [f"site {j + 1} is too full" for j, held in load.items() if held > rows[j][2]]
    return cost, "; ".join(faults[:3])


if __name__ == "__main__":
    sys.exit(main())
