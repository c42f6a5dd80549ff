"""Tidying shortens journeys and spares changes of school at nearly no cost; it closes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.solve import Effort, solve
from skolnat.network.tidy import DEAREST, KM_PRICE, MOVE_PRICE, tidied


@given(seed=st.integers(0, 10**6))
def test_journeys_grow_shorter_and_the_proof_stands(
    larger: Callable[[int], Any], price_of: Callable[..., float], seed: int
) -> None:
    market, allowed = larger(seed)
    effort = Effort(kicks=2, roundings=0, steps=20, moves=100, last_moves=100, nodes=0)
    found = solve(market, allowed, effort=effort)
    today = np.where(allowed, market.km, np.inf).argmin(axis=1)
    tidy = tidied(market, allowed, found, today, moves=300, seed=1)
    assert tidy.bound == found.bound
    assert tidy.plan.closes.tolist() == found.plan.closes.tolist()
    assert tidy.plan.cost == pytest.approx(price_of(market, tidy.plan))
    assert tidy.plan.cost <= found.plan.cost * (1 + DEAREST) + 1e-6

    def weighed(seat: np.ndarray, cost: float) -> float:
        cells = np.arange(len(market.cells))
        km = (market.km[cells, seat] * market.pupils).sum(axis=1) @ market.years
        moved = ((seat != today[None, :]) * market.pupils).sum(axis=1) @ market.years
        return cost + KM_PRICE * float(km) + MOVE_PRICE * float(moved)

    before = weighed(found.plan.seat, found.plan.cost)
    assert weighed(tidy.plan.seat, tidy.plan.cost) <= before * (1 + 1e-9)
