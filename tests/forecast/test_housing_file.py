"""A housing plan is typed by hand in three languages: what is meant is read, every slip told."""

from __future__ import annotations

from pathlib import Path

import pytest

from skolnat.common.faults import InvalidInput
from skolnat.forecast.housing_file import read_housing

PLAN = "municipality,year,kind,dwellings\nAsikkala,2027,house,40\n398,2028,flat,200\n"
ROWS = [("016", 2027, "house", 40.0), ("398", 2028, "flat", 200.0)]


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "plan.csv"
    path.write_text(text, encoding=encoding)
    return path


def told(path: Path) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InvalidInput) as caught:
        read_housing(path)
    faults = caught.value.faults
    return [(fault.code.partition("_")[2], fault.row, fault.column) for fault in faults]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PLAN, "utf-8"),
        ("kommun;år;hustyp;bostäder\nAsikkala;2027;småhus;40,0\n\nLahtis;2028;flervåningshus;200\n",
         "latin-1"),
        ("Asunnot\tTalotyyppi\tVuosi\tKunta\n40\tOmakotitalo\t2027\t016 Asikkala\n"
         "200\tKerrostalo\t2028\tLahti\n", "utf-8-sig"),
    ],
)  # fmt: skip
def test_every_language_and_separator_gives_the_same(
    tmp_path: Path, text: str, encoding: str
) -> None:
    plan = read_housing(write(tmp_path, text, encoding)).dwellings
    columns = ["municipality", "year", "kind", "dwellings"]
    assert list(plan[columns].itertuples(index=False, name=None)) == ROWS


def test_every_slip_is_told_with_its_row(tmp_path: Path) -> None:
    text = "municipality,year,kind,dwellings\nAsikala,2027,castle,-1\n999,20x,row\n,1990,row,nan\n"
    assert told(write(tmp_path, text)) == [
        ("misspelt", 2, "municipality"),
        ("kind", 2, "kind"),
        ("number", 2, "dwellings"),
        ("short_row", 3, ""),
        ("municipality", 4, "municipality"),
        ("year", 4, "year"),
        ("number", 4, "dwellings"),
    ]


def test_files_that_are_no_plan(tmp_path: Path) -> None:
    assert told(tmp_path / "none.csv") == [("no_file", None, "")]
    assert told(write(tmp_path, "")) == [("empty", None, "")]
    assert told(write(tmp_path, PLAN.splitlines()[0])) == [("empty", None, "")]
    assert told(write(tmp_path, "municipality,homes\n016,3\n")) == [("columns", None, "")]
    (tmp_path / "plan.csv").write_bytes(b"PK\3\4 a spreadsheet")
    assert told(tmp_path / "plan.csv") == [("no_text", None, "")]
