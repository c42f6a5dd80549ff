"""The command line tells every fault at once, writes nothing then, and starts at once."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import skolnat
from skolnat.cli import app
from skolnat.sources.workbook import read_workbook

RUNNER = CliRunner()
BAD = """\
[study]
name = { sv = "Ett", fi = "Yksi", en = "One" }
municipalities = ["Asikala", "Lahti"]
first_yaer = 2026
"""


def bad_study(folder: Path) -> Path:
    path = folder / "study.toml"
    path.write_text(BAD, encoding="utf-8")
    return path


def test_check_of_a_sound_study(examples: Path) -> None:
    path = str(examples / "sydosterbotten.toml")
    result = RUNNER.invoke(app, ["check", path, "--lang", "sv"])
    assert result.exit_code == 0
    assert result.output.endswith(f"{path}: inga fel; 5 kommuner, 25 skolor.\n")


@pytest.mark.parametrize("command", ["check", "run"])
def test_bad_input_is_one_message_with_every_fault_and_nothing_is_written(
    tmp_path: Path, command: str
) -> None:
    path = bad_study(tmp_path)
    more = ["--out", str(tmp_path / "out")] if command == "run" else []
    result = RUNNER.invoke(app, [command, str(path), *more, "--lang", "en"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "2 faults; nothing has been written:",
        f"  {path}, row 4, column study.first_yaer: there is no key “first_yaer” here; "
        "did you mean “first_year”?",
        f"  {path}, row 3, column study.municipalities: there is no municipality “Asikala”; "
        "did you mean Asikkala?",
    ]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("language", "head"), [("sv", "2 fel; inget"), ("fi", "2 virhettä; mitään")]
)
def test_faults_are_told_in_the_language_wanted(tmp_path: Path, language: str, head: str) -> None:
    result = RUNNER.invoke(app, ["check", str(bad_study(tmp_path)), "--lang", language])
    assert result.stderr.startswith(head)


def test_a_template_of_a_study_and_of_a_municipality(examples: Path, tmp_path: Path) -> None:
    path = tmp_path / "region.xlsx"
    study = str(examples / "tunturi-lappi.toml")
    more = ["--study", study, "--municipality", "Kaskö", "--lang", "fi"]
    result = RUNNER.invoke(app, ["template", str(path), *more])
    assert result.exit_code == 0
    codes = dict.fromkeys(read_workbook(path).schools["municipality"])
    assert list(codes) == ["231", "047", "261", "273", "498"]
    again = RUNNER.invoke(app, ["template", str(path)])
    assert again.exit_code == 2
    assert RUNNER.invoke(app, ["template", str(path), "--replace"]).exit_code == 0
    assert read_workbook(path).schools.empty


def test_a_forecast_of_a_municipality(tmp_path: Path) -> None:
    path = tmp_path / "children.csv"
    more = ["--municipality", "Asikkala", "--until", "2027", "--draws", "20"]
    result = RUNNER.invoke(app, ["forecast", *more, "--out", str(path)])
    assert (result.exit_code, result.stdout) == (0, f"{path}\n")
    head, *rows = path.read_text().splitlines()
    assert head == "municipality,year,age,mean,p10,p50,p90"
    assert len(rows) == 3 * 16  # 2025 to 2027, ages 0 to 15
    assert all(row.startswith("016,") for row in rows)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["forecast", "--municipality", "Asikala", "--out", "a.csv"], "did you mean Asikkala?"),
        (["forecast", "--out", "a.txt"], "a table ends in .parquet or .csv"),
        (["backtest", "--data", ".", "--horizons", "5,x"], "is no list of whole numbers"),
    ],
)
def test_options_that_will_not_do(words: list[str], fault: str) -> None:
    result = RUNNER.invoke(app, words)
    assert result.exit_code == 2
    assert fault in result.stderr
    assert not Path("a.csv").exists()


def test_the_version() -> None:
    assert RUNNER.invoke(app, ["--version"]).output == f"{skolnat.__version__}\n"


def test_python_m_is_the_same_command() -> None:
    command = [sys.executable, "-m", "skolnat", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout == f"{skolnat.__version__}\n"


HEAVY = ("pandas", "numpy", "scipy", "numba", "altair", "pyarrow", "pydantic", "openpyxl")


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    """A run that is done already must answer in under two seconds, and help at once."""
    code = f"import sys, skolnat.cli; print([m for m in {HEAVY} if m in sys.modules])"
    start = time.perf_counter()
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
    assert time.perf_counter() - start < 5  # half a second on a quiet machine
