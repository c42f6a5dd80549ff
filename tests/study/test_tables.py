"""The tables of a results folder hold what the report is promised, and figures that agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skolnat.cooperation.gains import Gain
from skolnat.plan.scenario import SCENARIOS
from skolnat.report.results import TABLES
from skolnat.study.tables import all_tables, gross_gains, net_gains

NO_REPEATS = pd.DataFrame(
    {"what": ["gain", "gain"], "turns": [True, False], "municipality": ["261", "498"]}
)


@pytest.fixture(scope="module")
def made(example: Callable[[str], Any]) -> tuple[Any, dict[str, pd.DataFrame]]:
    done = example("tunturi-lappi")
    before = gross_gains(done.prepared, done.evaluated)
    fair = np.full(4, before.sum() / 4)
    gain = Gain(1.0, 2.0, before, fair, fair - before, np.zeros(4), "")
    return done, all_tables(done.prepared, done.evaluated, gain, NO_REPEATS)


def test_every_table_of_the_report_is_there(made: tuple[Any, dict[str, pd.DataFrame]]) -> None:
    assert set(TABLES) <= set(made[1])


def test_schools_outside_the_plan_are_told_from_those_in_it(
    made: tuple[Any, dict[str, pd.DataFrame]],
) -> None:
    done, tables = made
    schools, units = tables["schools"], done.prepared.units
    planned = schools[schools["planned"]]
    assert set(planned["school"]) == set(units["school"])
    assert planned["pupils"].sum() == pytest.approx(units["pupils"].sum())
    assert planned["capacity"].sum() == pytest.approx(units["capacity"].sum())
    assert planned["estimated"].str.contains("capacity").all()


def test_the_history_ends_with_the_base_year_as_an_estimate(
    made: tuple[Any, dict[str, pd.DataFrame]],
) -> None:
    done, tables = made
    history = tables["forecast_history"]
    assert not history.duplicated(["municipality", "year", "age_group"]).any()
    known = history[~history["estimated"]]
    assert known["year"].max() == done.prepared.region.population["year"].max()
    base = history[history["year"] == done.prepared.forecast.base_year]
    assert base["estimated"].all()
    forecast = tables["forecast"]
    both = base.merge(forecast, on=["municipality", "year", "age_group"])
    assert len(both) == 5 * 3
    assert both["persons"].to_numpy() == pytest.approx(both["mean"].to_numpy())
    for _, group in known.groupby(["year", "age_group"]):
        region = group.loc[group["municipality"] == "", "persons"].item()
        assert group.loc[group["municipality"] != "", "persons"].sum() == region


def test_flows_are_the_pupils_who_cross_a_border(
    made: tuple[Any, dict[str, pd.DataFrame]],
) -> None:
    done, tables = made
    rows = tables["assignments"]
    lengths = np.array([len(period.years) for period in done.prepared.periods])
    crossing = rows[rows["municipality"] != rows["provider"]]
    yearly = crossing["pupils"] * lengths[crossing["period"]] / lengths.sum()
    for name in SCENARIOS:
        told = tables["flows"].loc[tables["flows"]["scenario"] == name, "pupils"].sum()
        assert told == pytest.approx(yearly[crossing["scenario"] == name].sum())


def test_gains_before_and_after_payments(made: tuple[Any, dict[str, pd.DataFrame]]) -> None:
    done, tables = made
    gains = tables["gains"].set_index("municipality")
    gross = gross_gains(done.prepared, done.evaluated)
    net = net_gains(done.prepared, done.evaluated)
    assert gains["before_transfer"].to_numpy() == pytest.approx(gross)
    assert gains["net_of_compensation"].to_numpy() == pytest.approx(net)
    # Payments move the gain and make none.
    assert net.sum() == pytest.approx(gross.sum())
    assert gains["transfer"].sum() == pytest.approx(0.0, abs=1e-6)
    assert (gains["before_transfer"] + gains["transfer"]).to_numpy() == pytest.approx(
        gains["share"].to_numpy()
    )
    assert gains["robust"].to_dict() == {code: code != "261" for code in gains.index}


def test_rules_tell_their_value_and_what_the_study_put_in_place(
    made: tuple[Any, dict[str, pd.DataFrame]],
) -> None:
    rules = made[1]["rules"].set_index("rule")
    assert rules.loc["teaching.weekly_hours_1_6", "value"] == "139.0"
    assert rules.loc["teaching.weekly_hours_1_6", "valid_from"] == "2025-08-01"
    assert not rules["overridden"].any()
    assert rules.loc["journey.daily_minutes", "paragraph"] == "628/1998 § 32"
    told = rules.loc["journey.daily_minutes", ["source", "source_sv", "source_fi", "source_en"]]
    assert told.to_list() == [
        "Lag om grundläggande utbildning (628/1998) 32 §",
        "Lag om grundläggande utbildning (628/1998) 32 §",
        "Perusopetuslaki (628/1998) 32 §",
        "Basic Education Act (628/1998) § 32",
    ]


def test_the_map_has_its_neighbours(made: tuple[Any, dict[str, pd.DataFrame]]) -> None:
    done, tables = made
    boundaries = tables["boundaries"]
    assert set(boundaries.loc[boundaries["own"], "municipality"]) == set(done.prepared.region.codes)
    assert (~boundaries["own"]).any()


def test_every_table_is_written_and_read_back(
    made: tuple[Any, dict[str, pd.DataFrame]], tmp_path: Any
) -> None:
    for name, table in made[1].items():
        table.to_parquet(tmp_path / f"{name}.parquet", index=False)
        assert len(pd.read_parquet(tmp_path / f"{name}.parquet")) == len(table)
