"""The subjects of small groups: who reads them, when a group forms, and how many hours it has.

A family is a law of its own: all languages of ``a2`` form alike. What share of the pupils reads a
subject is the municipality's to tell; until it does, a national share stands in, some of it over
the share of foreign citizens in the municipality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from skolnat.rules.rules import Rules
from skolnat.teaching.formation import Limits

Counted = Literal["unit", "provider", "pupil", "beside_basic"]
"""Where pupils are counted: in their unit; at their provider; not at all, when hours follow the
pupils; or in their unit beside the basic groups, whose hours already hold the subject."""


@dataclass(frozen=True)
class Family:
    """What the subjects of a family have in common.

    Parameters
    ----------
    name
        ``a2``, ``worldview``: the subject, or what stands before its hyphen.
    counted
        See :data:`Counted`.
    parts
        By stage: the part of its pupils in whose grades the subject can be read.
    least, most, hours
        Rules of the fewest and the most pupils of a group and of its weekly hours; "" for no
        least number.
    """

    name: str
    counted: Counted
    parts: Mapping[str, float]
    hours: str
    least: str = ""
    most: str = "small_groups.most"

    def limits(self, rules: Rules, year: int) -> Limits:
        """Return the limits within which its groups form."""
        alone = rules.number("small_groups.alone", year) if self.counted == "provider" else 1.0
        least = rules.number(self.least, year) if self.least else 1.0
        return Limits(int(least), int(rules.number(self.most, year)), int(alone))

    def rules(self) -> tuple[str, ...]:
        """Return the names of the rules by which its groups form."""
        if self.counted == "pupil":
            return (self.hours,)
        alone = ("small_groups.alone",) if self.counted == "provider" else ()
        return tuple(name for name in (self.least, self.most, *alone, self.hours) if name)


_BOTH: Final = {"1-6": 1.0, "7-9": 1.0}
_CHOICE: Final = {"1-6": 3.0 / 6.0, "7-9": 1.0}  # from grade 4 on

FAMILIES: Final[Mapping[str, Family]] = {
    family.name: family
    for family in (
        Family("a1", "unit", _BOTH, "a1.hours", "teaching.optional_group"),
        Family("a2", "unit", _CHOICE, "teaching.optional_hours", "teaching.optional_group"),
        Family("b1", "unit", {"1-6": 1.0 / 6.0, "7-9": 1.0}, "b1.hours"),
        Family("b2", "unit", {"7-9": 2.0 / 3.0}, "b2.hours", "teaching.optional_group"),
        Family("religion", "provider", _BOTH, "religion.hours", "religion.least_pupils"),
        Family("worldview", "provider", _BOTH, "religion.hours", "worldview.least_pupils"),
        Family(
            "own_language", "provider", _BOTH, "own_language.hours", "own_language.least_pupils"
        ),
        Family(
            "second_language", "unit", _BOTH, "second_language.hours", most="second_language.most"
        ),
        Family(
            "support_small_group", "unit", _BOTH, "support.small_hours", most="support.small_most"
        ),
        Family("support_special", "pupil", _BOTH, "support.special_hours"),
        Family("optional", "beside_basic", {"7-9": 1.0}, "optional.hours", most="optional.most"),
    )
}
"""By name. The usual A1 language, B1 and the majority's religion are read in the basic groups."""


@dataclass(frozen=True)
class Estimate:
    """How the share of pupils who read a subject is estimated: the product of some rules.

    Parameters
    ----------
    subject
        Code of the subject; ``any`` stands where the language is not known.
    rules
        Rules whose values are multiplied; none for all pupils.
    foreign
        Whether the share of foreign citizens is a factor too.
    """

    subject: str
    rules: tuple[str, ...]
    foreign: bool = False

    def share(self, rules: Rules, year: int, foreign: float) -> float:
        """Return the share of the pupils in the grades of the subject, at most 1."""
        share = foreign if self.foreign else 1.0
        for name in self.rules:
            share *= rules.number(name, year)
        return min(share, 1.0)


OWN_LANGUAGES: Final = ("ru", "ar", "so", "uk", "et", "sq")
"""Mother tongues with a share of their own; others are too many to be estimated."""

ESTIMATES: Final[tuple[Estimate, ...]] = (
    Estimate("worldview", ("worldview.share",)),
    Estimate("religion-ort", ("religion.ort_share",)),
    Estimate("religion-isl", ("religion.isl_per_foreign",), foreign=True),
    Estimate("second_language", ("second_language.per_foreign",), foreign=True),
    *(
        Estimate(
            f"own_language-{code}",
            ("own_language.per_foreign", f"own_language.{code}_share"),
            foreign=True,
        )
        for code in OWN_LANGUAGES
    ),
    Estimate("a2-any", ("teaching.optional_share",)),
    Estimate("b2-any", ("b2.share",)),
    Estimate("support_small_group", ("support.small_share",)),
    Estimate("support_special", ()),
    Estimate("optional", ()),
)
"""What is estimated of a municipality that tells nothing. Nothing is of A1: most offer one."""


def family_of(subject: str) -> Family:
    """Return the family of a subject.

    Raises
    ------
    KeyError
        When the subject is none of small groups.
    """
    return FAMILIES[subject.partition("-")[0]]
