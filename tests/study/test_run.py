"""A run is whole or it is not there; what is done is not done again; nothing of others is touched.

Runs are killed with SIGKILL, which no program can catch.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from skolnat.cli import app
from skolnat.study.run import run_study

STEPS = [
    "forecast", "journeys", "compile", "network", "evaluate", "cooperation", "sensitivity",
    "tables", "report",
]  # fmt: skip
SCENARIO_KEYS = {
    "cost_eur_per_year", "changeable_cost_eur_per_year", "small_groups_eur_per_year",
    "small_groups_least_eur_per_year", "routes_instead_eur_per_year",
    "measures_eur_per_year", "gap",
    "gap_with_small_groups", "pupils_over_limit",
    "mean_journey_km", "schools_open", "pupils_moved",
}  # fmt: skip
PROMISED = {
    "region", "scenarios", "gain", "gain_by_municipality", "seconds", "indicative", "estimated",
}  # fmt: skip


def summary_of(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
    return found


def everything_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_an_example_from_end_to_end(
    examples: Path, tmp_path: Path, hear: Callable[[], Any]
) -> None:
    study, out = examples / "tunturi-lappi.toml", tmp_path / "out"
    first = hear()
    told = run_study(study, out, jobs=2, listener=first)
    assert (first.computed, first.cached) == (STEPS, [])
    assert summary_of(out) == told
    assert told.keys() >= PROMISED
    assert list(told["scenarios"]) == ["today", "alone", "together", "together_keeping"]
    for figures in told["scenarios"].values():
        assert figures.keys() == SCENARIO_KEYS
        assert figures["gap"] <= 0.02
    assert told["gain"].keys() == {"low", "high", "small_groups", "whole_low", "whole_high"}
    assert told["gain"]["low"] <= told["gain"]["high"]
    assert told["gain_by_municipality"].keys() == {"047", "261", "273", "498"}
    for gains in told["gain_by_municipality"].values():
        assert gains.keys() == {"before_transfer", "share", "transfer"}
    assert set(told["seconds"]) == set(STEPS)
    assert told["indicative"] == ["journeys"]
    # A result is whole, and leaves nothing but the kept steps beside it.
    for language in ("sv", "fi", "en"):
        assert (out / "report" / language / "index.html").stat().st_size > 10_000
    for path in (out / "tables").iterdir():
        assert isinstance(pd.read_parquet(path), pd.DataFrame)
    assert [path.name for path in (tmp_path / ".out.skolnat").iterdir()] == ["steps"]
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert list(manifest["inputs"]) == ["tunturi-lappi.toml"]
    assert set(manifest["steps"]) == set(STEPS)

    before, again, began = everything_in(out), hear(), time.monotonic()
    assert run_study(study, out, jobs=2, listener=again) == told
    assert time.monotonic() - began < 2.0
    assert (again.computed, again.cached) == ([], STEPS)
    assert everything_in(out) == before


def test_the_same_seed_gives_the_same_summary(quick_study: Path, tmp_path: Path) -> None:
    one, other = (
        run_study(quick_study, tmp_path / name, jobs=jobs) for name, jobs in (("a", 1), ("b", 2))
    )
    assert {**one, "seconds": {}} == {**other, "seconds": {}}
    for name in ("ledger", "assignments", "gains", "forecast"):
        tables = [pd.read_parquet(tmp_path / out / "tables" / f"{name}.parquet") for out in "ab"]
        pd.testing.assert_frame_equal(*tables)


def killed_after(step: str, study: Path, out: Path) -> None:
    """Start a run in a process of its own, and kill it when a step has been kept."""
    command = [sys.executable, "-m", "skolnat", "run", str(study), "--out", str(out), "--jobs", "1"]
    steps = out.parent / f".{out.name}.skolnat" / "steps"
    old = set(steps.glob(f"{step}-*.pickle"))
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ) as process:
        end = time.monotonic() + 60.0
        while set(steps.glob(f"{step}-*.pickle")) <= old and process.poll() is None:
            assert time.monotonic() < end, f"{step} was never kept"
            time.sleep(0.002)
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def test_a_run_that_is_killed_leaves_nothing_and_the_next_goes_on(
    quick_study: Path, tmp_path: Path, hear: Callable[[], Any]
) -> None:
    out = tmp_path / "out"
    killed_after("forecast", quick_study, out)
    assert not out.exists()
    heard = hear()
    told = run_study(quick_study, out, jobs=1, listener=heard)
    assert "forecast" in heard.cached
    assert "network" in heard.computed
    assert sorted(heard.cached + heard.computed) == sorted(STEPS)
    assert summary_of(out) == told

    # Changed and killed again: the old result is whole, to the last byte.
    before = everything_in(out)
    text = quick_study.read_text(encoding="utf-8").replace("seed = 1", "seed = 2")
    quick_study.write_text(text, encoding="utf-8")
    killed_after("journeys", quick_study, out)
    assert everything_in(out) == before
    kept = {path.name.split("-")[0] for path in (tmp_path / ".out.skolnat" / "steps").iterdir()}
    assert {"forecast", "journeys"} <= kept


def test_a_result_that_was_set_aside_is_put_back(
    quick_study: Path, tmp_path: Path, hear: Callable[[], Any]
) -> None:
    """A run killed between its two renamings: the old result waits beside its place."""
    out, work = tmp_path / "out", tmp_path / ".out.skolnat"
    told = run_study(quick_study, out, jobs=1)
    out.rename(work / "old-123")
    (work / "result-123").mkdir()
    heard = hear()
    assert run_study(quick_study, out, jobs=1, listener=heard) == told
    assert heard.computed == []
    assert [path.name for path in work.iterdir()] == ["steps"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_not_ours_is_refused_and_left_alone(
    quick_study: Path, tmp_path: Path, kind: str
) -> None:
    out = tmp_path / "thesis"
    if kind == "folder":
        out.mkdir()
    (out / "chapter.txt" if kind == "folder" else out).write_text("mine", encoding="utf-8")
    before = everything_in(tmp_path)
    found = CliRunner().invoke(app, ["run", str(quick_study), "--out", str(out)])
    assert found.exit_code == 2
    assert "thesis" in found.stderr
    assert everything_in(tmp_path) == before
    assert not (tmp_path / ".thesis.skolnat").exists()


def test_a_fault_of_the_study_leaves_an_old_result_alone(quick_study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text("{}", encoding="utf-8")
    quick_study.write_text(
        quick_study.read_text("utf-8").replace("draws = 20", "draws = -1"), encoding="utf-8"
    )
    before = everything_in(tmp_path)
    assert CliRunner().invoke(app, ["run", str(quick_study), "--out", str(out)]).exit_code == 2
    assert everything_in(tmp_path) == before


def test_a_study_with_bus_routes_tells_their_timetables_and_no_small_stop(
    quick_study: Path, tmp_path: Path, hear: Callable[[], Any]
) -> None:
    text = quick_study.read_text("utf-8").replace('["sv"]', '["sv", "fi", "en"]')
    quick_study.write_text(f"{text}[buses]\nroutes = true\nrounds = 2\n", "utf-8")
    out, heard = tmp_path / "out", hear()
    told = run_study(quick_study, out, jobs=1, listener=heard)
    assert "buses" in heard.computed
    assert told["buses"] == {"mixed": True, "hub": "", "rounds": 2}
    days = pd.read_parquet(out / "tables" / "bus_days.parquet")
    last = days[(days["scenario"] == "together") & (days["period"] == days["period"].max())]
    waiting = last[last["carried"]].groupby("stop")["pupils"].sum()
    assert (waiting < 3).any()
    assert (waiting >= 3).any()
    names = {"047": "Enontekis", "498": "Muonio"}
    for language in ("sv", "fi", "en"):
        page = (out / "report" / language / "buses.html").read_text("utf-8")
        assert f'lang="{language}"' in page
        assert 'href="buses.html"' in (out / "report" / language / "index.html").read_text("utf-8")
    page = (out / "report" / "sv" / "buses.html").read_text("utf-8")
    for stop, pupils in waiting.items():
        place, _, number = str(stop).partition("-")
        assert (f"{names[place]}, hållplats {number}" in page) == (pupils >= 3), stop
