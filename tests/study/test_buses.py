"""The command in a municipality's hands: a finished study in, routes out, slips told at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from skolnat.access.journeys import entitled
from skolnat.cli import app
from skolnat.rules.rules import default_rules
from skolnat.study.buses import rules_of_results
from skolnat.study.tables import _rules, _schools

FILES = {
    "buses.json", "gtfs.zip", "routes.gpkg", "public/gtfs.zip", "public/routes.gpkg",
    "tables/bus_routes.parquet", "tables/route_stops.parquet", "tables/bus_days.parquet",
    "tables/bus_squares.parquet", "tables/bus_costs.parquet", "public/tables/bus_routes.parquet",
    "public/tables/route_stops.parquet", "public/tables/bus_costs.parquet",
}  # fmt: skip


@pytest.fixture(scope="module")
def results(example: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What of a results folder buses are planned from."""
    done = example("tunturi-lappi")
    prepared, evaluated = done.prepared, done.evaluated
    region = prepared.region
    tables = {
        "assignments": evaluated.assignments,
        "ledger": evaluated.ledger,
        "cells": region.cells[["cell", "x", "y", "municipality", "children"]],
        "schools": _schools(prepared),
        "municipalities": region.municipalities,
        "rules": _rules(prepared),
    }
    folder = tmp_path_factory.mktemp("results")
    (folder / "tables").mkdir()
    for name, table in tables.items():
        table.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
    periods = [list(period.years) for period in prepared.periods]
    scenarios = {str(name): {} for name in evaluated.assignments["scenario"].unique()}
    name = {"sv": "Fjällappland", "fi": "Tunturi-Lappi", "en": "Fell Lapland"}
    notes = {
        "summary": {"periods": periods, "scenarios": scenarios},
        "manifest": {"study": {"name": name}},
    }
    for file, note in notes.items():
        (folder / f"{file}.json").write_text(json.dumps(note), encoding="utf-8")
    return folder


def call(*words: object) -> Any:
    return CliRunner().invoke(app, ["buses", *map(str, words)])


def files_in(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_routes_of_a_study_from_end_to_end(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "buses"
    done = call(results, "--out", out, "--rounds", 200, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert files_in(out) == FILES
    assert not list(tmp_path.glob(".*"))
    told = json.loads((out / "buses.json").read_text("utf-8"))
    assignments = pd.read_parquet(results / "tables" / "assignments.parquet")
    mine = (assignments["scenario"] == "together") & (assignments["period"] == told["period"])
    far = entitled(assignments["km"].to_numpy(np.float64), default_rules(), told["years"][0])
    sums = assignments[mine & far].groupby(["unit", "municipality"])["pupils"].sum()
    assert told["pupils"] == int(np.floor(sums + 0.5).sum())
    routes = pd.read_parquet(out / "tables" / "bus_routes.parquet")
    assert told["buses"] == routes["direction"].value_counts().to_dict()
    assert told["eur_a_year"] == pytest.approx(189 * routes["eur"].sum())
    costs = pd.read_parquet(out / "tables" / "bus_costs.parquet")
    assert costs["eur_a_year"].sum() == pytest.approx(told["eur_a_year"])
    assert f"{told['pupils']} pupils" in done.output
    assert "No road data" in done.output
    assert "prices of vehicles are assumptions" in done.output


def test_the_same_seed_gives_the_same_files_and_old_routes_are_replaced(
    results: Path, tmp_path: Path
) -> None:
    words = ("--rounds", 100, "--no-mixed", "--scenario", "today", "--period", 0)
    for name in ("a", "b", "b"):
        assert call(results, "--out", tmp_path / name, *words).exit_code == 0
    for file in sorted(FILES):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    routes = pd.read_parquet(tmp_path / "a" / "tables" / "bus_routes.parquet")
    assert not routes["mixed"].any()


def test_every_slip_is_told_and_nothing_written(results: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("not yours")
    done = call(
        results,
        "--out",
        tmp_path,
        "--scenario",
        "tomorrow",
        "--period",
        9,
        "--hub",
        "99999",
        "--hard-roads",
        tmp_path / "hard.geojson",
    )
    assert done.exit_code == 2
    for word in ("tomorrow", "no period 9", "99999", "no result of a study", "--hard-roads"):
        assert word in done.output
    assert files_in(tmp_path) == {"mine.txt"}
    vehicles, bells = tmp_path / "v.csv", tmp_path / "b.csv"
    vehicles.write_text("name,seats,shift_eur,km_eur,hour_eur\nvan,0,1,1,1\n")
    bells.write_text("school,begins,ends\n00000,03:00,13:00\n")
    done = call(results, "--out", tmp_path / "out", "--vehicles", vehicles, "--bells", bells)
    assert done.exit_code == 2
    assert "0 seats" in done.output
    assert "03:00" in done.output
    assert "there is no school “00000”" in done.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_no_results(tmp_path: Path) -> None:
    done = call(tmp_path, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "no whole results folder" in done.output


def test_overrides_of_the_study_are_kept(results: Path) -> None:
    table = pd.read_parquet(results / "tables" / "rules.parquet")
    assert rules_of_results(table) == default_rules()
    own = table["rule"] == "journey.free_transport_km"
    changed = table.assign(
        value=table["value"].where(~own, 3.0), overridden=own, why=np.where(own, "council", "")
    )
    rules = rules_of_results(changed)
    assert rules.number("journey.free_transport_km", 2030) == 3.0
    assert rules.overrides == {"journey.free_transport_km": "council"}
