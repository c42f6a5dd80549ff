"""Renovations follow from when a school closes: the optimiser's sum is that of the lines.

The sums are done again here by a loop over years, as a treasurer would.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.economy.buildings import NEVER, Buildings, building_lines

PERIODS = ((2026, 2027), (2028, 2029, 2030), (2031,))


def some(seed: int, periods: tuple[tuple[int, ...], ...] = PERIODS) -> Buildings:
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 5))
    return Buildings(
        periods=periods,
        closing=random.uniform(0.0, 1e5, count),
        renovation=random.choice([0.0, 2e5, 1e6], count),
        due=random.choice([2026, 2028, 2029, 2031, 2040, NEVER], count),
        held=random.choice([0.0, 5e3, 1e5], count),
        seats=random.uniform(10.0, 90.0, count),
        sale=random.choice([0.0, 3e5], count),
        annuity=0.05,
        life=int(random.choice([2, 30])),
        temporary_seat=2_000.0,
        works=int(random.choice([1, 2])),
    )


def by_hand(b: Buildings, j: int, closes: int) -> float:
    """Euros of one building, year by year."""
    total = 0.0 if closes == len(b.periods) else float(b.closing[j])
    first = b.periods[closes][0] if closes < len(b.periods) else NEVER
    for year in (year for period in b.periods for year in period):
        paying = b.due[j] <= year < b.due[j] + b.life
        if year < first:
            if paying:
                total += max(b.renovation[j] * b.annuity - b.held[j], 0.0)
            if b.due[j] <= year < b.due[j] + b.works:
                total += b.seats[j] * b.temporary_seat
            continue
        if paying and b.due[j] < first:
            total += b.renovation[j] * b.annuity
        if year < first + b.life:
            total -= b.sale[j] * b.annuity
    return total


@given(seed=st.integers(0, 10**9))
def test_the_optimisers_sum_of_every_closing_is_that_of_the_years(seed: int) -> None:
    b = some(seed)
    costs = b.costs()
    assert costs.shape == (b.closing.size, len(PERIODS) + 1)
    for j in range(b.closing.size):
        for q in range(len(PERIODS) + 1):
            assert costs[j, q] == pytest.approx(by_hand(b, j, q), rel=1e-12, abs=1e-6)


@given(seed=st.integers(0, 10**9), choice=st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_the_lines_of_the_ledger_are_the_same_euros(seed: int, choice: list[int]) -> None:
    b = some(seed)
    units = b.closing.size
    closes = np.array(choice[:units] + [0] * (units - len(choice)))
    lines = building_lines(b, [f"u{j}" for j in range(units)], np.arange(units), closes)
    eur = (lines["quantity"] * lines["price"]).sum() + b.closing[closes < len(PERIODS)].sum()
    assert eur == pytest.approx(b.costs()[np.arange(units), closes].sum(), rel=1e-9, abs=1e-6)
    assert eur == pytest.approx(b.by_period(closes).sum(), rel=1e-9, abs=1e-6)
    assert (lines["quantity"] * lines["price"] != 0.0).all()
    assert not lines.duplicated(["year", "item", "of", "part"]).any()


def test_a_renovation_spared_paid_and_paid_after_closing() -> None:
    """A million due in 2029 at 5 % a year, of which the property cost holds 10,000."""
    b = Buildings(
        PERIODS, np.array([1e5]), np.array([1e6]), np.array([2029]), np.array([10_000.0]),
        np.array([50.0]), np.array([0.0]), 0.05, 30, 2_000.0, 1,
    )  # fmt: skip
    spared, renovated = 100_000.0, 2 * 40_000.0 + 50 * 2_000.0
    after = renovated + 50_000.0 + 100_000.0  # closed in 2031: the whole annuity goes on
    assert b.costs().tolist() == [[spared, spared, after, renovated + 40_000.0]]


def test_a_sale_is_an_annuity_and_ends_with_it() -> None:
    b = Buildings(
        PERIODS, np.zeros(1), np.zeros(1), np.array([NEVER]), np.zeros(1), np.array([50.0]),
        np.array([300_000.0]), 0.5, 2, 2_000.0, 1,
    )  # fmt: skip
    assert b.costs().tolist() == [[-300_000.0, -300_000.0, -150_000.0, 0.0]]


def test_some_buildings_are_those_buildings() -> None:
    b = some(7)
    few = b.of(np.array([0]))
    assert few.costs().tolist() == b.costs()[:1].tolist()
