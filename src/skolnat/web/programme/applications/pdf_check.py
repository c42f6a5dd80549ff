"""Whether a PDF holds a program: looked for in its objects, also in those that are packed together.

The bytes as they stand are searched for names that are long enough to stand there for a reason: a
name of two letters such as ``/JS`` turns up by chance in every third picture of ten megabytes.
Newer files pack most objects into compressed *object streams* (ISO 32000-2, 7.5.7): these are
unpacked and searched as well, and a file that hides them behind a password is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final, Literal

_PROGRAM: Final = re.compile(
    rb"/(JavaScript|Rendition|Launch|EmbeddedFiles?|RichMedia|GoToE|ImportData)\b|/XFA\s*[\[\d]"
)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"stream\r?\n")
_BEGINS: Final = re.compile(rb"\s*\d+\s+\d+")
"""How an object stream begins: with the number of its first object and where that stands."""
_DICTIONARY: Final = 1024
"""Bytes before a stream in which its dictionary stands."""
_MOST: Final = 64 * 1024 * 1024
"""Bytes that are unpacked of one file."""
_CHUNK: Final = 16 * 1024
Fault = Literal["disguised", "program", "locked", "bomb"]


def fault_of(whole: bytes) -> Fault | None:
    """Return what is wrong with a PDF.

    Parameters
    ----------
    whole
        All of its bytes.

    Returns
    -------
    ``"disguised"``: it is no PDF, or one of its object streams cannot be read; ``"program"``: it
    holds scripts, files, or starts programs; ``"locked"``: only a password opens it; ``"bomb"``: it
    unpacks to far more than it says; None: nothing.
    """
    if not whole[:1024].lstrip().startswith(b"%PDF-") or b"%%EOF" not in whole[-2048:]:
        return "disguised"
    if re.search(rb"/Encrypt\b", whole):
        return "locked"
    return "program" if _holds_program(whole) else _packed_fault(whole)


def _packed_fault(whole: bytes) -> Fault | None:
    """Return what is wrong with the objects that are packed together."""
    view, left = memoryview(whole), _MOST
    for start, packed in _object_streams(whole):
        objects = _unpacked(view[start:], left)
        if objects is None:
            if packed:
                return "disguised"
            continue
        left -= len(objects)
        if left <= 0:
            return "bomb"
        if _holds_program(objects):
            return "program"
    return None


def _holds_program(objects: bytes) -> bool:
    # Names may be written with #xx for a character: /J#61vaScript.
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), objects)
    return _PROGRAM.search(plain) is not None


def _object_streams(whole: bytes) -> Iterator[tuple[int, bool]]:
    """Give where each stream begins, and whether its dictionary says that it packs objects.

    Every place that looks like the beginning of a stream is given: a reader of PDF and this one may
    differ about what is a comment, and a program must not be hidden by that.
    """
    for found in _STREAM.finditer(whole):
        if whole[found.start() - 3 : found.start()] == b"end":
            continue
        before = whole[max(0, found.start() - _DICTIONARY) : found.start()]
        own = before.rpartition(b" obj")[2]
        yield found.end(), b"/ObjStm" in own


def _unpacked(whole: memoryview, most: int) -> bytes | None:
    """Return what a compressed stream holds if it may be objects; None where it is not."""
    unpacking = zlib.decompressobj()
    made = b""
    try:
        for at in range(0, len(whole), _CHUNK):
            made += unpacking.decompress(whole[at : at + _CHUNK], most)
            if at == 0 and not _BEGINS.match(made):
                return None
            if unpacking.eof or len(made) >= most:
                break
    except zlib.error:
        return None
    return made
