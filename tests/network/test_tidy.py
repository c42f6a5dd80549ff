"""Tidying shortens journeys at nearly no cost, and opens and closes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.solve import Effort, solve
from skolnat.network.tidy import DEAREST, tidied


@given(seed=st.integers(0, 10**6))
def test_journeys_grow_shorter_and_the_proof_stands(
    larger: Callable[[int], Any], price_of: Callable[..., float], seed: int
) -> None:
    market, allowed = larger(seed)
    effort = Effort(kicks=2, roundings=0, steps=20, more_steps=0, moves=100, nodes=0)
    found = solve(market, allowed, effort=effort)
    tidy = tidied(market, allowed, found, moves=300, seed=1)
    assert tidy.bound == found.bound
    assert tidy.plan.closes.tolist() == found.plan.closes.tolist()
    assert tidy.plan.cost == pytest.approx(price_of(market, tidy.plan))
    assert tidy.plan.cost <= found.plan.cost * (1 + DEAREST) + 1e-6

    def weighed(seat: np.ndarray, cost: float) -> float:
        cells = np.arange(len(market.cells))
        km = (market.km[cells, seat] * market.pupils).sum(axis=1) @ market.years
        return cost + 50.0 * float(km)

    before = weighed(found.plan.seat, found.plan.cost)
    assert weighed(tidy.plan.seat, tidy.plan.cost) <= before * (1 + 1e-9)
