"""The command as its user meets it, and the shipped tables built anew, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from build_reference import TABLES, main
from reference.store import LIMIT, pack, within_limit

DATA = Path(__file__).resolve().parents[2] / "../shared/data"


def test_a_missing_raw_file_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    shutil.copy(TABLES / "sources.toml", out)
    assert main(["--data", str(tmp_path), "--out", str(out)]) == 2
    assert "finland/municipality_key_2026.csv is missing" in capsys.readouterr().err
    assert [file.name for file in out.iterdir()] == ["sources.toml"]


def test_a_table_packs_to_the_same_narrow_bytes() -> None:
    table = pd.DataFrame({"municipality": ["005", "009"], "age": [0, 100], "persons": [7, 70_000]})
    assert pack(table) == pack(table.copy())
    with pytest.raises(Exception, match="300"):
        pack(pd.DataFrame({"age": [300]}))


def test_tables_over_the_limit_are_refused() -> None:
    within_limit({"a": b"x" * LIMIT})
    with pytest.raises(ValueError, match=r"8,000,001 bytes, over 8,000,000; most of it b"):
        within_limit({"a": b"x", "b": b"x" * LIMIT})


@pytest.mark.skipif(not DATA.is_dir(), reason="the raw files are not beside this checkout")
def test_the_shipped_tables_are_what_the_raw_files_give(tmp_path: Path) -> None:
    shutil.copy(TABLES / "sources.toml", tmp_path)
    assert main(["--data", str(DATA), "--out", str(tmp_path)]) == 0
    built = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    shipped = {file.name: file.read_bytes() for file in TABLES.iterdir() if file.is_file()}
    shipped.pop("__init__.py", None)
    assert sorted(built) == sorted(shipped)
    assert [name for name in built if built[name] != shipped[name]] == []
