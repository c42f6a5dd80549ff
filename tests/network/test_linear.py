"""The programme of a period is no dearer than its best seats, and HiGHS's seats are seats."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.anneal import yearly
from skolnat.network.kernel import problem
from skolnat.network.linear import Programme, kernel_search, linear

seeds = st.integers(0, 10**6)


def _best(case: Any, layout: Any, p: int, open_: np.ndarray) -> float:
    """The cheapest seats of a period, every one tried; infinite where a cell has no open unit."""
    choices = [
        [j for j in np.flatnonzero(open_) if case.allowed[i, j]]
        for i in range(len(case.market.cells))
    ]
    closes = np.where(open_, layout.years.size, 0)
    return min(
        (yearly(layout, closes, p, np.array(seat)) for seat in itertools.product(*choices)),
        default=np.inf,
    )


@given(seed=seeds)
def test_no_seats_cost_less_than_the_programme(toy: Callable[[int], Any], seed: int) -> None:
    case = toy(seed)
    layout = problem(case.market, case.allowed)
    random = np.random.default_rng(seed)
    p = int(random.integers(case.market.periods))
    open_ = random.random(len(case.market.units)) < 0.7
    found = linear(layout, p, open_)
    best = _best(case, layout, p, open_)
    if found is None:
        assert best == np.inf
        return
    assert found.value <= best + 1e-6
    closes = np.where(open_, layout.years.size, 0)
    for pairs in (2, 10**6):
        seat = kernel_search(found, pairs=pairs)
        if seat is None:
            # Too few pairs to seat whole squares on: never with all of them.
            assert pairs == 2
            continue
        assert open_[seat].all()
        assert case.allowed[np.arange(seat.size), seat].all()
        assert yearly(layout, closes, p, seat) >= best - 1e-6


@given(seed=seeds)
def test_one_programme_asked_again_and_again_says_the_same_as_a_new_one(
    toy: Callable[[int], Any], seed: int
) -> None:
    case = toy(seed)
    layout = problem(case.market, case.allowed)
    units = np.ones(len(case.market.units), np.bool_)
    programme = Programme(layout, 0, units)
    for number in range(2 ** min(units.size, 4)):
        open_ = np.array([bool(number >> j & 1) for j in range(units.size)])
        again, once = programme.solve(open_), linear(layout, 0, open_)
        assert (again is None) == (once is None)
        if again is not None and once is not None:
            assert again.value == pytest.approx(once.value, rel=1e-9, abs=1e-6)


def test_a_programme_is_silent_of_units_it_was_not_made_for(toy: Callable[[int], Any]) -> None:
    case = toy(3)
    layout = problem(case.market, case.allowed)
    units = np.ones(len(case.market.units), np.bool_)
    fewer = units.copy()
    fewer[0] = False
    assert Programme(layout, 0, fewer).solve(units) is None
