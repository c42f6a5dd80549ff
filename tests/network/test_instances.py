"""Published optima: the optimiser's bound stays below them, and its plans never beat them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from skolnat.network.solve import Effort, solve

FOLDER = Path(__file__).parents[2] / "benchmarks" / "instances"
FILES = sorted(FOLDER.glob("*.json"))
EFFORT = Effort(
    kicks=20, roundings=4, steps=150, cuts=30, moves=200_000, last_moves=200_000, nodes=20
)


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The module that makes and reads them, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("instances_generate", FOLDER / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_plan_and_bound_enclose_the_published_optimum(generator: ModuleType, path: Path) -> None:
    told = generator.read_instance(path)
    again = generator.plan_cost(told.market, told.closes, told.seat)
    assert again == pytest.approx(told.optimum)
    found = solve(told.market, np.ones_like(told.market.km, dtype=np.bool_), effort=EFFORT)
    assert found.bound <= told.optimum * (1 + 1e-9)
    assert told.optimum * (1 - 1e-9) <= found.plan.cost <= told.optimum * 1.01


def test_both_ways_of_proving_agree(generator: ModuleType) -> None:
    market = generator.network(3, 3, 5, 2)
    tried, solved = generator.enumerated(market)[0], generator.by_highs(market)[0]
    assert tried == pytest.approx(solved)
    assert len(FILES) == len(generator.SMALL) + len(generator.MIDDLE)


def test_tiny_networks_are_solved_as_well_as_by_trying_everything(generator: ModuleType) -> None:
    """Every plan of 40 networks of 3 schools and 5 squares: what is beaten is told here."""
    worse = 0
    for seed in range(100, 140):
        market = generator.network(seed, 3, 5, 1 + seed % 2)
        optimum = generator.enumerated(market)[0]
        found = solve(market, np.ones_like(market.km, dtype=np.bool_), effort=EFFORT)
        assert found.bound <= optimum * (1 + 1e-9)
        assert optimum * (1 - 1e-9) <= found.plan.cost
        worse += found.plan.cost > optimum * (1 + 1e-9)
    assert worse == 0
