"""A map of Finland's municipalities as one picture, from the library's reference boundaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import numpy as np
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH: Final = 400.0
_TOLERANCE: Final = 1500.0
"""Metres; at this size a picture point is about 1.7 km."""


@cache
def outlines() -> tuple[Mapping[str, str], float]:
    """Return the path of each municipality, by code, and the height of the picture.

    Neighbours are simplified together and keep sharing their lines.
    """
    from skolnat.sources import reference

    table = reference.boundaries()
    shapes = shapely.from_wkb(table["wkb"].to_numpy())
    shapes = shapely.coverage_simplify(shapes, _TOLERANCE)
    west, south, east, north = shapely.total_bounds(shapes)
    scale = _WIDTH / (east - west)
    moved = shapely.transform(
        shapes, lambda xy: np.column_stack([xy[:, 0] - west, north - xy[:, 1]]) * scale
    )
    paths = {
        str(code): "".join(_rings(shape))
        for code, shape in zip(table["municipality"], moved, strict=True)
    }
    return paths, float((north - south) * scale)


def _rings(shape: shapely.Geometry) -> Iterable[str]:
    for part in shapely.get_parts(shape):
        for ring in (part.exterior, *part.interiors):
            points = np.round(np.asarray(ring.coords)[:-1], 1)
            yield "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "z"


def picture(title: str, kinds: Mapping[str, str], names: Mapping[str, str]) -> SafeString:
    """Return the map as SVG.

    Parameters
    ----------
    title
        What the map shows; a table beside it says the same.
    kinds
        Class of each municipality, by code; it decides the colour (``map.css``).
    names
        Name of each, shown under the pointer.
    """
    paths, height = outlines()
    drawn = format_html_join(
        "",
        '<path class="{}" d="{}"><title>{}</title></path>',
        ((kinds.get(code, ""), path, names.get(code, code)) for code, path in paths.items()),
    )
    return format_html(
        '<svg class="finland" viewBox="-2 -2 {} {}" role="img" aria-label="{}">{}</svg>',
        f"{_WIDTH + 4:g}",
        f"{height + 4:.0f}",
        title,
        drawn,
    )
