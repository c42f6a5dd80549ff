"""A file is what its bytes say; disguised ones and programs are refused, with a reason."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from skolnat.web.programme.applications import attachments, file_check
from webtests import applying

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name.replace("__", "/").replace("·", "."), text)
    return out.getvalue()


def workbook() -> bytes:
    """A real workbook, made by a library."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("A").write_string(0, 0, "=1+1")
    return out.getvalue()


def with_part(whole: bytes, name: str, part: bytes = b"x") -> bytes:
    out = io.BytesIO(whole)
    with zipfile.ZipFile(out, "a") as book:
        book.writestr(name, part)
    return out.getvalue()


def packed(
    objects: bytes, head: bytes = b"4 0 obj <</Type/ObjStm/N 1/First 4>>", *, data: bytes = b""
) -> bytes:
    """A PDF that packs objects together, as most programs write it today."""
    stream = head + b"\nstream\r\n" + (data or zlib.compress(objects)) + b"\nendstream endobj\n"
    return b"%PDF-1.7\n" + stream + b"trailer <<>>\n%%EOF\n"


ODT = zipped(mimetype="application/vnd.oasis.opendocument.text", content·xml="<a/>")


def check(name: str, whole: bytes) -> str:
    try:
        return file_check.checked(name, len(whole), io.BytesIO(whole)).name
    except ValidationError as wrong:
        return f"refused: {wrong.code}"


@pytest.mark.parametrize(
    ("name", "whole", "told"),
    [
        ("plan.pdf", PDF, "pdf"),
        ("plan.PDF", PDF, "pdf"),
        ("plan.pdf", b"MZ\x90 a program", "refused: disguised"),
        ("plan.pdf", PDF.replace(b"<<>>", b"<</OpenAction<</S/JavaScript>>>>", 1),
         "refused: program"),
        ("plan.pdf", PDF.replace(b"<<>>", b"<</S/J#61vaScript>>", 1), "refused: program"),
        ("plan.pdf", packed(b"5 0 <</S/JavaScript/JS(app.alert(1))>>"), "refused: program"),
        ("plan.pdf", packed(b"5 0 <</S/JavaScript>>", b"% 4 0 obj >>"), "refused: program"),
        ("plan.pdf", packed(b"5 0 <</Type/Catalog>>"), "pdf"),
        ("plan.pdf", packed(b"", data=b"no deflate"), "refused: disguised"),
        ("plan.pdf", PDF.replace(b"<<>>", b"<</Encrypt 9 0 R>>"), "refused: locked"),
        ("slides.xlsx", with_part(workbook(), "xl/embeddings/chart.xlsx", workbook()), "xlsx"),
        ("slides.xlsx", with_part(workbook(), "xl/embeddings/a.xlsx"), "refused: program"),
        ("slides.xlsx", with_part(workbook(), "xl/embeddings/a.xlsx",
                                  with_part(workbook(), "xl/vbaProject.bin")), "refused: program"),
        ("plan.xlsx", workbook(), "xlsx"),
        ("plan.docx", workbook(), "refused: disguised"),
        ("plan.xlsx", with_part(workbook(), "xl/vbaProject.bin"), "refused: program"),
        ("plan.xlsx", with_part(workbook(), "xl/embeddings/oleObject1.bin"), "refused: program"),
        ("plan.xlsx", PDF, "refused: disguised"),
        ("plan.xlsm", workbook(), "refused: kind"),
        ("plan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "refused: kind"),
        ("plan.odt", ODT, "odt"),
        ("plan.odt", with_part(ODT, "Basic/Standard/Module1.xml"), "refused: program"),
        ("plan.ods", ODT, "refused: disguised"),
        ("map.png", b"\x89PNG\r\n\x1a\n....", "png"),
        ("map.png", b"<svg onload=alert(1)>", "refused: disguised"),
        ("map.svg", b"<svg/>", "refused: kind"),
        ("list.csv", "Åland;1\r\n".encode("latin-1"), "csv"),
        ("list.txt", b"PK\x03\x04", "refused: disguised"),
        ("plan", b"x", "refused: kind"),
        ("empty.pdf", b"", "refused: empty"),
        ("big.txt", b"x" * (file_check.MOST_BYTES + 1), "refused: large"),
    ],
)  # fmt: skip
def test_what_a_file_is(name: str, whole: bytes, told: str) -> None:
    assert check(name, whole) == told


def test_a_large_plan_with_pictures_is_no_program() -> None:
    """Ten megabytes of pictures hold every name of two letters by chance."""
    picture = random.Random(1).randbytes(9_000_000) + b"/JS\xff"
    whole = packed(b"", b"4 0 obj <</Type/XObject/Subtype/Image>>", data=picture)
    assert check("plan.pdf", whole) == "pdf"


def test_a_pdf_that_unpacks_to_far_more_is_refused() -> None:
    many = b"".join(
        b"%d 0 obj <</Type/ObjStm>>\nstream\n" % one
        + zlib.compress(b"5 0 " + b" " * 40_000_000)
        + b"\nendstream endobj\n"
        for one in range(4, 7)
    )
    assert check("bomb.pdf", b"%PDF-1.7\n" + many + b"%%EOF\n") == "refused: bomb"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    whole = zipped(**{"[Content_Types]·xml": "x", "xl__workbook·xml": "0" * (210 * 1024 * 1024)})
    assert len(whole) < 1024 * 1024
    assert check("bomb.xlsx", whole) == "refused: bomb"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\plans\\Ä plan (1).PDF", "Ä plan (1).pdf"),
        ("<script>.txt", "_script_.txt"),
        ("...txt", "file.txt"),
    ],
)
def test_a_name_is_made_harmless(name: str, kept: str) -> None:
    assert attachments.plain_name(name) == kept


def test_the_same_file_twice_is_one(people: dict[str, Any]) -> None:
    made, now = applying.draft(people["member"]), timezone.now()
    for name in ("a.txt", "b.txt"):
        attachments.add(made.pk, SimpleUploadedFile(name, b"same"), people["member"], now)
    assert [one.name for one in made.attachments.all()] == ["a.txt"]
