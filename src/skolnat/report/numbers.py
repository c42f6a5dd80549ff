"""Numbers as each language writes them: ``1 234,5`` in Swedish and Finnish, ``1,234.5`` in English.

Spaces within a number never break over a line. A figure that is not known is a dash, never zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from skolnat.common.languages import Language

NO_BREAK: Final = "\u00a0"
MINUS: Final = "\u2212"
UNKNOWN: Final = "–"


@dataclass(frozen=True)
class Numbers:
    """Writes numbers in one language.

    Parameters
    ----------
    language
        Swedish, Finnish or English.
    """

    language: Language

    @property
    def thousands(self) -> str:
        """What stands between thousands."""
        return "," if self.language == "en" else NO_BREAK

    @property
    def point(self) -> str:
        """Decimal sign."""
        return "." if self.language == "en" else ","

    def number(self, value: float | None, digits: int = 0, *, signed: bool = False) -> str:
        """Return a number, rounded half to even as Python does.

        Parameters
        ----------
        value
            The number; None or NaN is unknown.
        digits
            Decimals, always shown.
        signed
            Whether a plus is written before what is above zero.
        """
        if value is None or math.isnan(value):
            return UNKNOWN
        plain = f"{abs(value):,.{digits}f}"
        whole, _, decimals = plain.partition(".")
        text = whole.replace(",", self.thousands) + (self.point + decimals if decimals else "")
        if not any(digit in plain for digit in "123456789"):
            return text  # never −0
        if value < 0:
            return MINUS + text
        return f"+{text}" if signed else text

    def percent(self, share: float | None, digits: int = 0, *, signed: bool = False) -> str:
        """Return a share (0.12) as per cent (12 %)."""
        if share is None or math.isnan(share):
            return UNKNOWN
        return self._unit(self.number(100.0 * share, digits, signed=signed), "%")

    def thousand_euros(self, euros: float | None, *, signed: bool = False) -> str:
        """Return euros as whole thousands, without the unit."""
        return self.number(None if euros is None else euros / 1e3, signed=signed)

    def millions(self, euros: float, digits: int = 2, *, signed: bool = False) -> str:
        """Return euros as millions, without the unit."""
        return self.number(euros / 1e6, digits, signed=signed)

    def whole_thousands(self, euros: float) -> str:
        """Return euros rounded to whole thousands, written out, without the unit."""
        return self.number(float(round(euros, -3)))

    def interval(self, low: str, high: str) -> str:
        """Join two numbers that have been written, from the lower to the higher."""
        if low == high:
            return low
        if MINUS not in low + high:
            return f"{low}–{high}"
        return f"{low} to {high}" if self.language == "en" else f"{low}…{high}"

    def _unit(self, number: str, unit: str) -> str:
        return f"{number}{unit}" if self.language == "en" else f"{number}{NO_BREAK}{unit}"
