"""Writing tables: narrow, packed, and the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

LIMIT: Final = 8_000_000
"""Bytes that all tables together may take."""

NARROW: Final[Mapping[str, pa.DataType]] = {
    "age": pa.uint8(),
    "year": pa.uint16(),
    "persons": pa.int32(),
    "in": pa.int32(),
    "out": pa.int32(),
    "net": pa.int32(),
    "population": pa.int32(),
    "children": pa.int32(),
    "x": pa.int32(),
    "y": pa.int32(),
}
"""Types of whole numbers on disk; a value that does not fit raises.

Reading widens them again.
"""


def pack(table: pd.DataFrame) -> bytes:
    """Return one table as the content of a Parquet file.

    Text is dictionary-packed; no pandas metadata is kept, so that the bytes depend on the
    values alone (and on the release of pyarrow).

    Raises
    ------
    pyarrow.ArrowInvalid
        When a value does not fit its type on disk.
    """
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    arrow = arrow.cast(pa.schema([_field(field) for field in arrow.schema]))
    sink = pa.BufferOutputStream()
    pq.write_table(arrow, sink, compression="zstd", compression_level=19, version="2.6")
    return bytes(sink.getvalue())


def within_limit(packed: Mapping[str, bytes]) -> None:
    """Raise when the tables together take more than they may.

    Raises
    ------
    ValueError
        With the size, the limit and the largest table.
    """
    size = sum(map(len, packed.values()))
    if size > LIMIT:
        largest = max(packed, key=lambda name: len(packed[name]))
        raise ValueError(f"the tables take {size:,} bytes, over {LIMIT:,}; most of it {largest}")


def _field(field: pa.Field) -> pa.Field:
    kind = field.type
    if pa.types.is_integer(kind):
        kind = NARROW.get(field.name, kind)
    elif pa.types.is_large_string(kind):
        kind = pa.string()
    return pa.field(field.name, kind)
