"""The whole country at once: what other rooms and the command line stand on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.forecast import Forecast, forecast
from skolnat.forecast.api import base_year_of, unused
from skolnat.forecast.scenarios import AGE_PROFILE, HousingPlan
from skolnat.sources import reference


@pytest.fixture(scope="module")
def future() -> Forecast:
    return forecast(until=2030, draws=60, seed=4)


def test_all_municipalities_aland_too(future: Forecast) -> None:
    assert future.municipalities == tuple(sorted(reference.municipalities()["municipality"]))
    assert future.years == (2025, 2026, 2027, 2028, 2029, 2030)
    assert future.ages == tuple(range(16))
    assert future.draws.dtype == np.float32


def test_every_draw_of_2025_agrees_with_the_register_of_the_regions(future: Forecast) -> None:
    table = reference.regional_population()
    known = table[(table["year"] == 2025) & (table["age"] <= 15)]
    sums = known.groupby(["region", "age"])["persons"].sum()
    region = reference.municipalities().set_index("municipality")["region"]
    of = region.loc[list(future.municipalities)].to_numpy()
    for code in ("01", "07", "19", "21"):
        drawn = future.draws[:, of == code, 0].sum(axis=1)
        wished = sums[code].to_numpy(dtype=np.float64)
        np.testing.assert_allclose(drawn, np.broadcast_to(wished, drawn.shape), rtol=1e-4)


def test_base_year_2019_uses_nothing_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every later figure is made nonsense, and not a byte of the forecast changes."""
    before = forecast(base_year=2019, until=2024, draws=20, seed=7)
    table = reference.regional_population()
    later = table["year"] > 2019
    rng = np.random.default_rng(0)
    table.loc[later, "persons"] = rng.integers(1, 9999, int(later.sum()))
    monkeypatch.setattr(reference, "regional_population", lambda: table)
    empty = table.iloc[:0]
    for name in ("totals", "grid", "regional_projection", "regional_fertility", "schools"):
        monkeypatch.setattr(reference, name, lambda: empty)
    after = forecast(base_year=2019, until=2024, draws=20, seed=7)
    assert before.draws.tobytes() == after.draws.tobytes()


def test_base_year_2019_is_the_register_itself() -> None:
    drawn = forecast(base_year=2019, until=2019, draws=3).draws[:, :, 0]
    table = reference.population()
    table = table[(table["year"] == 2019) & (table["age"] <= 15)]
    known = table.pivot_table(
        index="municipality", columns="age", values="persons", aggfunc="sum"
    ).to_numpy(dtype=np.float32)
    assert (drawn == known).all()


def test_same_seed_same_bytes() -> None:
    first, again = (forecast(until=2026, draws=55, seed=2).draws for _ in range(2))
    assert first.tobytes() == again.tobytes()


def test_official_scenario_agrees_with_the_projection() -> None:
    future = forecast(until=2030, draws=20, scenario="official")
    table = reference.regional_projection()
    use = (table["region"] == "07") & (table["year"] == 2030) & (table["age"] <= 15)
    wished = table[use].groupby("age")["persons"].sum().to_numpy(dtype=np.float64)
    region = reference.municipalities().set_index("municipality")["region"]
    inside = [code for code in future.municipalities if region[code] == "07"]
    np.testing.assert_allclose(future.select(inside).mean()[:, 5].sum(axis=0), wished, rtol=1e-4)


def test_fertility_and_migration_go_the_way_the_name_says(future: Forecast) -> None:
    low = forecast(until=2030, draws=60, seed=4, scenario="low_fertility")
    assert low.draws[:, :, -1, 0].sum() < 0.92 * future.draws[:, :, -1, 0].sum()
    high = forecast(until=2030, draws=60, seed=4, scenario="high_migration")
    assert high.draws[:, :, -1, 7:].sum() > future.draws[:, :, -1, 7:].sum()


def test_newer_counts_replace_the_nowcast_at_once(future: Forecast) -> None:
    rows = [
        ("016", year, age, sex, 30 + age)
        for year in (2020, 2025, 2026)
        for age in range(101)
        for sex in ("m", "f")
    ]
    columns = ["municipality", "year", "age", "sex", "persons"]
    newer = pd.DataFrame(rows, columns=columns)
    told = forecast(base_year=2025, until=2026, draws=20, population=newer)
    drawn = told.select(["016"]).draws[:, 0, 0]
    assert (drawn == 2.0 * (30 + np.arange(16))).all()
    region = reference.municipalities().set_index("municipality")["region"]
    inside = [code for code in told.municipalities if region[code] == region["016"]]
    np.testing.assert_allclose(
        told.select(inside).draws[:, :, 0].sum(axis=1)[0],
        future.select(inside).draws[:, :, 0].sum(axis=1)[0],
        rtol=1e-4,
    )


