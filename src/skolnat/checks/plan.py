"""What the checks look at, and how a finding is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.plan.measure import Measure
from skolnat.rules.rules import Rules

FloatArray = npt.NDArray[np.float64]

Severity = Literal["breach", "note", "duty"]
"""Against a rule; lawful, but to be settled; what the law makes the plan arrange, and it does."""

COLUMNS: Final = (
    "rule", "paragraph", "severity", "home", "unit", "years", "pupils", "detail_code",
    "remedy_code", "certainty", "subject",
)  # fmt: skip

NOBODY: Final = 0.5
"""Fewer expected pupils than this are nobody."""

REGION: Final = -1
"""Place of what concerns the whole region."""

Finding = dict[str, Any]


@dataclass(frozen=True)
class Checked:
    """A plan of one scenario, as the checks see it; municipalities are places, not codes.

    Parameters
    ----------
    assignments
        One row a period, square, stage and language: ``residence, unit, provider, pupils, km,
        minutes, carried, over`` and ``nearest_km`` (to the nearest open school of one's own
        municipality, of any where it has none).
    units
        Rows of :func:`skolnat.network.evaluate.unit_rows`.
    groups
        Rows of :func:`skolnat.teaching.demand.group_rows`.
    told
        Rows of the sheet of teaching, with ``home``.
    language_status
        By municipality: ``"fi"``, ``"fi_sv"``, ``"sv_fi"``, ``"sv"``.
    minority_share, minority_persons
        The smaller language group of each municipality, shape (M,).
    years
        Label of each period.
    last_years
        Last year of each period.
    rules, year
        The rules, and the year at which they are read.
    law
        The rules as they ship: what the law says, whatever a study sets.
    agreed
        Whether the municipalities have agreed on pupils who cross borders.
    measures
        Measures that share teaching in the scenario, municipalities as codes.
    places
        Place of each code.
    """

    assignments: pd.DataFrame
    units: pd.DataFrame
    groups: pd.DataFrame
    told: pd.DataFrame
    language_status: tuple[str, ...]
    minority_share: FloatArray
    minority_persons: FloatArray
    years: Mapping[int, str]
    last_years: Mapping[int, int]
    rules: Rules
    year: int
    law: Rules
    agreed: bool
    measures: tuple[Measure, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)

    def number(self, rule: str) -> float:
        """Return the value of a rule."""
        return self.rules.number(rule, self.year)

    def finding(
        self, rule: str, severity: Severity, period: int, pupils: float, detail: str, remedy: str,
        *, home: int = REGION, unit: str = "", subject: str = "",
    ) -> Finding:  # fmt: skip
        """Return a finding, with the paragraph and certainty of its rule.

        Parameters
        ----------
        rule
            Rule that it is about.
        severity, period, pupils
            How bad, when, and how many pupils.
        detail, remedy
            Codes of what is found and of what mends it.
        home, unit, subject
            Where, and in which subject; nothing where it concerns none.
        """
        one = self.rules.rules[rule]
        return {
            "rule": rule,
            "paragraph": one.paragraph,
            "severity": severity,
            "home": home,
            "unit": unit,
            "years": self.years[period],
            "pupils": float(pupils),
            "detail_code": detail,
            "remedy_code": remedy,
            "certainty": one.at(self.year).certainty,
            "subject": subject,
        }
