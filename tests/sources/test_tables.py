"""A table that is written can be read, and a failed writing leaves the old one whole."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.sources.tables import write_table, write_tables

TABLE = pd.DataFrame({"municipality": ["016", "398"], "mean": [1.5, 2.0]})


def test_parquet_and_csv_hold_the_same(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "a.parquet")
    write_table(TABLE, tmp_path / "a.csv")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), TABLE)
    assert (tmp_path / "a.csv").read_text() == "municipality,mean\n016,1.5\n398,2.0\n"


def test_parts_make_one_table(tmp_path: Path) -> None:
    for name in ("a.parquet", "a.csv"):
        write_tables((TABLE.iloc[[row]] for row in (0, 1)), tmp_path / name)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), TABLE)
    assert pq.ParquetFile(tmp_path / "a.parquet").num_row_groups == 2
    assert (tmp_path / "a.csv").read_text() == "municipality,mean\n016,1.5\n398,2.0\n"


@pytest.mark.parametrize(
    ("name", "code"), [("a.xlsx", "sources.not_a_table"), ("none/a.csv", "sources.no_folder")]
)
def test_paths_that_will_not_do(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        write_table(TABLE, tmp_path / name)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_failed_writing_leaves_the_old_table(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "a.parquet")
    unwritable = pd.DataFrame({"a": [object()]})
    with pytest.raises(Exception, match="Could not convert"):
        write_table(unwritable, tmp_path / "a.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), TABLE)
