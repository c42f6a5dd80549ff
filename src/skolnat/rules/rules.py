"""Look up a parameter by date, as OpenFisca does: what held in the autumn of a year.

A rule is never a constant in code. Each has a unit, a name in three languages and values, each
with the day from which it holds, its source in the same languages and how sure we are of it.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from skolnat.common.faults import Fault, raise_if_any
from skolnat.common.languages import LANGUAGES, Language

FILES: Final = ("law", "money", "forms", "teaching", "assumptions", "buildings", "buses")
Certainty = Literal["high", "medium", "check"]
Amount = float | int | bool


@dataclass(frozen=True)
class Dated:
    """A value and the day from which it holds.

    Parameters
    ----------
    value
        In the unit of its rule.
    valid_from
        First day.
    source
        Law, decision or study it rests on, by language.
    certainty
        How sure we are of it.
    """

    value: Amount
    valid_from: date
    source: Mapping[Language, str]
    certainty: Certainty


def in_every_language(text: str) -> Mapping[Language, str]:
    """Return a text that is the same in all languages: a reason in a region's own words."""
    return dict.fromkeys(LANGUAGES, text)


@dataclass(frozen=True)
class Rule:
    """One parameter with all its values, the oldest first.

    Parameters
    ----------
    rule
        Dotted id.
    file
        Data file it stands in.
    unit
        Unit of its values; "" for yes or no.
    name
        What it is, by language.
    paragraph
        Paragraph of the law; "" for what is no law.
    values
        At least one.
    """

    rule: str
    file: str
    unit: str
    name: Mapping[Language, str]
    paragraph: str
    values: tuple[Dated, ...]

    def at(self, year: int) -> Dated:
        """Return the value that holds on 1 August of a year, the first one before its time."""
        day = date(year, 8, 1)
        held = [dated for dated in self.values if dated.valid_from <= day]
        return held[-1] if held else self.values[0]


@dataclass(frozen=True)
class Rules:
    """All parameters, with what a study has put in their place.

    Parameters
    ----------
    rules
        By id.
    overrides
        Ids that a study has overridden, with its reason.
    """

    rules: Mapping[str, Rule]
    overrides: Mapping[str, str] = field(default_factory=dict)

    def number(self, rule: str, year: int) -> float:
        """Return the number that holds in the autumn of a year.

        Raises
        ------
        KeyError
            When there is no such rule: a fault of the caller.
        """
        return float(self.rules[rule].at(year).value)

    def flag(self, rule: str, year: int) -> bool:
        """Return the yes or no that holds in the autumn of a year.

        Raises
        ------
        KeyError
            When there is no such rule: a fault of the caller.
        """
        return bool(self.rules[rule].at(year).value)

    def with_overrides(self, overrides: Mapping[str, tuple[Amount, str]]) -> Rules:
        """Return the rules with a study's own values, which hold in every year.

        Parameters
        ----------
        overrides
            Rule id to value and reason; the reason becomes the source, as written, in every
            language.

        Raises
        ------
        InvalidInput
            With every unknown rule, missing reason, and value of the wrong kind.
        """
        raise_if_any(self.faults_of(overrides))
        changed = dict(self.rules)
        for name, (value, why) in overrides.items():
            rule = changed[name]
            own = Dated(value, date.min, in_every_language(why), "high")
            changed[name] = Rule(rule.rule, rule.file, rule.unit, rule.name, rule.paragraph, (own,))
        return Rules(changed, {name: why for name, (_, why) in overrides.items()})

    def faults_of(self, overrides: Mapping[str, tuple[Amount, str]]) -> list[Fault]:
        """Return what is wrong with overrides."""
        faults = []
        for name, (value, why) in overrides.items():
            if name not in self.rules:
                near = difflib.get_close_matches(name, self.rules, n=1, cutoff=0.0)
                faults.append(_fault("rules.unknown", rule=name, nearest=near[0]))
                continue
            if not why.strip():
                faults.append(_fault("rules.no_source", rule=name))
            usual = self.rules[name].values[-1].value
            if isinstance(usual, bool) != isinstance(value, bool):
                expected = "true/false" if isinstance(usual, bool) else "0.0 …"
                faults.append(
                    _fault("rules.wrong_kind", rule=name, expected=expected, value=str(value))
                )
            elif self.rules[name].unit.startswith("EUR") and value < 0:
                unit = self.rules[name].unit
                faults.append(_fault("rules.below_zero", rule=name, unit=unit, value=str(value)))
        return faults


def _fault(code: str, **values: str) -> Fault:
    return Fault(code, column=f"rules.{values['rule']}", values=values)


@cache
def default_rules() -> Rules:
    """Read the rules that ship with the package.

    Raises
    ------
    InvalidInput
        With every value that has no source in one of the languages.
    """
    rules: dict[str, Rule] = {}
    for file in FILES:
        text = resources.files("skolnat.rules").joinpath("data", f"{file}.toml").read_text("utf-8")
        for name, table in tomllib.loads(text).items():
            rules[name] = _rule(name, file, table)
    raise_if_any(fault for rule in rules.values() for fault in unsourced(rule))
    return Rules(rules)


def unsourced(rule: Rule) -> list[Fault]:
    """Return a fault for every value of a rule and language in which its source is missing."""
    return [
        Fault(
            "rules.no_source",
            file=f"{rule.file}.toml",
            column=f"{rule.rule}: {dated.valid_from.isoformat()}, source.{language}",
            values={"rule": rule.rule},
        )
        for dated in rule.values
        for language in LANGUAGES
        if not dated.source.get(language, "").strip()
    ]


def _rule(name: str, file: str, table: Mapping[str, Any]) -> Rule:
    values = sorted((Dated(**value) for value in table["values"]), key=lambda v: v.valid_from)
    return Rule(name, file, table["unit"], table["name"], table.get("paragraph", ""), tuple(values))
