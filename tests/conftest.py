"""What all tests share: how hard hypothesis looks, and the examples that ship."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from skolnat.network.evaluate import Planned
    from skolnat.study.prepare import Prepared

# The first example of a property may compile a kernel or read a table: no deadline.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=100,
    derandomize=True,  # the same examples on every run of the same change
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let messages be English, whatever the machine speaks."""
    monkeypatch.setenv("SKOLNAT_LANG", "en")


@pytest.fixture(scope="session")
def examples() -> Path:
    """Folder of the study files that ship as examples."""
    return Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="session")
def prepared_example(examples: Path) -> Callable[[str], Prepared]:
    """Lay out a study that ships as an example, with few futures, once."""
    from skolnat.forecast import forecast
    from skolnat.study.inputs import read_inputs
    from skolnat.study.prepare import prepare

    @functools.cache
    def made(name: str) -> Prepared:
        inputs = read_inputs(examples / f"{name}.toml")
        futures = forecast(until=inputs.study.last_year, draws=20, seed=1)
        return prepare(inputs.study, inputs.region, futures)

    return made


@pytest.fixture(scope="session")
def today_plans() -> Callable[[Prepared], list[Planned]]:
    """Plans of all markets in which nothing changes."""
    from skolnat.economy.prices import prices
    from skolnat.network.evaluate import joined
    from skolnat.network.scenarios import today

    def made(prepared: Prepared) -> list[Planned]:
        plans = []
        for held, case in zip(prepared.frozen, prepared.cases, strict=True):
            price = prices(case.market.stage, prepared.rules, prepared.study.first_year)
            start, plan = today(held).plan, today(case).plan
            plans.append(joined(held.market, case.market, prepared.periods, start, plan, price))
        return plans

    return made
