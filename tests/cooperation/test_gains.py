"""A gain is shared only when it is proven, and payments between partners sum to zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.cooperation.gains import gain_of
from skolnat.cooperation.shapley import Shares

BEFORE = np.array([120_000.0, -30_000.0, 10_000.0])


def shares_of(shares: list[float], errors: list[float]) -> Shares:
    return Shares(np.array(shares), np.array(errors), exact=False, coalitions=8)


def test_shares_and_transfers_by_hand() -> None:
    # The sampled game is worth 50 000, the plan 100 000: shares are twice as large.
    found = gain_of(80_000, 110_000, BEFORE, shares_of([20_000, 15_000, 15_000], [100, 200, 0]))
    assert found.reason == ""
    assert found.shares is not None
    assert found.transfers is not None
    assert found.errors is not None
    assert found.shares.tolist() == [40_000, 30_000, 30_000]
    assert found.transfers.tolist() == [-80_000, 60_000, 20_000]
    assert found.errors.tolist() == [200, 400, 0]


@given(st.lists(st.floats(1.0, 1e6), min_size=2, max_size=8), st.integers(0, 10**6))
def test_transfers_sum_to_zero(shares: list[float], seed: int) -> None:
    before = np.random.default_rng(seed).uniform(-1e5, 3e5, len(shares))
    before[0] += max(1.0, 1.0 - before.sum())
    found = gain_of(1.0, 2.0, before, shares_of(shares, [0.0] * len(shares)))
    assert found.transfers is not None
    assert found.shares is not None
    assert found.transfers.sum() == pytest.approx(0.0, abs=1e-6 * np.abs(before).sum())
    assert found.shares.sum() == pytest.approx(before.sum())
    assert before + found.transfers == pytest.approx(found.shares, abs=1e-6)


@pytest.mark.parametrize("last", [-90_000.0, -100_000.0])
def test_nothing_is_shared_when_small_groups_take_the_whole_gain(last: float) -> None:
    """The interval is proven without them; what the plans save with them is zero or a loss."""
    before = np.array([120_000.0, -30_000.0, last])
    found = gain_of(80_000, 110_000, before, shares_of([20_000, 15_000, 15_000], [0, 0, 0]))
    assert found.reason == "too_uncertain"
    assert found.shares is None
    assert found.transfers is None


@pytest.mark.parametrize(("low", "high"), [(-1.0, 5.0), (0.0, 5.0), (-9.0, -1.0)])
def test_an_interval_with_zero_in_it_shares_nothing(low: float, high: float) -> None:
    found = gain_of(low, high, BEFORE, shares_of([1.0, 1.0, 1.0], [0.0, 0.0, 0.0]))
    assert (found.reason, found.shares, found.transfers) == ("no_proven_gain", None, None)
    assert found.before.tolist() == BEFORE.tolist()


def test_nothing_is_shared_where_no_shares_were_sought() -> None:
    assert gain_of(1.0, 2.0, BEFORE, None).reason == "no_proven_gain"


@pytest.mark.parametrize(("error", "reason"), [(10_000.0, ""), (10_001.0, "too_uncertain")])
def test_an_error_over_a_tenth_of_the_gain_withholds_the_shares(error: float, reason: str) -> None:
    shares = shares_of([40_000, 30_000, 30_000], [0.0, error, 0.0])
    found = gain_of(80_000, 110_000, BEFORE, shares)
    assert found.reason == reason
    assert (found.shares is None) == bool(reason)
    assert (found.transfers is None) == bool(reason)


def test_a_game_without_worth_shares_nothing() -> None:
    found = gain_of(1.0, 2.0, BEFORE, shares_of([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]))
    assert found.reason == "too_uncertain"
