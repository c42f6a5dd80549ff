"""What every section needs: the results, one language, and how to write cells in it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from skolnat.common.languages import Language
from skolnat.plan.agreement import AUTHORITY
from skolnat.report.blocks import Badge, Cell
from skolnat.report.figures import known
from skolnat.report.numbers import NO_BREAK, Numbers
from skolnat.report.results import Results
from skolnat.report.svg_map import Atlas
from skolnat.report.texts import Texts

_SECTION = re.compile(r"§ (\d+(?:[–-]\d+)?)")

HIDDEN = ".."
"""Stands for a count that is not shown, as in official statistics."""


@dataclass(frozen=True)
class Context:
    """The results in one language.

    Parameters
    ----------
    results
        What the study found.
    language
        Of the report.
    """

    results: Results
    language: Language

    @cached_property
    def t(self) -> Texts:
        """Texts."""
        return Texts(self.language)

    @cached_property
    def n(self) -> Numbers:
        """Numbers."""
        return Numbers(self.language)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the municipalities by code, in alphabetical order."""
        return self.results.names(self.language)

    @cached_property
    def atlas(self) -> Atlas:
        """The ground of the maps."""
        return Atlas(self.results, self.names)

    @property
    def region(self) -> str:
        """Name of the region."""
        return self.results.name(self.language)

    @property
    def years(self) -> str:
        """Years of the plan."""
        return "{}–{}".format(*self.results.years)

    @property
    def last_period(self) -> str:
        """Years of the last period."""
        return str(self.results.periods["years"].iloc[-1])

    @cached_property
    def badges(self) -> tuple[Badge, ...]:
        """Badges of everything that rests on the plan of schools and journeys."""
        summary = self.results.summary
        found: list[Badge] = []
        if summary.get("indicative"):
            found.append("indicative")
        if summary.get("estimated"):
            found.append("estimated")
        return tuple(found)

    @property
    def source(self) -> str:
        """Where figures of the plan come from."""
        return self.t("source.plan")

    def place(self, code: str) -> str:
        """Return the name of a municipality or an account; that of the region for ""."""
        if not code:
            return self.t("word.region")
        return self.names.get(code) or self.accounts.get(code, code)

    @cached_property
    def accounts(self) -> dict[str, str]:
        """Names of the accounts of joint authorities by code."""
        table = self.results.tables["agreements"]
        if "account" not in table:
            return {}
        own = table[table["account"].astype(str).str.startswith(AUTHORITY)]
        return dict(zip(own["account"].astype(str), own["agreement"].astype(str), strict=True))

    def scenario(self, name: str) -> str:
        """Return the name of a scenario."""
        return self.t(f"scenario.{name}")

    def stage(self, stage: str) -> str:
        """Return the name of a stage; "" is both."""
        return self.t(f"stage.{stage.replace('-', '_') or 'all'}")

    def subject(self, code: str) -> str:
        """Return the name of a subject, with its language or confession."""
        family, hyphen, which = code.partition("-")
        if not hyphen:
            return self.t(f"subject.{family}")
        return self.t(f"subject.{family}", which=self.t.coded("which", which))

    def number(self, value: float, digits: int = 0, *, signed: bool = False) -> Cell:
        """Return a number as a cell."""
        return Cell(self.n.number(value, digits, signed=signed), "number")

    def count(self, value: float) -> Cell:
        """Return a count of pupils, where NaN is a count that is hidden."""
        if math.isnan(value):
            return Cell(HIDDEN, "hidden")
        return self.number(value)

    def percent(self, value: float, digits: int = 0, *, signed: bool = False) -> Cell:
        """Return a share as a cell."""
        return Cell(self.n.percent(value, digits, signed=signed), "number")

    def euros(self, value: float, *, signed: bool = False) -> Cell:
        """Return euros as thousands."""
        return Cell(self.n.thousand_euros(value, signed=signed), "number")

    def figure(self, value: float, cost_id: str, *, signed: bool = False) -> Cell:
        """Return euros as thousands, which lead to their parts where these are told."""
        cell = self.euros(value, signed=signed)
        return replace(cell, cost_id=cost_id) if cost_id in self.figures else cell

    @cached_property
    def figures(self) -> frozenset[str]:
        """Ids of the figures of the ledger that may be named."""
        return known(self.results)

    def money(self, low: float, high: float | None = None) -> str:
        """Return euros, or an interval of euros, as a sentence tells them."""
        ends = [low] if high is None else [low, high]
        if max(abs(end) for end in ends) < 1e6:
            written, key = [self.n.whole_thousands(end) for end in ends], "word.euros"
        else:
            written, key = [self.n.millions(end) for end in ends], "word.million_euros"
        return self.t(key, amount=self.n.interval(written[0], written[-1]))

    def listing(self, names: Sequence[str]) -> str:
        """Return names as a list within a sentence."""
        if len(names) < 2:
            return "".join(names)
        return ", ".join(names[:-1]) + self.t("word.and") + names[-1]

    def withheld(self) -> Cell:
        """Return the cell of a figure that is withheld."""
        return Cell(self.t("word.withheld"), "withheld")

    def unit(self, school: str, stage: str) -> str:
        """Return a school and, on a line of its own, its grades."""
        return f"{school}\n{self.stage(stage)}"

    def paragraph(self, text: str) -> str:
        """Return a paragraph of the law as the language writes it."""
        return paragraph(text, self.language, self.t("word.decree"))


def paragraph(text: str, language: Language, decree: str) -> str:
    """Return a paragraph of the law as a language writes it: "§ 32" is "32 §" in two.

    Parameters
    ----------
    text
        As the rules write it: "628/1998 § 32", "F 793/2018".
    language
        Language of the reader.
    decree
        The language's word for a decree.
    """
    if text.startswith("F "):
        text = decree + text[1:]
    return text if language == "en" else _SECTION.sub(f"\\1{NO_BREAK}§", text)
