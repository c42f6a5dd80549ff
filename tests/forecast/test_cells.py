"""Cells must never invent or lose a child: they are the municipality, seen closer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.common.faults import InvalidInput
from skolnat.forecast.cells import split_to_cells
from skolnat.forecast.homes import SCATTER
from skolnat.forecast.result import AGES, Forecast


def future(children: float = 40.0, draws: int = 30, years: int = 3) -> Forecast:
    """Return two municipalities with about so many children of each age."""
    rng = np.random.default_rng(1)
    sampled = rng.gamma(50.0, children / 50.0, (draws, 2, years, 16)).astype(np.float32)
    return Forecast(("016", "081"), 2025, tuple(range(2025, 2025 + years)), AGES, sampled)


def cells(weights: list[int]) -> pd.DataFrame:
    """Return squares of both municipalities, alternating."""
    return pd.DataFrame(
        {
            "cell": [f"c{i}" for i in range(len(weights))],
            "municipality": ["016" if i % 2 else "081" for i in range(len(weights))],
            "children": weights,
            "population": [w + 1 for w in weights],
        }
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 200), min_size=2, max_size=12), st.integers(0, 99))
def test_cells_sum_to_the_municipality_in_every_draw(weights: list[int], seed: int) -> None:
    whole = future()
    laid = split_to_cells(whole, cells(weights), seed=seed)
    assert (laid.draws >= 0.0).all()
    for m, code in enumerate(whole.municipalities):
        own = [i for i, c in enumerate(laid.municipalities) if c == code]
        np.testing.assert_allclose(
            laid.draws[:, own].sum(axis=1), whole.draws[:, m, :, 7:], rtol=1e-5
        )


def test_the_mean_follows_the_weights() -> None:
    laid = split_to_cells(future(draws=2000), cells([10, 1, 30, 1]), years=range(2025, 2026))
    mean = laid.mean()[:, 0].sum(axis=1)
    by_cell = dict(zip(laid.cells, mean, strict=True))
    assert np.isclose(by_cell["c2"] / by_cell["c0"], 3.0, rtol=0.05)


def test_scatter_is_that_of_families() -> None:
    """Variance over mean is the dispersion, where the municipality's own total is certain."""
    sampled = np.full((4000, 1, 1, 16), 200.0, np.float32)
    certain = Forecast(("081",), 2025, (2025,), AGES, sampled)
    table = cells([5, 0, 95, 0])
    laid = split_to_cells(certain, table[table["municipality"] == "081"], ages=range(7, 8))
    small = laid.draws[:, laid.cells.index("c0"), 0, 0]
    assert np.isclose(small.mean(), 10.0, rtol=0.05)
    assert np.isclose(small.var() / small.mean() / 0.95, SCATTER, rtol=0.15)


def test_a_cohort_stays_where_it_lives() -> None:
    sampled = np.full((500, 1, 4, 16), 30.0, np.float32)
    still = Forecast(("081",), 2025, (2025, 2026, 2027, 2028), AGES, sampled)
    table = cells([50, 0, 50, 0])
    laid = split_to_cells(still, table[table["municipality"] == "081"])
    same = np.corrcoef(laid.draws[:, 0, 0, 0], laid.draws[:, 0, 3, 3])[
        0, 1
    ]  # 7 in 2025, 10 in 2028
    other = np.corrcoef(laid.draws[:, 0, 0, 0], laid.draws[:, 0, 3, 0])[0, 1]
    assert same > 0.8
    assert abs(other) < 0.35


def test_counted_cohorts_are_aged_in_their_own_cell() -> None:
    counted = pd.DataFrame({"cell": ["c0", "c2"], "age": [7, 7], "persons": [40, 0]})
    table = cells([50, 0, 50, 0])
    laid = split_to_cells(future(draws=400), table[table["municipality"] == "081"],
                          cohorts=counted)  # fmt: skip
    here, there = laid.cells.index("c0"), laid.cells.index("c2")
    mean = laid.mean()
    assert mean[here, 2, 2] > 4.0 * mean[there, 2, 2]  # 9 in 2027
    assert 0.5 < mean[here, 2, 0] / mean[there, 2, 0] < 2.0  # another cohort


def test_same_seed_same_bytes_and_languages_add_up() -> None:
    whole, table = future(), cells([3, 4, 5, 6])
    laid, again = (split_to_cells(whole, table, seed=5) for _ in range(2))
    assert laid.draws.tobytes() == again.draws.tobytes()
    shares = np.array([0.0, 0.25, 0.5, 1.0])
    both = laid.taught_in(shares).draws + laid.taught_in(1.0 - shares).draws
    np.testing.assert_allclose(both, laid.draws, rtol=1e-5)


def test_a_municipality_that_is_not_forecast_is_named() -> None:
    table = cells([3, 4]).assign(municipality="999")
    with pytest.raises(InvalidInput, match="999"):
        split_to_cells(future(), table)
