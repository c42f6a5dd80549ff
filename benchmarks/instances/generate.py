"""Make multi-period school networks with proven optima: ``python generate.py`` in this folder.

Every instance is one market of ``docs/network.md``: squares in a plane, schools, periods, a cost of
load with steps of groups, closings that are final. Small ones are solved by trying everything;
larger ones by HiGHS on the whole model, to the end, with the cost of load as binary steps. The
reader is :func:`read_instance`; the files are JSON, so that any program can read them.
"""

from __future__ import annotations

import argparse
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from skolnat.network.market import FloatArray, Market

HERE = Path(__file__).parent
SMALL = tuple((seed, 3, 5, 2) for seed in range(1, 7))
"""Seed, schools, squares, periods: solved by trying everything."""

MIDDLE = (
    (11, 4, 12, 2), (12, 5, 15, 2), (13, 4, 15, 3), (14, 6, 20, 1), (15, 5, 25, 1), (16, 3, 20, 3),
)  # fmt: skip
"""The same, solved by HiGHS."""

GROUP = 20
"""Pupils that one group holds at most: the cost of load has its steps there."""


@dataclass(frozen=True)
class Instance:
    """A market with its optimum.

    Parameters
    ----------
    name
        Of the file.
    market
        The market; every square may use every school.
    optimum
        Cost of the best plan, euros over the horizon.
    method
        How it was proven: ``"enumeration"`` or ``"HiGHS"``.
    closes, seat
        A best plan: period in which each school closes (P: never), shape (J,); school of each
        square and period, shape (P, I).
    """

    name: str
    market: Market
    optimum: float
    method: str
    closes: list[int]
    seat: list[list[int]]


