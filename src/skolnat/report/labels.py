"""Where names stand on a map, so that none lies on another, on a school or beyond the edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

FloatArray = npt.NDArray[np.float64]

LETTER: Final = 0.58
"""Width of a letter over the size of the type, for the sans-serif faces of a page."""

GRID: Final = 13
"""Candidate positions along each side of a municipality."""


@dataclass(frozen=True)
class Box:
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the area shared with another."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)


@dataclass(frozen=True)
class Label:
    """A text and the middle of its line."""

    text: str
    x: float
    y: float

    def box(self, size: float) -> Box:
        """Return the room the text takes at a size of type."""
        return box_at(self.text, self.x, self.y, size)


def box_at(text: str, x: float, y: float, size: float) -> Box:
    """Return the room of a text centred on a point."""
    half, tall = 0.5 * LETTER * size * len(text), 0.6 * size
    return Box(x - half, y - tall, x + half, y + tall)


def place_labels(
    texts: Sequence[str],
    shapes: Sequence[shapely.Geometry],
    obstacles: FloatArray,
    frame: Box,
    size: float,
) -> list[Label]:
    """Place one name in each shape, the smallest shape first.

    Parameters
    ----------
    texts, shapes
        Names and the areas they belong to, in the units of the picture.
    obstacles
        Points that should stay free, shape (n, 2).
    frame
        Edge of the picture.
    size
        Size of the type.

    Returns
    -------
    list
        In the order given. A name may lie over a point, never over another name while any
        position in or near its shape allows it.
    """
    placed: dict[int, Label] = {}
    for k in sorted(range(len(texts)), key=lambda k: float(shapely.area(shapes[k]))):
        boxes = [label.box(size) for label in placed.values()]
        best = min(
            _candidates(shapes[k]),
            key=lambda point: _cost(texts[k], point, shapes[k], boxes, obstacles, frame, size),
        )
        placed[k] = Label(texts[k], *best)
    return [placed[k] for k in range(len(texts))]


def _candidates(shape: shapely.Geometry) -> list[tuple[float, float]]:
    left, bottom, right, top = (float(v) for v in shapely.bounds(shape))
    margin_x, margin_y = 0.15 * (right - left), 0.15 * (top - bottom)
    return [
        (float(x), float(y))
        for x in np.linspace(left - margin_x, right + margin_x, GRID)
        for y in np.linspace(bottom - margin_y, top + margin_y, GRID)
    ]


def _cost(
    text: str, point: tuple[float, float], shape: shapely.Geometry, boxes: Sequence[Box],
    obstacles: FloatArray, frame: Box, size: float,
) -> float:  # fmt: skip
    box = box_at(text, *point, size)
    area = (box.right - box.left) * (box.bottom - box.top)
    over = sum(box.overlap(other) for other in boxes) / area
    out = 1.0 - box.overlap(frame) / area
    rectangle = shapely.box(box.left, box.top, box.right, box.bottom)
    outside = 1.0 - float(shapely.area(shapely.intersection(rectangle, shape))) / area
    near = (
        (obstacles[:, 0] > box.left - 4.0)
        & (obstacles[:, 0] < box.right + 4.0)
        & (obstacles[:, 1] > box.top - 4.0)
        & (obstacles[:, 1] < box.bottom + 4.0)
    )
    middle = shapely.centroid(shape)
    far = float(np.hypot(point[0] - middle.x, point[1] - middle.y)) / size
    return 100.0 * over + 100.0 * out + 4.0 * outside + 1.5 * float(near.sum()) + 0.05 * far
