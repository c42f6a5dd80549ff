"""A back-test that leaks the future flatters: these runs are small enough to see through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.forecast.backtest import MODEL, backtest, backtest_regions, levels_of
from skolnat.forecast.backtest_chart import chart, check_picture_path, write_picture
from skolnat.forecast.history import finland
from skolnat.forecast.series import read_series

YEARS = range(2005, 2020)


def write(folder: Path, change: float = 1.0, units: int = 8) -> Path:
    """Write a long series in which cohorts grow a little; ``change`` acts from 2016 on."""
    rng = np.random.default_rng(4)
    for sex in ("male", "female"):
        rows = []
        for unit in range(units):
            counts = rng.integers(20, 200) * np.ones(101)
            for year in YEARS:
                rows.append([f"x{unit:04d}", year, *np.round(counts).astype(int)])
                grown = counts[:-1] * (1.01 if year < 2015 else 1.01 * change)
                counts = np.concatenate([[counts[0]], grown])
        names = ["code", "year", *(f"a{age}" for age in range(101))]
        pd.DataFrame(rows, columns=names).to_csv(
            folder / f"places_{sex}_2005_2019.csv.gz", index=False
        )
    return folder


def test_series_is_read_with_years_of_31_december(tmp_path: Path) -> None:
    series = read_series(write(tmp_path))
    assert series.panel.years[0] == 2004
    assert series.panel.counts.shape[:2] == (8, len(YEARS))
    assert series.left_out == ()
    assert series.counties == ("00",)


def test_places_with_a_missing_year_or_a_broken_border_are_left_out(tmp_path: Path) -> None:
    write(tmp_path)
    file = tmp_path / "places_male_2005_2019.csv.gz"
    table = pd.read_csv(file)
    table.loc[table["code"].eq("x0003") & table["year"].eq(2007), "a5"] = -1
    table.to_csv(file, index=False)
    series = read_series(tmp_path, broken=("0005",))
    assert series.left_out == ("x0003", "x0005")


def test_counties_are_read_off_the_codes_and_make_a_level(tmp_path: Path) -> None:
    write(tmp_path)
    for sex in ("male", "female"):
        file = tmp_path / f"places_{sex}_2005_2019.csv.gz"
        table = pd.read_csv(file)
        table["code"] = [f"nor{11 if c < 'x0004' else 12}{c[-2:]}" for c in table["code"]]
        table.to_csv(file, index=False)
    series = read_series(tmp_path)
    assert series.counties == ("11", "12")
    levels = levels_of(series, 2014)
    assert [len(level.panel.units) for level in levels] == [2, 8]
    assert (levels[1].panel.grouped()[:, -1] == levels[0].panel.last).all()
    table = backtest(tmp_path, horizons=[4], origins=[2015], draws=60).table()
    own = table[(table["method"] == MODEL) & (table["ages"] == "7-15")].iloc[0]
    assert own["mape"] < 1.5


def test_what_comes_after_the_origin_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    before, after = (
        backtest(folder, horizons=[4], origins=[2015], draws=20).cases
        for folder in (write(tmp_path / "a"), write(tmp_path / "b", change=0.8))
    )
    assert (before["point"] == after["point"]).all()
    assert not np.allclose(before["truth"], after["truth"])


def test_scores_of_steady_growth_are_near_perfect(tmp_path: Path) -> None:
    table = backtest(write(tmp_path), horizons=[4], draws=60).table()
    own = table[(table["method"] == MODEL) & (table["ages"] == "7-15")].iloc[0]
    assert own["mape"] < 1.5
    assert own["cases"] == 8 * 5  # origins 2011 to 2015
    rivals = table[table["ages"] == "7-15"].set_index("method")["mape"]
    assert rivals["hamilton_perry"] < 1.0 < rivals["naive"]


def test_an_official_projection_is_compared_where_it_is_whole(tmp_path: Path) -> None:
    write(tmp_path)
    series = read_series(tmp_path)
    rows = [
        (unit, 2014, 2018, age, series.panel.at(2017)[u, age])
        for u, unit in enumerate(series.panel.units)
        for age in range(16)
    ]
    columns = ["unit", "origin", "year", "age", "persons"]
    official = pd.DataFrame(rows, columns=columns)
    tested = backtest(tmp_path, horizons=[4], origins=[2014], draws=20, projections=official)
    table = tested.table()
    assert (table[table["method"] == "official"]["mape"] == 0.0).all()


def test_sizes_and_origins_divide_the_cases(tmp_path: Path) -> None:
    tested = backtest(write(tmp_path), horizons=[4], origins=[2013, 2014], draws=20)
    assert tested.by_size()["cases"].sum() == len(tested.cases)
    assert set(tested.by_origin()["origin"]) == {2013, 2014}


def test_years_outside_the_series_are_all_told(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(InvalidInput) as wrong:
        backtest(tmp_path, horizons=[4, 30], origins=[1990, 2015])
    assert len(wrong.value.faults) == 3
    with pytest.raises(InvalidInput, match="shorter horizon"):
        backtest(tmp_path, horizons=[30])


def test_a_folder_without_the_two_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as wrong:
        backtest(tmp_path)
    assert len(wrong.value.faults) == 2
    (tmp_path / "places_male_x.csv").write_text("code,year\n")
    (tmp_path / "places_female_x.csv").write_text("code,year\n")
    with pytest.raises(InvalidInput, match="a100"):
        backtest(tmp_path)


def test_picture_is_written(tmp_path: Path) -> None:
    tested = backtest(write(tmp_path), horizons=[4], origins=[2014], draws=20)
    assert chart(tested).to_dict()["title"] == "Children of 7-15"
    assert chart(tested, language="fi").to_dict()["title"] == "7-15-vuotiaat lapset"
    write_picture(tested, tmp_path / "picture.svg", language="sv")
    picture = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert picture.startswith("<svg")
    assert "Linjär trend" in picture
    write_picture(tested, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert not list(tmp_path.glob(".*"))


def test_pictures_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    for name, code in (("a.gif", "forecast.not_a_picture"), ("b/a.svg", "forecast.no_folder")):
        with pytest.raises(InvalidInput) as wrong:
            check_picture_path(tmp_path / name)
        assert [fault.code for fault in wrong.value.faults] == [code]


def test_regions_of_finland_beat_carrying_ratios_forward() -> None:
    regions, _ = finland(2025)
    tested = backtest_regions(regions, horizons=[10], origins=[2000, 2008], draws=60, seed=1)
    table = tested.table()
    wmape = table[table["ages"] == "7-15"].set_index("method")["wmape"]
    assert wmape[MODEL] < wmape["hamilton_perry"]
