"""A fault in what the user gave: what is wrong, where, and what mends it.

Every room reports faults as a list, all of them at once, never only the first. The words live
in text catalogues (``<room>/text/faults.<language>.toml``), so that the same fault reads in
Swedish, Finnish and English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from skolnat.common.languages import Language, catalogue

Severity = Literal["error", "warning"]
T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    """One fault, with its place.

    Parameters
    ----------
    code
        ``"<room>.<fault>"``: the key of the text, whose first part names the room.
    file
        File as the user wrote it; "" where the fault lies in no file.
    row
        Row (or line) in the file, counted as the user's program counts them, from 1.
    column
        Column, key or sheet!column.
    values
        What fills the placeholders of the text.
    severity
        ``"error"`` stops the work; ``"warning"`` is told and listed.
    """

    code: str
    file: str = ""
    row: int | None = None
    column: str = ""
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    severity: Severity = "error"

    def __hash__(self) -> int:
        values = tuple(sorted((k, str(v)) for k, v in self.values.items()))
        return hash((self.code, self.file, self.row, self.column, values))


class InvalidInput(Exception):  # noqa: N818 - the name says what the user must mend
    """Raised with every fault of an input, so that all can be mended at once.

    Parameters
    ----------
    faults
        At least one fault of severity ``"error"``.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(render(fault) for fault in self.faults))


def raise_if_any(faults: Iterable[Fault]) -> None:
    """Raise :class:`InvalidInput` when at least one fault is an error."""
    found = tuple(faults)
    if any(fault.severity == "error" for fault in found):
        raise InvalidInput(found)


def attempted(faults: list[Fault], call: Callable[[], T]) -> T | None:
    """Return what a call gives, or None with its faults added to those found already.

    So that several inputs are all read before the faults of any are raised.

    Parameters
    ----------
    faults
        Faults found so far; those of the call are put at its end.
    call
        Raises :class:`InvalidInput` when its input is wrong.
    """
    try:
        return call()
    except InvalidInput as invalid:
        faults.extend(invalid.faults)
        return None


def render(fault: Fault, language: Language = "en") -> str:
    """Return a fault as one line: place, what is wrong, remedy.

    An unknown code is a fault of ours, not of the user's; it is shown as it is rather than
    hidden behind a second error.
    """
    room = fault.code.partition(".")[0]
    text = catalogue(f"skolnat.{room}", "faults", language).get(fault.code)
    body = fault.code if text is None else text.format(**fault.values)
    place = _place(fault, language)
    return f"{place}: {body}" if place else body


def _place(fault: Fault, language: Language) -> str:
    words = catalogue("skolnat.common", "places", language)
    parts = [fault.file] if fault.file else []
    if fault.row is not None:
        parts.append(words["row"].format(row=fault.row))
    if fault.column:
        parts.append(words["column"].format(column=fault.column))
    return ", ".join(parts)
