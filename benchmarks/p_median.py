"""p-median against the OR-Library's optima and spopt: ``python benchmarks/p_median.py FILES``.

Each instance is solved to a proof; every plan is checked by shortest paths from its open sites
alone, read anew from the file. Then spopt with HiGHS solves the same cost tables, each in a process
of its own that is stopped at ``--cap`` seconds (building its model counts, as it does for its
users; the cap is counted in its total). spopt is taken from this Python, or from the one named by
``--peer-python``; without it the script says so and measures the rest.
"""

from __future__ import annotations

import argparse
import heapq
import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from location_common import Row, finished, say, warmed

from skolnat.network.location import Plan, PMedian, read_p_median, solve_p_median

MOST_SECONDS = 60.0
FASTER = 10.0

PEER = """
import json, sys, time
import numpy, pulp
from spopt.locate import PMedian
costs, count, seconds = numpy.load(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
began = time.perf_counter()
weights = numpy.ones(costs.shape[0])
model = PMedian.from_cost_matrix(costs, weights, p_facilities=count)
left = max(1.0, seconds - (time.perf_counter() - began))
try:
    model = model.solve(pulp.HiGHS(msg=False, timeLimit=left, threads=1), results=False)
except RuntimeError as error:  # nothing found in time
    print(str(error), file=sys.stderr)
took = time.perf_counter() - began
done = model.problem.sol_status == pulp.LpSolutionOptimal and took < seconds
cost = pulp.value(model.problem.objective) if model.problem.sol_status > 0 else None
print(json.dumps({"seconds": took, "done": bool(done), "cost": cost}))
"""


def main() -> int:
    """Solve all instances, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="instances, pmedopt.txt among them")
    parser.add_argument("--optima", type=Path, help="table of optima; pmedopt.txt beside if none")
    parser.add_argument("--seconds", type=float, default=MOST_SECONDS, help="for each instance")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peer-python", type=Path, help="a Python in which spopt is installed")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--cap", type=float, default=300.0, help="seconds of the peer an instance")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    files = [path for path in options.files if "opt" not in path.stem]
    beside = [path for path in options.files if "opt" in path.stem]
    beside += [path.parent / "pmedopt.txt" for path in files]
    optima = read_optima(options.optima or beside[0])
    compiling = warmed(lambda: [solve_p_median(small(k)) for k in (2, 3)])
    rows = [solved(path, optima, options.seconds, options.seed) for path in files]
    slowest = max(row.seconds for row in rows)
    unproven = sum(not row.proven for row in rows)
    wrong = sum(row.known is not None and row.cost != row.known for row in rows)
    figures = [
        ("instances not proven", unproven, "0", unproven == 0),
        ("instances off the known optimum", wrong, "0", wrong == 0),
        ("slowest, s", slowest, f"< {MOST_SECONDS:g}", slowest < MOST_SECONDS),
    ]
    python = None if options.no_peer else peer_python(options.peer_python)
    if python is None:
        say("spopt is not measured: it is in no Python named here (--peer-python PATH)")
        return finished(rows, figures, as_json=options.json, compiling=compiling)
    told = [peer(path, python, options.cap) for path in files]
    total = sum(seconds for seconds, _ in told)
    ours = sum(row.seconds for row in rows)
    figures += [
        ("seconds of all, ours", ours, "", True),
        ("seconds of all, spopt (capped)", total, "", True),
        (
            "times faster than spopt, in total",
            total / ours,
            f">= {FASTER:g}",
            total >= FASTER * ours,
        ),
    ]
    extra = {"spopt s": [f"{s:.1f}" for s, _ in told], "spopt": [word for _, word in told]}
    return finished(rows, figures, as_json=options.json, extra=extra, compiling=compiling)


def small(count: int) -> PMedian:
    """Return a small problem that needs every step."""
    points = np.random.default_rng(1).random((60, 2))
    return PMedian(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)), count)


def read_optima(path: Path) -> dict[str, float]:
    """Read the OR-Library's list of optima."""
    if not path.is_file():
        return {}
    words = (line.split() for line in path.read_text("utf-8").splitlines()[1:])
    return {row[0]: float(row[1]) for row in words if len(row) == 2}


def solved(path: Path, optima: dict[str, float], seconds: float, seed: int) -> Row:
    """Solve one instance."""
    problem = read_p_median(path)
    answer = solve_p_median(problem, seconds=seconds, seed=seed)
    cost, fault = checked(path, answer.plan)
    if abs(cost - answer.plan.cost) > 1e-6:
        fault = fault or f"cost told {answer.plan.cost}"
    size = f"{problem.distance.shape[0]} x {problem.count}"
    known = optima.get(path.stem)
    if known is not None and answer.bound > known + 1e-6:
        fault = fault or "bound above the known optimum"
    say(path.stem, f"{answer.seconds:.2f} s", "proven" if answer.proven else "not proven")
    return Row(
        path.stem, size, known, cost, answer.bound, answer.seconds, answer.proven, fault
    )  # fmt: skip


def checked(path: Path, plan: Plan) -> tuple[float, str]:
    """Compute the cost of a plan from the raw file: paths from all open sites at once."""
    words = [float(word) for word in path.read_text("utf-8").split()]
    vertices, edges, count = (int(word) for word in words[:3])
    length: dict[tuple[int, int], float] = {}
    for k in range(edges):
        a, b, cost = words[3 + 3 * k : 6 + 3 * k]
        length[int(min(a, b)), int(max(a, b))] = cost
    ways: list[list[tuple[int, float]]] = [[] for _ in range(vertices + 1)]
    for (a, b), cost in length.items():
        ways[a].append((b, cost))
        ways[b].append((a, cost))
    far = [float("inf")] * (vertices + 1)
    heap = [(0.0, int(site) + 1) for site in plan.open]
    for _, vertex in heap:
        far[vertex] = 0.0
    while heap:
        d, vertex = heapq.heappop(heap)
        if d > far[vertex]:
            continue
        for other, cost in ways[vertex]:
            if d + cost < far[other]:
                far[other] = d + cost
                heapq.heappush(heap, (d + cost, other))
    fault = "" if len(set(plan.open.tolist())) == count else f"{len(plan.open)} open, not {count}"
    return sum(far[1:]), fault


def peer_python(named: Path | None) -> Path | None:
    """Return a Python that has spopt."""
    if named is not None:
        return named
    return Path(sys.executable) if find_spec("spopt") and find_spec("pulp") else None


def peer(path: Path, python: Path, cap: float) -> tuple[float, str]:
    """Let spopt solve one instance; return its seconds, at most the cap, and what it did."""
    problem = read_p_median(path)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "costs.npy"
        np.save(table, problem.distance)
        words = [str(python), "-c", PEER, str(table), str(problem.count), str(cap)]
        try:
            ran = subprocess.run(
                words, capture_output=True, text=True, timeout=cap + 30.0, check=False
            )
        except subprocess.TimeoutExpired:
            say("spopt", path.stem, "stopped")
            return cap, "stopped at the cap"
    if ran.returncode:
        raise SystemExit(f"spopt failed on {path}:\n{ran.stderr}")
    told = json.loads(ran.stdout.strip().splitlines()[-1])
    say("spopt", path.stem, told)
    if not told["done"]:
        return cap, "stopped at the cap"
    return min(cap, float(told["seconds"])), f"{told['cost']:,.0f}"


if __name__ == "__main__":
    sys.exit(main())