def growing(code: str, yearly: float) -> pd.DataFrame:
    """The register of 2019 carried to 2020-2025, every age so many times as many each year."""
    table = reference.population()
    last = table[(table["year"] == 2019) & (table["municipality"] == code)]
    return pd.concat(
        last.assign(year=year, persons=last["persons"] * yearly ** (year - 2019))
        for year in range(2020, 2026)
    )


@pytest.mark.parametrize("years", [range(2020, 2026), (2025,)])
def test_what_a_municipality_has_done_since_2019_is_learnt(years: Sequence[int]) -> None:
    """Six years seen, or only their end: what is filled between tells the mean change too."""
    growth = []
    for yearly in (0.97, 1.03):
        newer = growing("398", yearly).query("year in @years")
        future = forecast(until=2030, draws=60, population=newer).select(["398"])
        start = newer[(newer["year"] == 2025) & (newer["age"] <= 15)].groupby("age")["persons"]
        np.testing.assert_allclose(future.draws[7, 0, 0], start.sum().to_numpy(), rtol=1e-5)
        growth.append(future.mean()[0, -1, 7:].sum() / future.mean()[0, 0, 2:11].sum())
    shrank, grew = growth
    # Six per cent a year apart for five years would be 1.34; places rarely differ so, and shrink.
    assert 1.04 < grew / shrank < 1.34


def test_a_register_of_2026_is_the_start_and_others_stay_as_forecast() -> None:
    newer = growing("016", 1.0).query("year == 2025").assign(year=2026)
    told = forecast(until=2027, draws=60, population=newer)
    assert told.base_year == 2026
    assert told.years == (2026, 2027)
    assert told.counted == {"016"}
    at = newer[newer["age"] <= 15].groupby("age")["persons"].sum().to_numpy()
    np.testing.assert_array_equal(told.select(["016"]).draws[0, 0, 0], at)
    without = forecast(base_year=2025, until=2027, draws=60)
    others = [code for code in told.municipalities if code != "016"]
    same = told.select(others).draws[:, :, 0]
    np.testing.assert_array_equal(same, without.select(others).draws[:, :, 1])


def test_a_register_later_than_the_base_year_is_told_and_one_that_lacks_is_a_fault() -> None:
    newer = growing("016", 1.0).assign(year=lambda table: table["year"] + 1)
    (warning,) = unused(2025, newer)
    assert (warning.severity, warning.values) == ("warning", {"year": 2025, "last": 2026})
    assert unused(2026, newer) == unused(2025, None) == []
    assert base_year_of(None, newer) == 2026
    with pytest.raises(InvalidInput, match="2019-2025"):
        forecast(base_year=2026, until=2030)
    with pytest.raises(InvalidInput, match="2019-2026"):
        forecast(base_year=2027, until=2030, population=newer)


def test_a_whole_newer_register_moves_the_start() -> None:
    table = reference.population()
    newer = table[table["year"] == 2019].assign(year=2020)
    told = forecast(base_year=2020, until=2020, draws=2, population=newer)
    known = newer[(newer["age"] == 7) & (newer["municipality"] == "098")]["persons"].sum()
    assert (told.select(["098"]).draws[:, 0, 0, 7] == known).all()


def test_homes_bring_children_to_their_own_municipality() -> None:
    plan = pd.DataFrame(
        [("098", 2026, "house", 400)], columns=["municipality", "year", "kind", "dwellings"]
    )
    assert np.isclose(AGE_PROFILE.sum(), 1.0, atol=0.05)
    plain = forecast(until=2026, draws=20).select(["098"]).mean()[0, 1].sum()
    built = forecast(until=2026, draws=20, housing=HousingPlan(plan)).select(["098"])
    assert 100.0 < built.mean()[0, 1].sum() - plain < 200.0


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as wrong:
        forecast(base_year=2012, until=2100, draws=0)
    assert [fault.code for fault in wrong.value.faults] == [
        "forecast.base_year", "forecast.until", "forecast.draws"
    ]  # fmt: skip
    assert "2019-2025" in str(wrong.value)


def test_unknown_names_are_told_with_what_is_known() -> None:
    with pytest.raises(InvalidInput, match="low_fertility"):
        forecast(scenario="lowfertility")
    plan = pd.DataFrame(
        [("999", 2026, "castle", -1)], columns=["municipality", "year", "kind", "dwellings"]
    )
    with pytest.raises(InvalidInput) as wrong:
        forecast(housing=HousingPlan(plan))
    assert len(wrong.value.faults) == 3
    newer = pd.DataFrame(
        [("999", 2020, 0, "m", 1)], columns=["municipality", "year", "age", "sex", "persons"]
    )
    with pytest.raises(InvalidInput, match="999"):
        forecast(population=newer)
