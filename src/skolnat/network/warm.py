"""Compile the search and the bound once, on a toy market, before work is shared out.

``python -m skolnat.network.warm`` does it when the package is set up.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from skolnat.network.bound import average_prices
from skolnat.network.guide import Guide, guided
from skolnat.network.kernel import problem
from skolnat.network.market import Market
from skolnat.network.seating import Seating, seated
from skolnat.network.solve import Effort, solve


def compile_kernels() -> bool:
    """Compile every kernel; later runs, and other processes, read them from the disk."""
    market = Market(
        stage="1-6",
        language="fi",
        cells=("a", "b"),
        units=("x", "y"),
        cell_municipality=np.zeros(2, np.int64),
        unit_municipality=np.zeros(2, np.int64),
        candidate=np.zeros(2, np.bool_),
        pupils=np.array([[10.0, 5.0]]),
        years=np.ones(1),
        km=np.array([[1.0, 9.0], [9.0, 1.0]]),
        minutes=np.array([[12.0, 27.0], [27.0, 12.0]]),
        arc_cost=np.array([[0.0, 900.0], [900.0, 0.0]]),
        capacity=np.full(2, 20.0),
        fixed=np.full(2, 1000.0),
        closing=np.full(2, 10.0),
        load_cost=np.arange(40.0) * 100.0,
        overflow=3000.0,
    )
    tiny = Seating(pairs=4, moves=10)
    # No gap is good enough: a market as small as this would be proven before every kernel ran.
    few = Effort(
        kicks=2, roundings=1, steps=5, cuts=2, moves=10, last_moves=10, nodes=2, seating=tiny,
        tolerance=-1.0,
    )  # fmt: skip
    allowed = np.ones((2, 2), np.bool_)
    for small in (few.few, 0):
        # Small markets and large ones are searched in different ways.
        effort = dataclasses.replace(few, few=small)
        plan = solve(market, allowed, effort=effort).plan
    # Where the plan is the best there is nobody is seated anew.
    layout = problem(market, allowed)
    seated(market, layout, plan.closes, tiny)
    guided(market, layout, average_prices(market, plan), plan.closes, np.inf, Guide(1, 1, 1))
    return True


if __name__ == "__main__":
    compile_kernels()
