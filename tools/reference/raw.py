"""Reading raw files: text whose encoding varies, codes that lost their zeros, broken names."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pandas as pd


class MissingRawFile(Exception):  # noqa: N818 - the name says what is missing
    """A raw file that the build needs is not in the data folder."""


def locate(data: Path, name: str) -> Path:
    """Return the path of a raw file.

    Parameters
    ----------
    data
        Folder of the raw data.
    name
        Path inside it, for instance ``"finland/municipality_key_2026.csv"``.

    Raises
    ------
    MissingRawFile
        With the folder, the file and what to do about it.
    """
    path = data / name
    if not path.is_file():
        raise MissingRawFile(
            f"the raw file {name} is missing in {data}: put it there, or name the folder that "
            "holds it with --data"
        )
    return path


def decode(content: bytes) -> str:
    """Return the text of a file that is UTF-8 or, where it cannot be, latin-1.

    Latin-1 accepts every byte, so UTF-8 is tried first; a file in latin-1 with any Finnish or
    Swedish letter is not valid UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def mend(text: str) -> str:
    """Mend text that was UTF-8 and was read as latin-1 (``"HÃ¤meenlinna"``).

    Text that is whole comes back as it is: reading ``"Hämeenlinna"`` as UTF-8 fails.
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def read_csv(data: Path, name: str, *, separator: str = ",", skip_lines: int = 0) -> pd.DataFrame:
    """Read a raw table, every value as text, whatever its encoding, packed or not.

    Parameters
    ----------
    data, name
        As for :func:`locate`; a name that ends in ``.gz`` is unpacked.
    separator
        Between the columns.
    skip_lines
        Lines before the header.

    Returns
    -------
    pandas.DataFrame
        Strings stripped of blanks and mended; empty cells missing.
    """
    content = locate(data, name).read_bytes()
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    frame = pd.read_csv(io.StringIO(decode(content)), sep=separator, skiprows=skip_lines, dtype=str)
    frame.columns = [mend(str(column)).strip() for column in frame.columns]
    for column in frame.columns:
        values = frame[column].unique()
        tidy = {value: mend(value).strip() for value in values if isinstance(value, str)}
        if any(old != new for old, new in tidy.items()):
            frame[column] = frame[column].map(tidy)
    return frame


def code(value: str, digits: int = 3) -> str:
    """Return a code with its leading zeros: ``"5"``, ``"5.0"`` and ``"005"`` are ``"005"``.

    Raises
    ------
    ValueError
        When the value is no code of at most `digits` digits.
    """
    bare = value.strip().removesuffix(".0")
    if not bare.isdigit() or len(bare) > digits:
        raise ValueError(f"{value!r} is no code of {digits} digits")
    return bare.zfill(digits)
