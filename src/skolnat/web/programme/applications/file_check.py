"""What a file is, told from what it holds and not from its name; programs within are refused.

A document may be PDF, Word, Excel, PowerPoint or OpenDocument, a picture, or plain text. A file
whose name says one thing and whose bytes another is refused, and so is one with macros, with
embedded objects, or with a script that runs on opening.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from skolnat.web.programme.applications import pdf_check

MOST_BYTES: Final = 10 * 1024 * 1024
"""Largest file."""
_MOST_UNPACKED: Final = 200 * 1024 * 1024
_MOST_PARTS: Final = 5000
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken.

    Parameters
    ----------
    name
        Ending of its name, without the point.
    media_type
        As which it is sent back.
    check
        Raises ValidationError where the bytes are not of this kind, or hold a program.
    """

    name: str
    media_type: str
    check: Callable[[IO[bytes]], None]


def _begins(*magics: bytes) -> Callable[[IO[bytes]], None]:
    def check(file: IO[bytes]) -> None:
        if not file.read(16).startswith(magics):
            raise ValidationError(DISGUISED, code="disguised")

    return check


DISGUISED: Final = _("The file is not what its name says. Save it anew from its program.")
PROGRAM: Final = _(
    "The file holds macros, embedded objects or scripts. Save it without them, or as PDF."
)

LOCKED: Final = _("The file is locked with a password. Save it without one.")
BOMB: Final = _("The file unpacks to far more than it says.")


def _pdf(file: IO[bytes]) -> None:
    fault = pdf_check.fault_of(file.read())
    if fault is not None:
        told = {"disguised": DISGUISED, "program": PROGRAM, "locked": LOCKED, "bomb": BOMB}
        raise ValidationError(told[fault], code=fault)


def _open(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        book = zipfile.ZipFile(file)
        parts = book.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as broken:
        raise ValidationError(DISGUISED, code="disguised") from broken
    if len(parts) > _MOST_PARTS or sum(one.file_size for one in parts) > _MOST_UNPACKED:
        raise ValidationError(BOMB, code="bomb")
    return book


def _office(main: str, kind: str) -> Callable[[IO[bytes]], None]:
    """Check a file of Microsoft Office: ``main`` must be a part of it, declared of ``kind``."""

    def check(file: IO[bytes]) -> None:
        with _open(file) as book:
            names = {one.casefold() for one in book.namelist()}
            if not {main, "[content_types].xml"} <= names:
                raise ValidationError(DISGUISED, code="disguised")
            declared = _read(book, "[Content_Types].xml").lower()
            if b"macroenabled" in declared or _holds_program(book):
                raise ValidationError(PROGRAM, code="program")
            if kind.encode() not in declared:
                raise ValidationError(DISGUISED, code="disguised")

    return check


def _holds_program(book: zipfile.ZipFile) -> bool:
    """Whether an office file holds a program; charts bring the workbook they are drawn from."""
    for part in book.infolist():
        name = part.filename.casefold()
        if "/embeddings/" in name and name.endswith((".xlsx", ".docx", ".pptx")):
            if _embeds_program(book, part):
                return True
        elif _is_program(name):
            return True
    return False


def _embeds_program(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    try:
        with book.open(part) as packed, zipfile.ZipFile(io.BytesIO(packed.read())) as inner:
            return any(_is_program(one.casefold()) for one in inner.namelist())
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, OSError):
        return True  # it is not what it says


def _is_program(name: str) -> bool:
    """Whether a part of an office file is a macro or an object put into it."""
    return (
        name.endswith(("vbaproject.bin", "vbadata.xml", ".exe", ".js", ".vbs", ".jar"))
        or "/embeddings/" in name
        or "/activex/" in name
        or name.startswith(("basic/", "scripts/", "object "))
        or "/macrosheets/" in name
    )


def _open_document(media_type: str) -> Callable[[IO[bytes]], None]:
    def check(file: IO[bytes]) -> None:
        with _open(file) as book:
            if "mimetype" not in book.namelist():
                raise ValidationError(DISGUISED, code="disguised")
            if _read(book, "mimetype").strip() != media_type.encode():
                raise ValidationError(DISGUISED, code="disguised")
            if any(_is_program(name.casefold()) for name in book.namelist()):
                raise ValidationError(PROGRAM, code="program")

    return check


def _read(book: zipfile.ZipFile, name: str) -> bytes:
    try:
        found = next(one for one in book.infolist() if one.filename.casefold() == name.casefold())
        with book.open(found) as part:
            return part.read(1024 * 1024)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as broken:
        raise ValidationError(DISGUISED, code="disguised") from broken


def _text(file: IO[bytes]) -> None:
    whole = file.read()
    if b"\x00" in whole or whole.startswith((b"MZ", b"#!", b"%PDF", b"PK", _OLD_OFFICE)):
        raise ValidationError(DISGUISED, code="disguised")
    try:
        whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        whole.decode("latin-1")


_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
KINDS: Final = {
    one.name: one
    for one in (
        Kind("pdf", "application/pdf", _pdf),
        Kind(
            "docx",
            f"{_OOXML}wordprocessingml.document",
            _office("word/document.xml", "wordprocessingml.document.main+xml"),
        ),
        Kind(
            "xlsx",
            f"{_OOXML}spreadsheetml.sheet",
            _office("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
        ),
        Kind(
            "pptx",
            f"{_OOXML}presentationml.presentation",
            _office("ppt/presentation.xml", "presentationml.presentation.main+xml"),
        ),
        Kind("odt", f"{_ODF}text", _open_document(f"{_ODF}text")),
        Kind("ods", f"{_ODF}spreadsheet", _open_document(f"{_ODF}spreadsheet")),
        Kind("odp", f"{_ODF}presentation", _open_document(f"{_ODF}presentation")),
        Kind("png", "image/png", _begins(b"\x89PNG\r\n\x1a\n")),
        Kind("jpg", "image/jpeg", _begins(b"\xff\xd8\xff")),
        Kind("jpeg", "image/jpeg", _begins(b"\xff\xd8\xff")),
        Kind("txt", "text/plain", _text),
        Kind("csv", "text/csv", _text),
    )
}


def checked(name: str, size: int, file: IO[bytes]) -> Kind:
    """Return what a file is.

    Parameters
    ----------
    name
        As its sender calls it.
    size
        Bytes.
    file
        Its bytes; left at the beginning.

    Raises
    ------
    django.core.exceptions.ValidationError
        It is too large, empty, of a kind that is not taken, disguised, or holds a program.
    """
    values: dict[str, Any] = {"most": MOST_BYTES // 1024 // 1024, "kinds": ", ".join(KINDS)}
    if size > MOST_BYTES:
        raise ValidationError(
            _("The file is too large: %(most)d MB at most."), code="large", params=values
        )
    if not size:
        raise ValidationError(_("The file is empty."), code="empty")
    kind = KINDS.get(PurePath(name).suffix.casefold().lstrip("."))
    if kind is None:
        raise ValidationError(
            _("Files of this kind are not taken. These are: %(kinds)s."),
            code="kind",
            params=values,
        )
    file.seek(0)
    try:
        kind.check(file)
    finally:
        file.seek(0)
    return kind
