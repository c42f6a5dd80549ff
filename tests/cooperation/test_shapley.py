"""The Shapley value against games whose answer is known by hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.cooperation.shapley import Coalition, Values, exact_shares, sampled_shares


def glove(coalitions: Iterable[Coalition]) -> dict[Coalition, float]:
    """Players 0 and 1 hold a left glove, 2 a right one; a pair is worth 1."""
    return {s: float(2 in s and len(s) > 1) for s in coalitions}


def airport(coalitions: Iterable[Coalition]) -> dict[Coalition, float]:
    """A runway is as long as the largest plane of the coalition needs (here: a cost)."""
    needs = (8.0, 11.0, 13.0, 18.0)
    return {s: max((needs[i] for i in s), default=0.0) for s in coalitions}


def at_random(seed: int, players: int) -> Values:
    """Worth of every coalition at random."""
    random = np.random.default_rng(seed)
    worth = {
        frozenset(s): float(random.uniform(-1, 1)) * len(s)
        for size in range(players + 1)
        for s in itertools.combinations(range(players), size)
    }
    return lambda coalitions: {s: worth[s] for s in coalitions}


def by_all_orders(players: int, values: Values) -> np.ndarray:
    """The mean contribution over all orders, as it is defined."""
    shares = np.zeros(players)
    for order in itertools.permutations(range(players)):
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            worth = values([before, before | {player}])
            shares[player] += worth[before | {player}] - worth[before]
    return shares / factorial(players)


def test_the_glove_game() -> None:
    found = exact_shares(3, glove)
    assert found.shares == pytest.approx([1 / 6, 1 / 6, 4 / 6])
    assert (found.exact, found.coalitions, found.errors.tolist()) == (True, 8, [0.0] * 3)


def test_the_airport_game() -> None:
    """Littlechild and Owen: each part of the runway is shared by those who need it."""
    steps = [8 / 4, 3 / 3, 2 / 2, 5 / 1]
    assert exact_shares(4, airport).shares == pytest.approx(np.cumsum(steps))


@given(seed=st.integers(0, 10**6), players=st.integers(1, 5))
def test_exact_shares_are_the_mean_over_all_orders(seed: int, players: int) -> None:
    values = at_random(seed, players)
    expected = by_all_orders(players, values)
    assert exact_shares(players, values).shares == pytest.approx(expected, abs=1e-9)


@given(seed=st.integers(0, 10**6), players=st.integers(2, 6), pairs=st.integers(2, 6))
def test_sampled_shares_give_away_everything_and_no_more(
    seed: int, players: int, pairs: int
) -> None:
    values = at_random(seed, players)
    found = sampled_shares(players, values, pairs=pairs, seed=seed)
    all_, none = frozenset(range(players)), frozenset[int]()
    worth = values([all_, none])
    assert found.shares.sum() == pytest.approx(worth[all_] - worth[none])
    assert not found.exact
    assert (found.errors >= 0.0).all()


def test_sampled_shares_come_to_the_exact_ones_within_their_errors() -> None:
    values = at_random(7, 5)
    exact = exact_shares(5, values).shares
    few, many = (sampled_shares(5, values, pairs=pairs, seed=3) for pairs in (20, 2_000))
    assert (np.abs(many.shares - exact) <= 4.0 * many.errors + 1e-12).all()
    assert many.errors.max() < few.errors.max() / 5.0
    assert many.errors.max() < 0.1


def test_an_order_and_its_reverse_are_exact_in_a_game_of_pairs() -> None:
    """Where worth comes from pairs alone, each is counted half by an order, half by its reverse."""

    def pairs(coalitions: Iterable[Coalition]) -> dict[Coalition, float]:
        return {s: sum(i * j for i, j in itertools.combinations(s, 2)) * 1.0 for s in coalitions}

    found = sampled_shares(5, pairs, pairs=2, seed=1)
    assert found.shares == pytest.approx([i * (10 - i) / 2 for i in range(5)])
    assert found.errors == pytest.approx([0.0] * 5, abs=1e-12)


def test_the_same_seed_gives_the_same_shares() -> None:
    one, other = (sampled_shares(5, at_random(1, 5), pairs=4, seed=2) for _ in range(2))
    assert one.shares.tolist() == other.shares.tolist()


def test_one_pair_has_no_error_to_tell() -> None:
    with pytest.raises(ValueError, match="two pairs"):
        sampled_shares(3, glove, pairs=1, seed=1)
