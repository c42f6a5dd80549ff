"""Small random markets, their optimum by trying everything, and effort for small markets."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from skolnat.network.market import BoolArray, FloatArray, IntArray, Market
from skolnat.network.search import Found
from skolnat.network.seating import Seating
from skolnat.network.solve import Effort
from skolnat.region.region import Region


@dataclass(frozen=True)
class Toy:
    """A random market with its border regime and options, and the optimum over everything."""

    market: Market
    allowed: BoolArray
    options: BoolArray
    optimum: float
    closes: IntArray


def random_market(
    seed: int, units: int, cells: int, periods: int, municipalities: int = 2
) -> Market:
    """A market whose cost of load jumps and rests at random, and never falls."""
    random = np.random.default_rng(seed)
    km = random.uniform(0.5, 30.0, (cells, units))
    jumps = random.choice([0.0, 0.0, 200.0, 5_000.0], 250) * random.uniform(0.5, 1.5, 250)
    candidate = np.zeros(units, dtype=np.bool_)
    candidate[units - 1] = random.random() < 0.3
    return Market(
        stage="1-6",
        language="fi",
        cells=tuple(f"c{i}" for i in range(cells)),
        units=tuple(f"s{j}:1-6" for j in range(units)),
        cell_municipality=np.sort(random.integers(0, municipalities, cells)),
        unit_municipality=np.sort(random.integers(0, municipalities, units)),
        candidate=candidate,
        pupils=np.round(random.uniform(0.2, 9.0, (periods, cells)), 2)
        * (random.random((periods, cells)) < 0.9),
        years=random.integers(1, 5, periods).astype(np.float64),
        km=km,
        minutes=2.0 * km,
        arc_cost=np.where(km > 5.0, 300.0 + 100.0 * km, 0.0),
        capacity=random.uniform(2.0, 25.0, (periods, units)),
        fixed=random.uniform(0.0, 12_000.0, units),
        # A school may be sold, and a renovation may be spared: some closings bring money in.
        closing=random.uniform(-3_000.0, 9_000.0, (units, periods + 1)),
        load_cost=np.concatenate([[0.0], np.cumsum(jumps)]),
        overflow=float(random.uniform(0.0, 1_500.0)),
    )


def random_regime(seed: int, market: Market) -> BoolArray:
    """Pairs that may be used: some are forbidden, but every cell has one."""
    random = np.random.default_rng(seed + 1)
    allowed = random.random(market.km.shape) < 0.75
    allowed[np.arange(len(market.cells)), random.integers(0, len(market.units), len(allowed))] = (
        True
    )
    return allowed


def plan_cost(market: Market, closes: IntArray, seat: IntArray) -> float:
    """Euros over the horizon, as plainly as it can be written."""
    total = 0.0
    for p, years in enumerate(market.years):
        loads = np.zeros(len(market.units))
        for i, j in enumerate(seat[p]):
            loads[j] += market.pupils[p, i]
            total += years * market.pupils[p, i] * market.arc_cost[i, j]
        for j, load in enumerate(loads):
            if closes[j] > p:
                table = np.interp(load, np.arange(market.load_cost.size), market.load_cost)
                over = max(load - market.capacity[p, j], 0.0)
                total += years * (market.fixed[j] + table + market.overflow * over)
            else:
                assert load == 0.0, "pupils in a unit that is closed"
    return total + sum(float(market.closing[j, q]) for j, q in enumerate(closes))


def best_of_all(market: Market, allowed: BoolArray, options: BoolArray) -> tuple[float, IntArray]:
    """The optimum, by trying every seat of every cell and every closing of every unit."""
    units, cells = len(market.units), len(market.cells)
    seats = np.array(list(itertools.product(range(units), repeat=cells)))
    places = np.arange(cells)
    legal = allowed[places, seats].all(axis=1)
    seats = seats[legal]
    used = np.zeros((len(seats), units), dtype=np.bool_)
    used[np.arange(len(seats))[:, None], seats] = True
    floor = np.zeros(units) if market.floor is None else market.floor
    by_open: list[dict[tuple[bool, ...], float]] = []
    for p in range(market.periods):
        size = market.pupils[p]
        loads = np.stack([(size * (seats == j)).sum(axis=1) for j in range(units)], axis=1)
        table = np.interp(loads, np.arange(market.load_cost.size), market.load_cost)
        teaching = table + market.overflow * np.maximum(loads - market.capacity[p], 0.0)
        cost = (market.arc_cost[places, seats] * size).sum(axis=1) + teaching.sum(axis=1)
        best = {}
        for open_ in itertools.product((False, True), repeat=units):
            possible = ~(used & ~np.array(open_)).any(axis=1)
            lacking = np.maximum(floor - loads, 0.0)[:, list(open_)].sum(axis=1)
            least = (cost + market.shortfall * lacking)[possible].min(initial=np.inf)
            best[open_] = float(least + market.fixed[list(open_)].sum())
        by_open.append(best)
    least, argmin = np.inf, np.zeros(units, dtype=np.int64)
    choices = [np.flatnonzero(options[j]) for j in range(units)]
    for closes in itertools.product(*choices):
        total = sum(float(market.closing[j, q]) for j, q in enumerate(closes))
        for p, years in enumerate(market.years):
            total += years * by_open[p][tuple(bool(q > p) for q in closes)]
        if total < least:
            least, argmin = total, np.array(closes, dtype=np.int64)
    return least, argmin


@pytest.fixture(scope="session")
def small_effort() -> Effort:
    """Enough for markets of a few units."""
    return Effort(
        kicks=5,
        roundings=4,
        steps=120,
        cuts=30,
        node_cuts=40,
        moves=300,
        last_moves=300,
        nodes=20,
        seating=Seating(pairs=20, moves=300),
    )


@pytest.fixture(scope="session")
def toy() -> Callable[..., Toy]:
    """Random markets of 2-4 units, 3-6 cells and 1-3 periods, by seed."""

    def made(seed: int, *, floors: bool = False) -> Toy:
        random = np.random.default_rng(seed)
        units, periods = int(random.integers(2, 5)), int(random.integers(1, 4))
        cells = int(random.integers(3, 7)) if units < 4 else int(random.integers(3, 6))
        market = random_market(seed, units, cells, periods)
        if floors:
            floor, price = random.uniform(0.0, 15.0, units), float(random.uniform(0.0, 4_000.0))
            market = dataclasses.replace(market, floor=floor, shortfall=price)
        allowed = random_regime(seed, market)
        options = np.ones((units, periods + 1), dtype=np.bool_)
        # Something decided: the first unit may do only some things, never last among them.
        if random.random() < 0.3:
            options[0] = random.random(periods + 1) < 0.5
            options[0, periods] = True
        optimum, closes = best_of_all(market, allowed, options)
        return Toy(market, allowed, options, optimum, closes)

    return made


@pytest.fixture(scope="session")
def price_of() -> Callable[[Market, Found], float]:
    """Cost of a plan, by the plain formula."""
    return lambda market, plan: plan_cost(market, plan.closes, plan.seat)


@pytest.fixture(scope="session")
def larger() -> Callable[[int], tuple[Market, BoolArray]]:
    """A market too large to try everything: 8 units, 24 cells, 2 periods."""

    def made(seed: int) -> tuple[Market, BoolArray]:
        market = random_market(seed, 8, 24, 2, municipalities=3)
        return market, random_regime(seed, market)

    return made


@pytest.fixture(scope="session")
def linear() -> Callable[[int], tuple[Market, FloatArray]]:
    """A market of one period where a load costs so much a pupil."""

    def made(seed: int) -> tuple[Market, FloatArray]:
        market = random_market(seed, 9, 22, 1)
        slope = 350.0
        market = dataclasses.replace(
            market,
            load_cost=slope * np.arange(80.0),
            pupils=np.maximum(market.pupils, 0.5),
            candidate=np.zeros(9, dtype=np.bool_),
        )
        return market, slope * np.ones(9)

    return made


@pytest.fixture(scope="session")
def everything() -> Callable[[Market, BoolArray], float]:
    """The optimum of a small market whose units may close when they like."""

    def best(market: Market, allowed: BoolArray) -> float:
        free = np.ones((len(market.units), market.periods + 1), dtype=np.bool_)
        return best_of_all(market, allowed, free)[0]

    return best


@pytest.fixture(scope="session")
def optimum_of() -> Callable[[Market, BoolArray, BoolArray], float]:
    """The optimum of a small market under some options, by trying everything."""
    return lambda market, allowed, options: best_of_all(market, allowed, options)[0]


@pytest.fixture
def bare_region() -> Region:
    """Asikkala with a village school and an upper school, Lahti with one school of both."""
    schools = pd.DataFrame(
        {
            "school": ["1", "2", "3"],
            "name": ["Kyläkoulu", "Yläkoulu", "Yhtenäiskoulu"],
            "municipality": ["016", "016", "398"],
            "language": "fi",
            "grades": ["1-6", "7-9", "1-9"],
            "provider": "municipal",
            "kind": "comprehensive",
            "postal_code": "",
            "lat": 61.0,
            "lon": 25.0,
            "x": [2_000.0, 8_000.0, 15_000.0],
            "y": 5_000.0,
            "pupils": [10.0, np.nan, 90.0],
            "capacity": [20.0, np.nan, 120.0],
            "property_eur_per_year": [1_000.0, np.nan, 60_000.0],
            "estimated": "",
        }
    )
    cells = pd.DataFrame(
        {
            "cell": ["a", "b", "c"],
            "x": [1_000.0, 9_000.0, 15_000.0],
            "y": 5_000.0,
            "municipality": ["016", "016", "398"],
            "population": [30, 50, 70],
            "children": [3, 5, 7],
            "border": False,
        }
    )
    municipalities = pd.DataFrame({"municipality": ["016", "398"], "language_status": "fi"})
    nothing = pd.DataFrame()
    return Region(municipalities, cells, schools, nothing, nothing, nothing)
