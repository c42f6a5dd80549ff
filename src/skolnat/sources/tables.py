"""Writes a table for others to read: Parquet or CSV, by the ending of the file, whole or not."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from skolnat.common.faults import Fault, InvalidInput


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table; what was there before stays whole until the new one is.

    Parameters
    ----------
    table
        The table; its index is not written.
    path
        Ends in ``.parquet`` or ``.csv``.

    Raises
    ------
    InvalidInput
        When the file has another ending, or its folder is not there.
    """
    write_tables([table], path)


def write_tables(parts: Iterable[pd.DataFrame], path: Path) -> None:
    """Write a table part by part, so that it need not stand in memory as a whole.

    Parameters
    ----------
    parts
        Tables of the same columns, at least one; in Parquet each becomes a row group.
    path
        As in :func:`write_table`, and the same is raised.
    """
    check_table_path(path)
    written = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        (_write_csv if path.suffix == ".csv" else _write_parquet)(parts, written)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def _write_csv(parts: Iterable[pd.DataFrame], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for index, part in enumerate(parts):
            part.to_csv(file, index=False, header=index == 0)


def _write_parquet(parts: Iterable[pd.DataFrame], path: Path) -> None:
    rest = iter(parts)
    first = pa.Table.from_pandas(next(rest), preserve_index=False)
    words = [field.name for field in first.schema if not pa.types.is_floating(field.type)]
    with pq.ParquetWriter(path, first.schema, use_dictionary=words) as writer:
        writer.write_table(first)
        for part in rest:
            writer.write_table(pa.Table.from_pandas(part, first.schema, preserve_index=False))


def check_table_path(path: Path) -> None:
    """Raise :class:`InvalidInput` when no table can be written to a path."""
    if path.suffix not in (".parquet", ".csv"):
        raise InvalidInput([Fault("sources.not_a_table", file=str(path))])
    if not path.parent.is_dir():
        raise InvalidInput([Fault("sources.no_folder", file=str(path))])
