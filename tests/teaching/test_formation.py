"""Whether 2.7 expected pupils are three decides a right: counted again over all outcomes.

The closed forms are compared with sums over every combination of small numbers, and with a drawn
sample where there are too many to add up.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.teaching.formation import Limits, in_units, of_provider

MOST = 16


def poisson(mean: float, k: int) -> float:
    return math.exp(-mean) * mean**k / math.factorial(k)


def outcome_of(pupils: tuple[int, ...], others: int, limits: Limits) -> tuple[list[int], float]:
    """Whom a provider teaches, and in how many groups, when the numbers are known."""
    if sum(pupils) + others < limits.least:
        return [0] * len(pupils), 0.0
    own = sum(math.ceil(n / limits.most) for n in pupils if n >= limits.enough)
    rest = sum(n for n in pupils if n < limits.enough)
    return list(pupils), own + math.ceil(rest / limits.most)


@pytest.mark.parametrize(
    "limits", [Limits(3, 4, 3), Limits(3, 20, 5), Limits(4, 5, 1), Limits(1, 2)]
)
@pytest.mark.parametrize("means", [(0.9,), (0.5, 1.4), (0.0, 2.2, 0.3)])
@pytest.mark.parametrize("others", [0.0, 1.1])
def test_a_provider_over_all_outcomes(
    limits: Limits, means: tuple[float, ...], others: float
) -> None:
    found = of_provider(np.array(means), others, limits)
    reached, groups = np.zeros(len(means)), 0.0
    for pupils in itertools.product(range(MOST), repeat=len(means)):
        for rest in range(MOST if others else 1):
            chance = math.prod(map(poisson, means, pupils)) * poisson(others, rest)
            taught, count = outcome_of(pupils, rest, limits)
            reached += chance * np.array(taught)
            groups += chance * count
    assert found.reached == pytest.approx(reached, abs=1e-6)
    assert found.groups.sum() == pytest.approx(groups, abs=1e-6)


@pytest.mark.parametrize("limits", [Limits(1, 3), Limits(10, 20), Limits(4, 4)])
def test_units_over_all_outcomes(limits: Limits) -> None:
    means = np.array([0.0, 0.6, 3.0, 11.0])
    found = in_units(means, limits)
    for k, mean in enumerate(means):
        taught = range(limits.least, 60)
        chance = [poisson(float(mean), n) for n in taught]
        reached = sum(c * n for c, n in zip(chance, taught, strict=True))
        groups = sum(c * math.ceil(n / limits.most) for c, n in zip(chance, taught, strict=True))
        assert found.reached[k] == pytest.approx(reached, abs=1e-9)
        assert found.groups[k] == pytest.approx(groups, abs=1e-9)


def test_a_drawn_sample_of_a_large_provider_agrees() -> None:
    limits, others = Limits(3, 20, 8), 4.0
    means = np.array([0.3, 1.0, 2.5, 7.5, 9.0, 31.0])
    rng = np.random.default_rng(5)
    drawn = rng.poisson(means, size=(20_000, means.size))
    rest = rng.poisson(others, size=len(drawn))
    told = [outcome_of(tuple(row), int(r), limits) for row, r in zip(drawn, rest, strict=True)]
    found = of_provider(means, others, limits)
    assert found.groups.sum() == pytest.approx(np.mean([groups for _, groups in told]), rel=0.01)
    assert found.reached == pytest.approx(np.mean([who for who, _ in told], axis=0), rel=0.06)


def test_two_point_seven_expected_pupils() -> None:
    """P(N >= 3) = 0.506; of 2.7 pupils 2.0 are among three or more."""
    found = of_provider(np.array([2.7]), 0.0, Limits(3, 20, 8))
    assert found.groups[0] == pytest.approx(1 - sum(poisson(2.7, k) for k in range(3)))
    assert found.reached[0] == pytest.approx(2.7 * (1 - poisson(2.7, 0) - poisson(2.7, 1)))


means = st.lists(st.floats(0.0, 6.0), min_size=1, max_size=5)


@given(means, means, st.integers(1, 5))
def test_counted_together_no_fewer_pupils_are_reached(
    first: list[float], second: list[float], least: int
) -> None:
    limits = Limits(least, 20, 8)
    apart = [of_provider(np.array(one), 0.0, limits).reached.sum() for one in (first, second)]
    together = of_provider(np.array(first + second), 0.0, limits)
    assert together.reached.sum() >= sum(apart) - 1e-9
    assert together.reached.sum() <= sum(first) + sum(second) + 1e-9


@given(means, st.floats(0.0, 5.0))
def test_groups_lie_between_full_ones_and_one_a_pupil(units: list[float], others: float) -> None:
    limits = Limits(3, 4, 5)
    found = of_provider(np.array(units), others, limits)
    assert (found.groups >= -1e-12).all()
    assert found.reached.sum() / limits.most - 1e-9 <= found.groups.sum()
    assert found.groups.sum() <= found.reached.sum() + 1e-9


@pytest.mark.parametrize(("least", "most", "alone"), [(0, 3, 1), (3, 2, 3), (1, 0, 1), (1, 1, 0)])
def test_impossible_limits_are_refused(least: int, most: int, alone: int) -> None:
    with pytest.raises(ValueError, match="group"):
        Limits(least, most, alone)
