"""Futures must make sense in every single draw, not on the mean: these are laws, not accuracy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.forecast import simulate as engine
from skolnat.forecast.panel import Panel
from skolnat.forecast.parameters import parameters
from skolnat.forecast.simulate import Drivers, Known, Level, between, simulate
from skolnat.forecast.states import CHILD_AGES, STATES

CONSTANTS = parameters()


def country_of(seed: int, units: int = 6, years: int = 4) -> tuple[Panel, Panel]:
    """Return random municipalities in two regions, and the regions, which know a year more."""
    rng = np.random.default_rng(seed)
    size = np.exp(rng.uniform(0.0, 6.0, units))
    counts = rng.poisson(size[:, None, None] * np.ones((units, years + 1, STATES))).astype(float)
    groups = np.sort(rng.integers(0, 2, units))
    groups[0], groups[-1] = 0, 1
    codes = tuple(f"{i + 1:03d}" for i in range(units))
    municipalities = Panel(codes, groups, tuple(range(2015, 2015 + years + 1)), counts)
    sums = municipalities.grouped() + 1.0
    regions = Panel(("01", "02"), np.zeros(2, dtype=np.intp), municipalities.years, sums)
    return regions, municipalities.until(2015 + years - 1)


def levels_of(regions: Panel, municipalities: Panel) -> list[Level]:
    return [Level(regions, CONSTANTS.region), Level(municipalities, CONSTANTS.member)]


def futures(regions: Panel, municipalities: Panel, **more: object) -> np.ndarray:
    levels = levels_of(regions, municipalities)
    return simulate(levels, CONSTANTS.country, 2024, 60, 1, **more)  # type: ignore[arg-type]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_no_negative_child_and_nothing_without_a_number(seed: int) -> None:
    draws = futures(*country_of(seed))
    assert np.isfinite(draws).all()
    assert (draws >= 0.0).all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_nowcast_agrees_with_the_register_of_the_regions_in_every_draw(seed: int) -> None:
    regions, municipalities = country_of(seed)
    draws = futures(regions, municipalities)
    for group in range(2):
        sums = draws[:, municipalities.groups == group, 0].sum(axis=1)
        np.testing.assert_allclose(
            sums, np.broadcast_to(regions.last[group, :CHILD_AGES], sums.shape), rtol=1e-4
        )


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_permuting_municipalities_changes_nothing(seed: int, random: object) -> None:
    regions, municipalities = country_of(seed)
    order = list(range(len(municipalities.units)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = municipalities.take(order).ordered()
    assert (futures(regions, municipalities) == futures(regions, shuffled)).all()


def test_municipalities_sum_to_the_regions_draws() -> None:
    """Regions and country agree in every draw: scaled to the same upper draws, levels match."""
    regions, municipalities = country_of(4)
    one = Panel(("all",), np.zeros(1, dtype=np.intp), regions.years, regions.counts[:1])
    alone = replace(municipalities, groups=np.zeros(6, dtype=np.intp))
    constants = [Level(one, CONSTANTS.region), Level(alone, CONSTANTS.member)]
    low = simulate(constants, CONSTANTS.country, 2024, 50, 1)
    top = simulate(constants[:1], CONSTANTS.country, 2024, 50, 1)
    # One region alone is the country: its sum of 2024 has the same distribution from both.
    assert np.isclose(low[:, :, -1].sum(axis=(1, 2)).mean(), top[:, :, -1].sum(axis=(1, 2)).mean(),
                      rtol=0.1)  # fmt: skip


def test_same_seed_same_bytes_whatever_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    regions, municipalities = country_of(2)
    first = futures(regions, municipalities)
    monkeypatch.setattr(engine, "THREADS", 1)
    assert first.tobytes() == futures(regions, municipalities).tobytes()
    other = simulate(levels_of(regions, municipalities), CONSTANTS.country, 2024, 60, 2)
    assert first.tobytes() != other.tobytes()


def test_in_a_closed_place_no_age_class_outgrows_the_flow_into_it() -> None:
    """Without migration, effects and errors, a cohort can only stay or shrink."""
    rng = np.random.default_rng(7)
    counts = np.empty((1, 12, STATES))
    counts[0, 0] = rng.uniform(50, 100, STATES)
    for year in range(1, 12):
        counts[0, year, 1:] = counts[0, year - 1, :-1] * 0.999
        counts[0, year, 0] = 60.0
    nothing = replace(
        CONSTANTS.region,
        slow=CONSTANTS.region.slow * 1e-12,
        fast=CONSTANTS.region.fast * 1e-12,
        phi=CONSTANTS.region.phi * 1e-9,
        family=CONSTANTS.region.family * 1e-9,
    )
    country = replace(CONSTANTS.country, shock=CONSTANTS.country.shock * 1e-9)
    panel = Panel(("01",), np.zeros(1, dtype=np.intp), tuple(range(2008, 2020)), counts)
    draws = simulate([Level(panel, nothing)], country, 2026, 50, 3)
    older, younger = draws[:, 0, 1:, 1:], draws[:, 0, :-1, :-1]
    assert (older <= younger * 1.0001).all()


def test_known_counts_stay_and_the_others_share_the_rest() -> None:
    regions, municipalities = country_of(9)
    counts = np.full((1, STATES), 0.5, dtype=np.float32)
    known = {2019: Known(np.array([0]), counts)}
    draws = futures(regions, municipalities, known=known)
    assert (draws[:, 0, 0] == 0.5).all()
    sums = draws[:, municipalities.groups == 0, 0].sum(axis=1)
    if (municipalities.groups == 0).sum() > 1:
        np.testing.assert_allclose(
            sums, np.broadcast_to(regions.last[0, :CHILD_AGES], sums.shape), rtol=1e-4
        )


def test_scenarios_move_the_whole_the_way_they_say() -> None:
    regions, municipalities = country_of(11)
    plain = futures(regions, municipalities)[:, :, -1].sum(axis=(1, 2)).mean()
    fewer = futures(regions, municipalities, drivers=Drivers(fertility={2020: 0.5}))
    assert fewer[:, :, -1].sum(axis=(1, 2)).mean() < 0.9 * plain


def test_new_homes_do_not_change_the_region() -> None:
    regions, municipalities = country_of(13)
    arrivals = np.zeros((6, CHILD_AGES), np.float32)
    arrivals[0] = 20.0
    plain = futures(regions, municipalities)
    built = futures(regions, municipalities, drivers=Drivers(arrivals={2020: arrivals}))
    inside = municipalities.groups == 0
    np.testing.assert_allclose(
        plain[:, inside, 1].sum(axis=1), built[:, inside, 1].sum(axis=1), rtol=1e-4
    )
    if inside.sum() > 1:
        assert built[:, 0, 1].sum(axis=1).mean() > plain[:, 0, 1].sum(axis=1).mean()


def test_a_level_that_starts_before_the_one_above_is_refused() -> None:
    regions, municipalities = country_of(1)
    with pytest.raises(ValueError, match="level above"):
        futures(regions.since(2017), municipalities)


def test_years_between_two_known_ones_are_filled_cohort_by_cohort() -> None:
    """Against a whole that stays 100, a cohort that doubles in two years grows by root two."""
    counts = np.full((1, 3, STATES), np.nan)
    counts[0, 0] = 49.5
    counts[0, 2] = 100.0
    whole = np.full_like(counts, 100.0)
    filled = between(counts, whole, 0)
    # Shares with half a person more: 50 and 100.5 of 100.5; the middle is their geometric mean.
    np.testing.assert_allclose(filled[0, 1, 1:-1], np.sqrt(50.0 * 100.5) - 0.5)
    assert np.isnan(filled[0, 1, [0, -1]]).all()  # not born yet, and too old to be followed
    np.testing.assert_array_equal(filled[0, [0, 2]], counts[0, [0, 2]])
