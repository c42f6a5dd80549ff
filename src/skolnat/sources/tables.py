"""Writes a table for others to read: Parquet or CSV, by the ending of the file, whole or not."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

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
    check_table_path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.suffix == ".csv":
            table.to_csv(part, index=False, encoding="utf-8")
        else:
            table.to_parquet(part, index=False)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def check_table_path(path: Path) -> None:
    """Raise :class:`InvalidInput` when no table can be written to a path."""
    if path.suffix not in (".parquet", ".csv"):
        raise InvalidInput([Fault("sources.not_a_table", file=str(path))])
    if not path.parent.is_dir():
        raise InvalidInput([Fault("sources.no_folder", file=str(path))])
