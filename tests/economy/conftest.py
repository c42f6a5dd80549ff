"""Small plans as tables, drawn at random, so that every sum can be done again another way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from skolnat.economy.ledger import PlanTables, TransportPrices
from skolnat.economy.prices import Prices, prices
from skolnat.rules.rules import default_rules

RULES = default_rules()
PERIODS = ((2026, 2027), (2028, 2029, 2030), (2031,))
STAGES = ("1-6", "7-9")


@pytest.fixture(scope="session")
def by_stage() -> dict[str, Prices]:
    """Prices of both stages in 2026."""
    return {stage: prices(stage, RULES, 2026) for stage in STAGES}


@pytest.fixture(scope="session")
def transport() -> TransportPrices:
    """Prices of the journey that divide evenly."""
    return TransportPrices(pupil=300.0, km=0.5, boarding=20_000.0)


def make_tables(seed: int, places: int = 3, schools: int = 5) -> PlanTables:
    """A plan of random loads: closed units teach nobody, and close once."""
    random = np.random.default_rng(seed)
    codes = np.array(["081", "576", "781", "016"], dtype=object)[:places]
    homes = random.integers(0, places, schools)
    stages = np.array(STAGES, dtype=object)[random.integers(0, 2, schools)]
    closes = random.integers(1, len(PERIODS) + 2, schools)
    units, ways = [], []
    for p in range(len(PERIODS)):
        for j in range(schools):
            held = np.round(random.gamma(1.0, 15.0, places), 1) * (p < closes[j])
            name = f"{j:05d}:{stages[j]}"
            pupils = float(held.sum())
            units.append(
                (p, name, stages[j], codes[homes[j]], p < closes[j], pupils, 40.0, pupils / 15,
                 90_000.0 + j, 250_000.0 if closes[j] == p else 0.0)
            )  # fmt: skip
            far = np.round(held * random.random(places), 1)
            ways += [
                (p, name, stages[j], codes[m], codes[homes[j]], held[m], far[m], far[m] * 4_000.0,
                 far[m] / 10)
                for m in range(places)
            ]  # fmt: skip
    return PlanTables(
        PERIODS,
        pd.DataFrame(
            units,
            columns=["period", "unit", "stage", "home", "open", "pupils", "capacity", "groups",
                     "property_eur", "closing_eur"],
        ),
        pd.DataFrame(
            ways,
            columns=["period", "unit", "stage", "residence", "provider", "pupils", "carried",
                     "carried_km", "boarded"],
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def make() -> Callable[..., PlanTables]:
    """Draw a plan: seed, number of municipalities (at most 4), number of units."""
    return make_tables
