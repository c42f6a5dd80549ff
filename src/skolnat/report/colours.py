"""Colours of the map: neighbours differ, also to those who see colours differently.

The seven hues were chosen so that each stands out from the page (3:1 or more against white, and
against the dark page in dark mode) and any two lie far apart in CIELAB to the usual eye and under
simulated protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes 2009); a test
measures both. No figure rests on colour alone: shapes, outlines and tables say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Final

import pandas as pd
import shapely

LIGHT: Final = ("#2340e0", "#e86010", "#1d5a1c", "#9064d8", "#bf8060", "#1a9db3", "#503a55")
DARK: Final = ("#6a9dff", "#d76e16", "#6a9f6e", "#bb5b9b", "#bdff52", "#52e0ff", "#764efd")
"""The same places in the palette, for a light and a dark page."""

Pair = tuple[str, str]


def colour_places(
    boundaries: pd.DataFrame, journeys: Iterable[Pair], order: Iterable[str]
) -> dict[str, int]:
    """Give each municipality a place in the palette.

    Municipalities that share a border, or whose schools the children of one place choose between,
    get different places; the palette is used as evenly as that allows.

    Parameters
    ----------
    boundaries
        ``municipality, wkb`` of the municipalities to colour.
    journeys
        (residence, provider) of pupils who cross a border in any scenario.
    order
        Codes in the order in which ties are broken.
    """
    codes = list(order)
    apart = {code: set[str]() for code in codes}
    for one, other in [*_neighbours(boundaries, codes), *_choices(journeys)]:
        if one in apart and other in apart and one != other:
            apart[one].add(other)
            apart[other].add(one)
    places: dict[str, int] = {}
    used = [0] * len(LIGHT)
    for code in sorted(codes, key=lambda code: (-len(apart[code]), codes.index(code))):
        taken = {places[other] for other in apart[code] if other in places}
        free = [k for k in range(len(LIGHT)) if k not in taken] or list(range(len(LIGHT)))
        places[code] = min(free, key=lambda k: (used[k], k))
        used[places[code]] += 1
    return places


def _neighbours(boundaries: pd.DataFrame, codes: list[str]) -> list[Pair]:
    shapes: Mapping[str, shapely.Geometry] = {
        str(code): shapely.from_wkb(wkb)
        for code, wkb in zip(boundaries["municipality"], boundaries["wkb"], strict=True)
    }
    return [
        (one, other)
        for one, other in combinations(codes, 2)
        if one in shapes and other in shapes and shapely.dwithin(shapes[one], shapes[other], 500.0)
    ]


def _choices(journeys: Iterable[Pair]) -> list[Pair]:
    """Return what must differ because children of one place go to both, or to one of them."""
    goes: dict[str, set[str]] = {}
    for residence, provider in journeys:
        goes.setdefault(residence, {residence}).add(provider)
    return [pair for places in goes.values() for pair in combinations(sorted(places), 2)]
