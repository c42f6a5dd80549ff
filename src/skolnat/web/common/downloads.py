"""Tables as files: CSV, XLSX and JSON, from the same rows.

What people write is data in every one of them. A spreadsheet program would compute a name that
begins with ``=``; so such a cell gets an apostrophe before it in CSV, and is written as a text,
never as a formula, in XLSX.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from django.http import Http404, HttpResponse

from skolnat.web.common.when import HELSINKI

Form = Literal["csv", "xlsx", "json"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)
Cell = str | int | float | bool | date | datetime | None
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TYPES: Final[dict[Form, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def check_form(form: str) -> None:
    """Answer *not found* where an address asks for a file of another form.

    Raises
    ------
    django.http.Http404
        There is no such form.
    """
    if form not in FORMS:
        raise Http404


def harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def _plain(cell: Cell) -> str | int | float | bool | None:
    if isinstance(cell, datetime):
        return cell.astimezone(HELSINKI).isoformat(timespec="minutes")
    return cell.isoformat() if isinstance(cell, date) else cell


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV: semicolons and a byte-order mark, as Excel in Finland reads it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        cells = [_plain(cell) for cell in row]
        writer.writerow([harmless(one) if isinstance(one, str) else one for one in cells])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]], sheet: str) -> bytes:
    """Return a table as a workbook with one sheet; every text is written as a text."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        widths = [len(name) for name in columns]
        for at, name in enumerate(columns):
            page.write_string(0, at, name, bold)
        for line, row in enumerate(rows, start=1):
            for at, cell in enumerate(map(_plain, row)):
                if isinstance(cell, str):
                    page.write_string(line, at, cell)
                elif cell is not None:
                    page.write(line, at, cell)
                widths[at] = max(widths[at], len(str(cell or "")))
        for at, width in enumerate(widths):
            page.set_column(at, at, min(60, width + 2))
        page.freeze_panes(1, 0)
    return out.getvalue()


def as_json(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as a list of objects."""
    table: list[dict[str, Any]] = [
        dict(zip(columns, map(_plain, row), strict=True)) for row in rows
    ]
    return json.dumps(table, ensure_ascii=False, indent=1).encode()


def download(
    form: Form, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """Return a table as a file to save.

    Parameters
    ----------
    form
        ``"csv"``, ``"xlsx"`` or ``"json"``.
    name
        Name of the file without its ending.
    columns
        Headings (keys in JSON).
    rows
        Cells in the order of the columns.
    """
    made = {
        "csv": lambda: as_csv(columns, rows),
        "xlsx": lambda: as_xlsx(columns, rows, name),
        "json": lambda: as_json(columns, rows),
    }[form]()
    answer = HttpResponse(made, content_type=_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
