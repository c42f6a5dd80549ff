"""A newer register changes what a study knows: at once, nowhere unsaid, and never half."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.sources import reference
from skolnat.study.inputs import Inputs, read_inputs, with_newer_counts
from skolnat.study.pipeline import study_futures
from skolnat.study.prepare import prepare
from skolnat.study.results import estimated_inputs
from skolnat.study.run import run_study
from skolnat.study.tables import _history

CODES = ("047", "498")  # Enontekiö and Muonio, of the quick study


def register(codes: tuple[str, ...] = CODES, each: int = 11, split: bool = False) -> pd.DataFrame:
    """So many of each age and sex in 2024 and 2025."""
    rows = [
        (code, year, age, sex, float(each), split)
        for code in codes
        for year in (2024, 2025)
        for age in range(101)
        for sex in ("m", "f")
    ]
    columns = ["municipality", "year", "age", "sex", "persons", "estimated"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def study(quick_study: Path) -> Path:
    """The quick study, which names a register and a plan."""
    text = quick_study.read_text("utf-8")
    named = 'population = "newer.parquet"\nhousing = "homes.csv"\n[network]'
    quick_study.write_text(text.replace("[network]", named), encoding="utf-8")
    register().to_parquet(quick_study.parent / "newer.parquet")
    plan = "kunta,vuosi,talotyyppi,asunnot\nMuonio,2027,rivitalo,10\n"
    (quick_study.parent / "homes.csv").write_text(plan, encoding="utf-8")
    return quick_study


def told(path: Path, newer: pd.DataFrame) -> tuple[Inputs, list[str], pd.DataFrame]:
    """What is read, what counts as estimated, and the history that the report shows."""
    newer.to_parquet(path.parent / "newer.parquet")
    inputs = read_inputs(path)
    futures = study_futures(inputs.study, inputs.futures)
    prepared = prepare(inputs.study, inputs.region, futures)
    history = _history(prepared)
    assert not history.duplicated(["municipality", "year", "age_group"]).any()
    at_base = history[(history["year"] == 2025) & (history["age_group"] == "7-12")]
    return inputs, estimated_inputs(prepared), at_base.set_index("municipality")


def test_a_whole_newer_register_is_no_estimate(study: Path) -> None:
    inputs, estimated, history = told(study, register())
    assert inputs.warnings == tuple(w for w in inputs.warnings if "population" not in w.code)
    assert "forecast.2020-2025" not in estimated
    assert not history["estimated"].any()
    assert history["persons"].to_dict() == {"047": 132, "498": 132, "": 264}  # 6 ages, 2 sexes


def test_a_register_of_one_municipality_leaves_the_other_an_estimate(study: Path) -> None:
    inputs, estimated, history = told(study, register(("498",)))
    silent = [w for w in inputs.warnings if w.code == "study.population_silent"]
    assert [w.values["municipalities"] for w in silent] == ["Enontekis/Enontekiö (047)"]
    assert "forecast.2020-2025" in estimated
    assert history["estimated"].to_dict() == {"047": True, "498": False, "": True}
    assert history.loc["498", "persons"] == 132


def test_what_was_split_stays_an_estimate(study: Path) -> None:
    inputs, estimated, history = told(study, register(split=True))
    assert "sources.population_marked" in {w.code for w in inputs.warnings}
    assert "forecast.2020-2025" in estimated
    assert history["estimated"].all()
    assert inputs.region.population["year"].max() == 2019


def test_a_register_of_2026_is_a_base_year_and_one_left_out_is_told(study: Path) -> None:
    newer = register().assign(year=lambda table: table["year"] + 1)
    newer.to_parquet(study.parent / "newer.parquet")
    later = [w for w in read_inputs(study).warnings if w.code == "forecast.population_later"]
    assert [w.values for w in later] == [{"year": 2025, "last": 2026}]
    text = study.read_text("utf-8")
    study.write_text(text.replace("[study]", "[study]\nbase_year = 2026", 1), encoding="utf-8")
    inputs = read_inputs(study)
    assert not [w for w in inputs.warnings if "population" in w.code]
    futures = study_futures(inputs.study, inputs.futures)
    assert (futures.base_year, futures.counted) == (2026, set(CODES))
    register().to_parquet(study.parent / "newer.parquet")
    with pytest.raises(InvalidInput) as caught:
        read_inputs(study)
    assert "forecast.base_year" in {fault.code for fault in caught.value.faults}


def test_the_register_of_2019_is_no_estimate(examples: Path) -> None:
    inputs = read_inputs(examples / "tunturi-lappi.toml")
    early = dataclasses.replace(inputs.study, base_year=2019, draws=20)
    assert study_futures(early).counted == set(early.municipalities)
    assert not study_futures(dataclasses.replace(early, base_year=2020)).counted


def test_newer_counts_replace_those_of_their_years_only(examples: Path) -> None:
    region = read_inputs(examples / "tunturi-lappi.toml").region
    newer = register(("498", "016"))
    newer = pd.concat([newer, newer[newer["year"] == 2024].assign(year=2019)])
    population = with_newer_counts(region, newer, 2024).population
    sums = population.groupby(["municipality", "year"])["persons"].sum()
    table = reference.population()
    shipped = table.groupby(["municipality", "year"])["persons"].sum()
    assert sums["498"].to_dict() == {2018: shipped["498", 2018], 2019: 2222.0, 2024: 2222.0}
    assert sums["047"].to_dict() == shipped["047"].to_dict()
    assert "016" not in sums.index  # of another region


def test_a_changed_register_or_plan_is_computed_anew(
    study: Path, tmp_path: Path, hear: Callable[[], Any]
) -> None:
    out = tmp_path / "out"

    def computed() -> list[str]:
        listener = hear()
        run_study(study, out, jobs=1, listener=listener)
        heard: list[str] = listener.computed
        return heard

    assert "forecast" in computed()
    assert computed() == []
    first = pd.read_parquet(out / "tables" / "forecast.parquet")
    register(each=12).to_parquet(study.parent / "newer.parquet")
    assert {"forecast", "journeys", "network", "tables"} <= set(computed())
    second = pd.read_parquet(out / "tables" / "forecast.parquet")
    at = (first["municipality"] == "498") & (first["age_group"] == "7-15")
    at &= first["year"] == 2025
    assert (first[at]["p50"].item(), second[at]["p50"].item()) == (198.0, 216.0)
    homes = study.parent / "homes.csv"
    homes.write_text(homes.read_text("utf-8").replace(",10", ",90"), encoding="utf-8")
    assert "forecast" in computed()
    page = (out / "report" / "sv" / "index.html").read_text("utf-8")
    assert "Ett nyare register som regionen har tagit med" in page
    assert "Regionens bostadsplan är medräknad." in page


def test_another_future_is_computed_anew_and_said(
    quick_study: Path, tmp_path: Path, hear: Callable[[], Any]
) -> None:
    out = tmp_path / "out"
    run_study(quick_study, out, jobs=1)
    text = quick_study.read_text("utf-8")
    wish = 'forecast_scenario = "low_fertility"\n[network]'
    text = text.replace("[network]", wish).replace('"Muonio"', '"Muonio", "Kolari"')
    quick_study.write_text(text, encoding="utf-8")
    listener = hear()
    summary = run_study(quick_study, out, jobs=1, listener=listener)
    assert "forecast" in listener.computed
    told = {"scenario": "low_fertility", "population": False, "housing": False}
    assert summary["forecast"] == told
    assert "forecast.2020-2025" in summary["estimated"]
    page = (out / "report" / "sv" / "index.html").read_text("utf-8")
    assert "Studien utgår från låg fruktsamhet" in page
