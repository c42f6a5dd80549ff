"""A comparison is fair only when the rival is built right: each by hand on a tiny country."""

from __future__ import annotations

import numpy as np

from skolnat.forecast.methods import (
    History,
    empirical_interval,
    hamilton_perry,
    hamilton_perry_shrunk,
    linear,
    naive,
)
from skolnat.forecast.states import FERTILITY, STATES


def steady(growth: float, years: int = 12, units: int = 1) -> History:
    """Return places where every cohort grows by the same factor each year, births constant."""
    counts = np.empty((units, years, STATES))
    counts[:, 0] = 100.0 * growth ** np.arange(STATES)
    for year in range(1, years):
        counts[:, year, 1:] = counts[:, year - 1, :-1] * growth
        counts[:, year, 0] = 100.0
    return History(counts)


def test_naive_is_today() -> None:
    assert (naive(steady(1.01), 5) == steady(1.01).counts[:, -1, :16]).all()


def test_hamilton_perry_is_exact_where_ratios_are_constant() -> None:
    history = steady(1.02)
    np.testing.assert_allclose(hamilton_perry(history, 5), history.counts[:, -1, :16], rtol=1e-9)
    np.testing.assert_allclose(
        hamilton_perry_shrunk(history, 5), history.counts[:, -1, :16], rtol=1e-9
    )


def test_births_follow_women() -> None:
    history = steady(1.0)
    history.counts[:, -1, 16:] *= 2.0
    born = hamilton_perry(history, 1)[0, 0]
    women = history.counts[0, -6:-1] @ FERTILITY
    rate = history.counts[0, -5:, 0].sum() / women.sum()
    assert np.isclose(born, rate * (history.counts[0, -1] @ FERTILITY))


def test_linear_goes_straight_and_never_below_zero() -> None:
    counts = np.zeros((1, 10, STATES))
    counts[0, :, 7] = np.arange(90.0, 40.0, -5.0)
    assert np.isclose(linear(History(counts), 4)[0, 7], 25.0)
    assert linear(History(counts), 20)[0, 7] == 0.0


def test_shrinking_moves_a_small_place_to_the_country() -> None:
    counts = steady(1.0, units=2).counts
    counts[0] *= 0.02
    counts[0, -1, 8] *= 2.0  # one odd cohort in the small place
    raw = hamilton_perry(History(counts), 1)[0, 8] / counts[0, -1, 7]
    drawn = hamilton_perry_shrunk(History(counts), 1)[0, 8] / counts[0, -1, 7]
    assert 1.0 < drawn < raw


def test_empirical_interval_has_the_errors_made_before() -> None:
    history = steady(1.0, years=20, units=12)
    draws = empirical_interval(hamilton_perry, history, 5, slice(7, 16), 50, 1)
    assert draws is not None
    np.testing.assert_allclose(draws, 900.0, rtol=1e-9)
    assert empirical_interval(hamilton_perry, steady(1.0, 8), 5, slice(7, 16), 50, 1) is None
