"""Where a table comes from: turns the position of a row into what its owner sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from skolnat.common.faults import Fault, Severity


@dataclass(frozen=True)
class Where:
    """The origin of a table.

    Parameters
    ----------
    table
        Name of the table, or of the sheet as its owner wrote it.
    file
        File as the user wrote it; "" for a table that came from no file.
    rows
        Row number in the file of each row of the table; None when they are numbered from 1.
    headings
        Name of a column to the heading that its owner sees, where the two differ.
    """

    table: str
    file: str = ""
    rows: Sequence[int] | None = None
    headings: Mapping[str, str] = field(default_factory=dict)

    def row(self, position: int) -> int:
        """Return the number that the owner of the file sees beside a row."""
        return position + 1 if self.rows is None else self.rows[position]

    def fault(
        self,
        code: str,
        *,
        row: int | None = None,
        column: str = "",
        severity: Severity = "error",
        **values: str | float,
    ) -> Fault:
        """Return a fault of this table.

        Parameters
        ----------
        code
            Key of the text.
        row
            Position in the table, from 0; None when the fault lies in no single row.
        column
            Name of the column in the schema; "" when it lies in no single column.
        severity
            Whether the fault stops the work.
        **values
            What fills the placeholders of the text; whole numbers are shown without decimals.
        """
        seen = None if row is None else self.row(row)
        heading = self.headings.get(column, column)
        return Fault(
            code,
            file=self.file,
            row=seen,
            column=f"{self.table}!{heading}" if heading else self.table,
            values={key: _plain(value) for key, value in values.items()},
            severity=severity,
        )


def _plain(value: str | float) -> str | float:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
