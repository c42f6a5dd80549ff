"""Solved studies with little effort, a quick study file, and a listener that remembers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from skolnat.network.evaluate import Planned
from skolnat.network.solve import Effort
from skolnat.plan.scenario import ScenarioName
from skolnat.study.prepare import Prepared
from skolnat.study.results import Evaluated, evaluate
from skolnat.study.solve import MarketSolution, planned, solve_markets

SLIGHT = Effort(kicks=2, roundings=2, steps=40, moves=2_000, last_moves=2_000, nodes=0)


@dataclass(frozen=True)
class Example:
    """An example from its squares to its tables."""

    prepared: Prepared
    solutions: tuple[MarketSolution, ...]
    plans: dict[ScenarioName, tuple[Planned, ...]]
    evaluated: Evaluated


@pytest.fixture(scope="session")
def example(prepared_example: Callable[[str], Prepared]) -> Callable[[str], Example]:
    """Solve an example with slight effort, once."""

    @functools.cache
    def made(name: str) -> Example:
        prepared = prepared_example(name)
        solutions = solve_markets(prepared.cases, SLIGHT, 1, None)
        plans = planned(prepared, solutions)
        return Example(prepared, solutions, plans, evaluate(prepared, plans))

    return made


@dataclass
class Heard:
    """Listens to a run and remembers which steps were computed and which were read."""

    computed: list[str] = field(default_factory=list)
    cached: list[str] = field(default_factory=list)

    def begins(self, step: str) -> None:
        """Hear that a step begins."""

    def comes(self, step: str, share: float) -> None:
        """Hear how much of a step is done."""

    def ends(self, step: str, *, cached: bool = False) -> None:
        """Hear that a step is done."""
        (self.cached if cached else self.computed).append(step)


@pytest.fixture
def hear() -> Callable[[], Heard]:
    """Make a listener."""
    return Heard


QUICK = """\
[study]
name = { sv = "Fjällappland", fi = "Tunturi-Lappi", en = "Fell Lapland" }
municipalities = ["Enontekiö", "Muonio"]
draws = 20
languages = ["sv"]
seed = 1
[network]
periods = 2
first_change = 2028
effort = "brisk"
[sensitivity]
capacity = []
"""


@pytest.fixture
def quick_study(tmp_path: Path) -> Path:
    """A study that runs in a few seconds."""
    path = tmp_path / "study.toml"
    path.write_text(QUICK, encoding="utf-8")
    return path