def network(seed: int, schools: int, squares: int, periods: int) -> Market:
    """Lay out an instance: whole pupils, whole euros, so that an optimum is exact."""
    random = np.random.default_rng(seed)
    town = random.uniform(0.0, 40.0, (max(2, schools // 2), 2))
    place = town[random.integers(0, len(town), squares)] + random.normal(0.0, 5.0, (squares, 2))
    site = np.concatenate([town, random.uniform(0.0, 40.0, (schools - len(town), 2))])
    km = np.round(1.3 * np.hypot(*(place[:, None] - site[None]).transpose(2, 0, 1)), 1)
    size = random.integers(2, 16, squares)
    shrink = np.cumprod(np.concatenate([[1.0], random.uniform(0.7, 1.0, periods - 1)]))
    pupils = np.maximum(np.round(size[None, :] * shrink[:, None]), 1.0)
    total = float(pupils[0].sum())
    load = np.arange(int(total) + 2)
    seats = np.round(random.uniform(0.5, 1.3, schools) * 1.3 * total / schools)
    fixed = np.round(60_000.0 + 3_000.0 * seats, -2)
    return Market(
        stage="1-6", language="fi",
        cells=tuple(f"square {i}" for i in range(squares)),
        units=tuple(f"school {j}" for j in range(schools)),
        cell_municipality=np.zeros(squares, np.int64),
        unit_municipality=np.zeros(schools, np.int64),
        candidate=np.zeros(schools, np.bool_), pupils=pupils,
        years=random.integers(2, 6, periods).astype(np.float64), km=km, minutes=2.0 * km,
        arc_cost=np.where(km > 5.0, np.round(200.0 + 100.0 * km), 0.0), capacity=seats,
        fixed=fixed, closing=np.round(fixed * 1.5, -2),
        load_cost=70_000.0 * np.ceil(load / GROUP), overflow=3_000.0,
    )  # fmt: skip


def enumerated(market: Market) -> tuple[float, list[int], list[list[int]]]:
    """Try every closing of every school with every seat of every square."""
    units, cells = len(market.units), len(market.cells)
    seats = np.array(list(itertools.product(range(units), repeat=cells)))
    places = np.arange(cells)
    best: list[dict[int, tuple[float, int]]] = []
    used = np.zeros(len(seats), np.int64)
    for j in range(units):
        used |= (seats == j).any(axis=1).astype(np.int64) << j
    for size in market.pupils:
        loads = np.stack([(size * (seats == j)).sum(axis=1) for j in range(units)], axis=1)
        money = (market.arc_cost[places, seats] * size).sum(axis=1)
        money += market.load_costs(loads, len(best)).sum(axis=1)
        found = {}
        for open_ in range(2**units):
            legal = np.flatnonzero((used & ~open_) == 0)
            if legal.size:
                k = int(legal[money[legal].argmin()])
                fixed = sum(float(market.fixed[j]) for j in range(units) if open_ >> j & 1)
                found[open_] = (float(money[k]) + fixed, k)
        best.append(found)
    least: tuple[float, list[int], list[list[int]]] = (np.inf, [], [])
    for closes in itertools.product(range(market.periods + 1), repeat=units):
        total = float(market.option_costs(np.array(closes)).sum())
        chosen = []
        for p, years in enumerate(market.years):
            open_ = sum(1 << j for j in range(units) if closes[j] > p)
            if open_ not in best[p]:
                break
            money_k, k = best[p][open_]
            total += years * money_k
            chosen.append([int(j) for j in seats[k]])
        else:
            if total < least[0]:
                least = (total, list(closes), chosen)
    return least


def by_highs(market: Market) -> tuple[float, list[int], list[list[int]]]:
    """Solve the whole model with HiGHS, to the end.

    ``y`` open, ``x`` seats, ``g`` whole groups, ``z`` pupils beyond the seats, ``w`` closed.
    """
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-3)
    units, cells = range(len(market.units)), range(len(market.cells))
    before: list[Any] = [None for _ in units]
    opened: dict[tuple[int, int], Any] = {}
    seats = []
    group = float(market.load_cost[1])
    for p in range(market.periods):
        years = float(market.years[p])
        way = years * market.pupils[p][:, None] * market.arc_cost
        seats.append([[solver.addBinary(obj=float(way[i, j])) for j in units] for i in cells])
        for i in cells:
            solver.addConstr(sum(seats[p][i]) == 1)
        for j in units:
            open_ = solver.addBinary(obj=years * float(market.fixed[j]))
            closed = solver.addVariable(lb=0.0, ub=1.0, obj=float(market.closing[j, 0]))
            groups = solver.addIntegral(lb=0.0, obj=years * group)
            beyond = solver.addVariable(lb=0.0, obj=years * market.overflow)
            load = sum(float(market.pupils[p, i]) * seats[p][i][j] for i in cells)
            solver.addConstr(load <= GROUP * groups)
            solver.addConstr(load - beyond <= float(market.capacity[p, j]))
            for i in cells:
                solver.addConstr(seats[p][i][j] <= open_)
            if before[j] is None:
                solver.addConstr(closed + open_ >= 1.0)
            else:
                solver.addConstr(open_ <= before[j])
                solver.addConstr(closed - before[j] + open_ >= 0.0)
            before[j] = open_
            opened[p, j] = open_
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError("HiGHS did not prove an optimum")
    values = solver.getSolution().col_value
    closes = [sum(values[opened[p, j].index] > 0.5 for p in range(market.periods)) for j in units]
    chosen = [
        [max(units, key=lambda j, p=p, i=i: values[seats[p][i][j].index]) for i in cells]
        for p in range(market.periods)
    ]
    return float(solver.getInfo().objective_function_value), closes, chosen


def plan_cost(market: Market, closes: list[int], seat: list[list[int]]) -> float:
    """Euros over the horizon of a plan, as plainly as it can be written."""
    total = float(market.option_costs(np.array(closes)).sum())
    for p, years in enumerate(market.years):
        loads: FloatArray = np.bincount(seat[p], market.pupils[p], len(market.units)).astype(float)
        open_ = np.array(closes) > p
        if (loads[~open_] > 0.0).any():
            raise ValueError("pupils in a school that is closed")
        way = market.pupils[p] @ market.arc_cost[np.arange(len(seat[p])), seat[p]]
        total += years * float(way + (market.fixed + market.load_costs(loads, p))[open_].sum())
    return total


Optimum = tuple[float, list[int], list[list[int]]]


def written(name: str, market: Market, method: str, solved: Optimum) -> dict[str, Any]:
    """Return an instance as it is written; its optimum is computed again from its plan."""
    optimum, closes, seat = solved
    again = plan_cost(market, closes, seat)
    if abs(again - optimum) > 0.5:
        raise RuntimeError(f"{name}: the plan costs {again}, not {optimum}")
    lists = ("pupils", "years", "km", "arc_cost", "capacity", "fixed", "load_cost")
    return {
        "name": name,
        "method": method,
        "optimum": round(again, 2),
        "closes": closes,
        "seat": seat,
        "overflow": market.overflow,
        **{key: getattr(market, key).tolist() for key in lists},
        "closing": market.closing[:, 0].tolist(),
    }


def read_instance(path: Path) -> Instance:
    """Read an instance with its optimum."""
    told = json.loads(path.read_text("utf-8"))
    pupils, km = np.array(told["pupils"]), np.array(told["km"])
    squares, schools = km.shape
    market = Market(
        stage="1-6", language="fi",
        cells=tuple(f"square {i}" for i in range(squares)),
        units=tuple(f"school {j}" for j in range(schools)),
        cell_municipality=np.zeros(squares, np.int64),
        unit_municipality=np.zeros(schools, np.int64),
        candidate=np.zeros(schools, np.bool_), pupils=pupils, years=np.array(told["years"]), km=km,
        minutes=2.0 * km, arc_cost=np.array(told["arc_cost"]), capacity=np.array(told["capacity"]),
        fixed=np.array(told["fixed"]), closing=np.array(told["closing"]),
        load_cost=np.array(told["load_cost"]), overflow=float(told["overflow"]),
    )  # fmt: skip
    return Instance(
        told["name"], market, told["optimum"], told["method"], told["closes"], told["seat"]
    )


def main() -> None:
    """Write every instance that is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    for shapes, method, solve in ((SMALL, "enumeration", enumerated), (MIDDLE, "HiGHS", by_highs)):
        for seed, schools, squares, periods in shapes:
            name = f"network-{schools}x{squares}x{periods}-{seed}"
            path = options.out / f"{name}.json"
            if path.exists():
                continue
            market = network(seed, schools, squares, periods)
            text = json.dumps(written(name, market, method, solve(market)))
            path.write_text(text + "\n", encoding="utf-8")
            print(path.name, flush=True)


if __name__ == "__main__":
    main()
