"""What the name and kind of a school tell: its grades, and who provides it.

The national register knows neither. A name often does: a *lågstadium* or *ala-aste* teaches
grades 1-6, a *högstadium* or *yläkoulu* 7-9, a *yhtenäiskoulu* 1-9. Most names (*X koulu*,
*X skola*, *X peruskoulu*) tell nothing, and then nothing is said here: what a municipality must
offer decides. Everything returned is an estimate and is to be marked as one.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Grades = Literal["1-6", "7-9", "1-9"]
Provider = Literal["municipal", "private", "state"]

_LOWER: Final = r"lågstadi|\bala-?ast|\balakoulu|päiväkoti|\balkuopetus"
_UPPER: Final = r"högstadi|\bylä-?ast|\byläkoulu"  # not "kyläkoulu", a village school
_BOTH_WORDS: Final = r"låg-\s*och\s+högstadi|ala-?\s*ja\s+ylä|yhtenäi|koulukeskus"

GRADE_RULES: Final[tuple[tuple[str, Grades], ...]] = (
    # A range that the name writes out goes before every word.
    (r"\b[1fe0]\s*[-–]\s*9\b", "1-9"),
    (r"\b[1fe0]\s*[-–]\s*6\b", "1-6"),
    (r"\b7\s*[-–]\s*9\b", "7-9"),
    (_BOTH_WORDS, "1-9"),
    (_UPPER, "7-9"),
    (_LOWER, "1-6"),
    # Schools with a view of the world, a method or a language of their own run all grades.
    (r"steiner|waldorf|kristilli|kristen|juutalai|kansainv|international|englantilai", "1-9"),
    (r"saksalai|eurooppalai|ransk|venäl|samskola|privatsk|montessori", "1-9"),
    (r"normaalilyseo", "7-9"),
    (r"normaalik|harjoittelukoulu|övningsskola", "1-9"),
    # An old secondary school (yhteiskoulu, lyseo) kept the upper grades in the reform of 1972-77.
    (r"yhteisk|yht\.\s?k\b|yht\.k\.|yhteislyseo|\blyseo\b|\blyseon\s+(perus)?koulu", "7-9"),
)
"""Patterns over the lower-case name, first match wins, each with the grades it tells."""

KIND_RULES: Final[dict[str, Grades]] = {"special": "1-9", "comprehensive_upper": "1-9"}
"""Grades where only the kind of the register tells: special schools, and schools of 1-12."""

PRIVATE: Final = (
    r"steiner|waldorf|kristilli|kristen|juutalai|montessori|freinet|englantilai|saksalai"
    r"|samskola|privatsk|\bvapaa kyläkoulu|international school of h|itä-suomen suomal"
    r"|elias-koulu|sylvia-koulu|marjatta-koulu|joonas-koulu|nuorten ystävien"
)
"""Words of names of private providers."""

PRIVATE_SCHOOLS: Final = frozenset(
    {
        "apollon yhteiskoulu",
        "helsingin suomalainen yhteiskoulu",
        "helsingin uusi yhteiskoulu",
        "helsingin yhteislyseo",
        "herttoniemen yhteiskoulu",
        "kulosaaren yhteiskoulu",
        "lahden yhteiskoulu",
        "lauttasaaren yhteiskoulu",
        "maunulan yht.k.-hgin mat.lukio",
        "munkkiniemen yhteiskoulu",
        "oulunkylän yhteiskoulu",
        "pohjois-haagan yhteiskoulu",
        "töölön yhteiskoulu",
    }
)
"""Private schools with contract that bear a name like any municipal *yhteiskoulu*."""

STATE: Final = (
    r"normaalik|normaalilyseo|harjoittelukoulu|övningsskola|valteri|eurooppalai"
    r"|ransk|suomalais-venäl|sippolan hovin|lagmansgård"
)
"""Words of names of schools of the state and of the universities' teacher training."""


def grades_from_name(name: str, kind: str) -> Grades | None:
    """Return the grades that a school's name, or else its kind, tells.

    Parameters
    ----------
    name
        As in the register, Finnish or Swedish; it may be cut at 30 characters.
    kind
        ``"comprehensive"``, ``"special"`` or ``"comprehensive_upper"`` (grades 1-12).

    Returns
    -------
    str or None
        ``"1-6"``, ``"7-9"``, ``"1-9"``, or None where neither tells.

    Examples
    --------
    >>> grades_from_name("Kökars låg- och högstadium", "comprehensive")
    '1-9'
    >>> grades_from_name("Hyrylän yläaste", "comprehensive")
    '7-9'
    >>> grades_from_name("Vesivehmaan koulu", "comprehensive") is None
    True
    """
    lower = _plain(name)
    for pattern, grades in GRADE_RULES:
        if re.search(pattern, lower):
            return grades
    return KIND_RULES.get(kind)


def provider_from_name(name: str) -> Provider:
    """Return who most likely provides a school: the municipality, unless the name tells else.

    Parameters
    ----------
    name
        As in the register.

    Examples
    --------
    >>> provider_from_name("Lahden yhteiskoulu")
    'private'
    >>> provider_from_name("Vasa övningsskola")
    'state'
    >>> provider_from_name("Vääksyn Yhteiskoulu")
    'municipal'
    """
    lower = _plain(name)
    if re.search(STATE, lower):
        return "state"
    if lower in PRIVATE_SCHOOLS or re.search(PRIVATE, lower):
        return "private"
    return "municipal"


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
