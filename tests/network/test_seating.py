"""Seats for given closings: allowed, priced right, and never worse than those in hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.kernel import problem
from skolnat.network.search import cost, fill
from skolnat.network.seating import Seating, seated

FEW = Seating(starts=2, pairs=20, moves=300)


@given(seed=st.integers(0, 10**6))
def test_it_is_a_plan_with_these_closings_between_the_optimum_and_what_was_known(
    toy: Callable[[int], Any], optimum_of: Callable[..., float], seed: int
) -> None:
    case = toy(seed)
    market = case.market
    layout = problem(market, case.allowed)
    random = np.random.default_rng(seed)
    closes = random.integers(0, market.periods + 1, len(market.units))
    known = fill(market, layout, closes)
    found = seated(market, layout, closes, FEW, known=known)
    if known is None:
        assert found is None
        return
    assert found is not None
    fixed = np.zeros_like(case.options)
    fixed[np.arange(closes.size), closes] = True
    assert found.cost >= optimum_of(market, case.allowed, fixed) - 1e-6
    assert found.cost <= known.cost + 1e-6
    assert found.cost == pytest.approx(cost(market, layout, closes, found.seat))
    assert found.closes.tolist() == closes.tolist()


def test_the_same_seed_gives_the_same_seats(toy: Callable[[int], Any]) -> None:
    case = toy(11)
    layout = problem(case.market, case.allowed)
    plans = [seated(case.market, layout, case.closes, FEW, seed=4) for _ in range(2)]
    assert plans[0] is not None
    assert plans[1] is not None
    assert np.array_equal(plans[0].seat, plans[1].seat)
