"""Municipalities' names as they stand inside the names of schools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import pandas as pd

from reference.places import MERGERS

ENDINGS: Final = (
    ("Turku", "Turun"),
    ("Lahti", "Lahden"),
    ("Tampere", "Tampereen"),
    ("Pedersören kunta", "Pedersören"),
    ("Koski Tl", "Kosken"),
    ("Loppi", "Lopen"),
    ("Virrat", "Virtain"),
    ("Alavus", "Alavuden"),
    ("Kaustinen", "Kaustisen"),
    ("Toholampi", "Toholammin"),
    ("Isokyrö", "Isonkyrön"),
    ("Uusikaupunki", "Uudenkaupungin"),
    ("Punkalaidun", "Punkalaitumen"),
    ("joki", "joen"),
    ("lahti", "lahden"),
    ("vesi", "veden"),
    ("järvi", "järven"),
    ("niemi", "niemen"),
    ("salmi", "salmen"),
    ("koski", "kosken"),
    ("mäki", "mäen"),
    ("saari", "saaren"),
    ("kaupunki", "kaupungin"),
    ("luoto", "luodon"),
    ("kangas", "kankaan"),
    # Names in -nen are plurals: Kauniainen, of Kauniaiset.
    ("nen", "sten"),
    # Consonants that weaken in a closed syllable.
    ("nki", "ngin"),
    ("nka", "ngan"),
    ("nko", "ngon"),
    ("nkoo", "ngoon"),
    ("nta", "nnan"),
    ("ntä", "nnän"),
    ("nto", "nnon"),
    ("rta", "rran"),
    ("hti", "hdin"),
    ("kka", "kan"),
    ("kki", "kin"),
    ("kko", "kon"),
    ("kku", "kun"),
    ("ppi", "pin"),
    ("tti", "tin"),
    ("is", "iksen"),
    ("es", "eksen"),
    ("os", "oksen"),
    ("us", "uksen"),
    ("e", "een"),
)
"""Ends of names and of their genitives, the first that fits; any other name takes an n."""

COMMON: Final = frozenset({"Ii", "Lahden", "Kosken", "Luodon", "Harjun", "Rannan", "Koski"})
"""Forms that are common words (bay, rapids, islet) and tell of no municipality."""


def genitive(name: str) -> str:
    """Return the Finnish genitive of a municipality's name: Oulu, Oulun; Hanko, Hangon."""
    for end, changed in ENDINGS:
        if name.endswith(end):
            return name.removesuffix(end) + changed
    return name + "n"


def genitives(
    municipalities: pd.DataFrame,
) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """Return what a school's name may hold of municipalities, each form with its codes.

    Returns
    -------
    tuple
        Forms that count as the first word (Finnish genitives, of ended municipalities too), and
        forms that count anywhere (Swedish names, with and without s).
    """
    first: defaultdict[str, set[str]] = defaultdict(set)
    anywhere: defaultdict[str, set[str]] = defaultdict(set)
    rows = zip(
        municipalities["municipality"],
        municipalities["name_fi"],
        municipalities["name_sv"],
        strict=True,
    )
    for code, finnish, swedish in rows:
        first[genitive(finnish)].add(code)
        first[finnish].add(code)
        anywhere[swedish].add(code)
        anywhere[f"{swedish}s"].add(code)
    for merger in MERGERS:
        first[genitive(merger.name_fi)].add(merger.new)
    for form in COMMON:
        first.pop(form, None)
        anywhere.pop(form, None)
    return first, anywhere


def bears_own_name(name: str, names: tuple[str, ...]) -> bool:
    """Return whether a school's name begins with one of its municipality's names."""
    word = name.split(maxsplit=1)[0]
    return any(word.startswith((own, genitive(own))) for own in names)
