"""Maps of catchments across borders, drawn as SVG that stands by itself within a page.

A square takes the colour of the municipality whose school its children go to; one that goes to
another municipality is outlined, so that colour is not needed to see it. A square never tells how
many children live there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from skolnat.report.colours import colour_places
from skolnat.report.labels import Box, Label, place_labels
from skolnat.report.results import Results
from skolnat.report.suppress import THRESHOLD

WIDTH: Final = 440.0
TALLEST: Final = 620.0
"""Room of a map, in units of the picture."""

TYPE: Final = 15.0
"""Size of the names."""

SHORE: Final = 8_000.0
"""Metres shown beyond the outermost children: municipalities at the coast reach far out to sea."""

SMALLEST: Final = 4.0
"""Least side of a square, in units of the picture: in a wide region 1 km would not be seen."""

MINUTE_CLASSES: Final = (15, 30, 45, 60)
"""Upper ends of the classes of one-way minutes on a map of equal time; the last one is open."""

FloatArray = npt.NDArray[np.float64]

_GRID_ID: Final = re.compile(r"(\d+)(km|m)N(\d+)E(\d+)")


@dataclass(frozen=True)
class View:
    """Which of the plan's catchments a map shows.

    Parameters
    ----------
    scenario, period
        Scenario and planning period.
    stage, language
        Stage and teaching language.
    """

    scenario: str
    period: int
    stage: str
    language: str


class Atlas:
    """The ground that all maps of a report share: frame, borders, squares, colours, names.

    Parameters
    ----------
    results
        The results folder.
    names
        Names of the municipalities, by code.
    """

    def __init__(self, results: Results, names: Mapping[str, str]) -> None:
        self.results = results
        self.names = names
        boundaries = results.tables["boundaries"]
        self._own = boundaries[boundaries["own"].astype(bool)]
        self._near = boundaries[~boundaries["own"].astype(bool)]
        left, bottom, right, top = _frame(self._own, results.tables["cells"])
        self.scale = min(WIDTH / (right - left), TALLEST / (top - bottom)) * 0.96
        self.width, self.height = WIDTH, min((top - bottom) * self.scale + 0.04 * WIDTH, TALLEST)
        self._middle = ((left + right) / 2.0, (bottom + top) / 2.0)

    def project(self, x: npt.ArrayLike, y: npt.ArrayLike) -> FloatArray:
        """Return metres (EPSG:3067) as units of the picture, shape (n, 2)."""
        east, north = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        return np.column_stack(
            [
                self.width / 2.0 + (east - self._middle[0]) * self.scale,
                self.height / 2.0 - (north - self._middle[1]) * self.scale,
            ]
        )

    @cached_property
    def places(self) -> dict[str, int]:
        """Place of each municipality in the palette."""
        flows = self.results.tables["flows"]
        pairs = flows[["residence", "provider"]].drop_duplicates()
        return colour_places(self._own, pairs.itertuples(index=False, name=None), list(self.names))

    @cached_property
    def squares(self) -> dict[str, str]:
        """Path of each square, by its id."""
        cells = self.results.tables["cells"]
        corners = square_corners(cells)
        flat = self.project(corners[..., 0].ravel(), corners[..., 1].ravel())
        shaped = flat.reshape(*corners.shape)
        side = np.hypot(*(shaped[:, 1] - shaped[:, 0]).T)
        grow = np.maximum(SMALLEST / np.maximum(side, 1e-9), 1.0)[:, None, None]
        middle = shaped.mean(axis=1, keepdims=True)
        shaped = middle + (shaped - middle) * grow
        return {str(cell): _path(shape) for cell, shape in zip(cells["cell"], shaped, strict=True)}

    @cached_property
    def shapes(self) -> dict[str, shapely.Geometry]:
        """The region's municipalities in units of the picture."""
        return {
            str(code): self._drawn(wkb)
            for code, wkb in zip(self._own["municipality"], self._own["wkb"], strict=True)
        }

    @cached_property
    def labels(self) -> list[Label]:
        """Names of the municipalities, at the same places on every map."""
        schools = self.results.tables["schools"]
        return place_labels(
            [self.names[code] for code in self.shapes],
            [_visible(shape, self.width, self.height) for shape in self.shapes.values()],
            self.project(schools["x"], schools["y"]),
            Box(2.0, 2.0, self.width - 2.0, self.height - 34.0), TYPE,
        )  # fmt: skip

    def _drawn(self, wkb: bytes) -> shapely.Geometry:
        return shapely.transform(shapely.from_wkb(wkb), lambda c: self.project(c[:, 0], c[:, 1]))

    def ground(self, key: str) -> str:
        """Return the shared layer as a symbol: neighbours, the region's land and its borders."""
        frame = shapely.box(0.0, 0.0, self.width, self.height)
        near = [shapely.intersection(self._drawn(wkb), frame) for wkb in self._near["wkb"]]
        land = "".join(
            f'<path class="land c{self.places[code]}" d="{_outline(shape)}"/>'
            for code, shape in self.shapes.items()
        )
        lines = "".join(_outline(shape) for shape in self.shapes.values())
        return (
            f'<symbol id={quoteattr(key)} viewBox="0 0 {self.width:.0f} {self.height:.0f}">'
            f'<rect class="sea" width="{self.width:.0f}" height="{self.height:.0f}"/>'
            f'<path class="near" d="{"".join(_outline(shape) for shape in near)}"/>{land}'
            f'<path class="border" d="{lines}"/></symbol>'
        )

    def draw(self, view: View, ground: str, title: str, description: str, scale: str) -> str:
        """Return one map.

        Parameters
        ----------
        view
            What it shows.
        ground
            Id of the shared layer, which must stand earlier in the page.
        title, description
            What it shows, and what can be read from it, for those who do not see it.
        scale
            Text at the scale bar, with ``{km}``.
        """
        rows = self._rows(view)
        schools = self._schools(view)
        points = self.project(schools["x"], schools["y"])
        parts = [
            f'<use href="#{ground}"/>',
            self._catchments(rows),
            self._arrows(rows, schools),
            _symbols(points, schools["state"].tolist()),
            "".join(_text(label) for label in self.labels),
            self._scale_bar(scale),
        ]
        size = f'viewBox="0 0 {self.width:.0f} {self.height:.0f}"'
        return (
            f'<svg class="map" role="img" {size} aria-label={quoteattr(f"{title}. {description}")}>'
            f"{''.join(parts)}</svg>"
        )

    def draw_minutes(
        self, view: View, ground: str, title: str, description: str, scale: str
    ) -> str:
        """Return a map of equal time: each square by the minutes to its school.

        Parameters
        ----------
        view, ground, title, description, scale
            As for :meth:`draw`.
        """
        rows, schools = self._rows(view), self._schools(view)
        place = np.searchsorted(np.array(MINUTE_CLASSES), rows["minutes"].to_numpy(np.float64))
        squares = "".join(
            f'<path class="own t{k}" '
            f'd="{"".join(self.squares[str(cell)] for cell in rows["cell"][place == k])}"/>'
            for k in range(len(MINUTE_CLASSES) + 1)
            if (place == k).any()
        )
        parts = [
            f'<use href="#{ground}"/>',
            squares,
            _symbols(self.project(schools["x"], schools["y"]), schools["state"].tolist()),
            "".join(_text(label) for label in self.labels),
            self._scale_bar(scale),
        ]
        size = f'viewBox="0 0 {self.width:.0f} {self.height:.0f}"'
        return (
            f'<svg class="map" role="img" {size} aria-label={quoteattr(f"{title}. {description}")}>'
            f"{''.join(parts)}</svg>"
        )

    def draw_routes(
        self, calls: pd.DataFrame, ground: str, title: str, description: str, scale: str
    ) -> str:
        """Return a map of bus routes: straight from call to call, schools as dots.

        Parameters
        ----------
        calls
            Calls that may be published, in order within each route: ``route, kind, x, y``.
        ground, title, description, scale
            As for :meth:`draw`.
        """
        ways = []
        for _, group in calls.groupby("route", sort=True):
            at = self.project(group["x"], group["y"])
            ways.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in at))
        schools = calls[calls["kind"] != "stop"].drop_duplicates(["x", "y"])
        stops = calls[calls["kind"] == "stop"].drop_duplicates(["x", "y"])
        dots = "".join(
            f'<circle class="stop" cx="{x:.1f}" cy="{y:.1f}" r="1.6"/>'
            for x, y in self.project(stops["x"], stops["y"])
        )
        parts = [
            f'<use href="#{ground}"/>',
            f'<path class="route" d="{"".join(ways)}"/>',
            dots,
            _symbols(self.project(schools["x"], schools["y"]), ["open"] * len(schools)),
            "".join(_text(label) for label in self.labels),
            self._scale_bar(scale),
        ]
        size = f'viewBox="0 0 {self.width:.0f} {self.height:.0f}"'
        return (
            f'<svg class="map" role="img" {size} aria-label={quoteattr(f"{title}. {description}")}>'
            f"{''.join(parts)}</svg>"
        )

    def _rows(self, view: View) -> pd.DataFrame:
        """Return squares of a view: cell, residence, unit, school, provider, pupils.

        A square whose children are split between units shows the unit that most of them go to.
        Squares of the open census grid are all shown; of places that a municipality gave itself
        only those with so many pupils that none of them is pointed out.
        """
        cells = self.results.tables["cells"].set_index("cell")
        few = cells["own_places"].astype(bool) & (cells["children"] < THRESHOLD)
        rows = self.results.tables["assignments"]
        rows = rows[
            (rows["scenario"] == view.scenario) & (rows["period"] == view.period)
            & (rows["stage"] == view.stage) & (rows["language"] == view.language)
        ]  # fmt: skip
        rows = rows[~rows["cell"].map(few).astype(bool)]
        rows = rows.sort_values("pupils", ascending=False).drop_duplicates("cell")
        provider = self.results.tables["schools"].set_index("school")["municipality"]
        return rows.assign(provider=rows["school"].map(provider))

    def _catchments(self, rows: pd.DataFrame) -> str:
        crossing = rows["municipality"] != rows["provider"]
        return self._paths(rows[~crossing], "own") + self._paths(rows[crossing], "crosses")

    def _paths(self, rows: pd.DataFrame, kind: str) -> str:
        return "".join(
            f'<path class="{kind} c{self.places[str(provider)]}" '
            f'd="{"".join(self.squares[str(cell)] for cell in group["cell"])}"/>'
            for provider, group in rows.groupby("provider")
        )

    def _schools(self, view: View) -> pd.DataFrame:
        """Return schools of a view: x, y and state, "open", "closed", "new" or "outside"."""
        table = self.results.tables["schools"]
        units = self.results.tables["units"]
        units = units[
            (units["scenario"] == view.scenario) & (units["stage"] == view.stage)
            & (units["language"] == view.language)
        ]  # fmt: skip
        now = units[units["period"] == view.period].set_index("school")["open"].astype(bool)
        new = set(table.loc[table["kind"] == "candidate", "school"])
        states = {}
        for school, is_open in now.items():
            if is_open:
                states[school] = "new" if school in new else "open"
            elif school not in new:
                states[school] = "closed"
        outside = ~table["planned"].astype(bool) & (table["language"] == view.language)
        states |= dict.fromkeys(table.loc[outside, "school"], "outside")
        shown = table[table["school"].isin(states)]
        return shown.assign(state=shown["school"].map(states))

    def _arrows(self, rows: pd.DataFrame, schools: pd.DataFrame) -> str:
        """Draw where those go who cross a border, from the middle of each group to its school."""
        crossing = rows[rows["municipality"] != rows["provider"]]
        cells = self.results.tables["cells"].set_index("cell")
        at = schools.set_index("school")
        drawn = []
        for (_, school), group in crossing.groupby(["municipality", "school"]):
            if group["pupils"].sum() < THRESHOLD or school not in at.index:
                continue
            start = cells.loc[group["cell"], ["x", "y"]].mean()
            ends = self.project([start["x"], at.at[school, "x"]], [start["y"], at.at[school, "y"]])
            drawn.append(_arrow(ends[0], ends[1]))
        return "".join(drawn)

    def _scale_bar(self, text: str) -> str:
        longest = 0.3 * self.width / self.scale / 1000.0
        km = max((k for k in (1, 2, 5, 10, 20, 50, 100) if k <= longest), default=1)
        right, y = self.width - 10.0, self.height - 12.0
        left = right - km * 1000.0 * self.scale
        return (
            f'<path class="scale" d="M{left:.1f} {y - 5:.1f}v5H{right:.1f}v-5"/>'
            f'<text class="km" x="{(left + right) / 2:.1f}" y="{y - 4:.1f}">'
            f"{escape(text.format(km=km))}</text>"
        )


def _frame(own: pd.DataFrame, cells: pd.DataFrame) -> tuple[float, float, float, float]:
    """Return the edges of the maps, in metres: where children live, no more sea than needed."""
    land = shapely.total_bounds(shapely.from_wkb(own["wkb"]))
    x, y = cells["x"].to_numpy(np.float64), cells["y"].to_numpy(np.float64)
    lived = np.array([x.min() - SHORE, y.min() - SHORE, x.max() + SHORE, y.max() + SHORE])
    left, bottom = np.maximum(land[:2], lived[:2])
    right, top = np.minimum(land[2:], lived[2:])
    return float(left), float(bottom), float(right), float(top)


def square_corners(cells: pd.DataFrame) -> FloatArray:
    """Return the corners of squares in EPSG:3067, shape (n, 4, 2).

    Squares of the European grid are named by their south-western corner in EPSG:3035; a place
    that is named otherwise becomes a square of 1 km round its middle.
    """
    middle = cells[["x", "y"]].to_numpy(np.float64)
    offsets = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    corners = middle[:, None, :] + 1000.0 * offsets
    named = cells["cell"].astype(str).str.extract(_GRID_ID)
    known = named[0].notna().to_numpy()
    if known.any():
        grid = named[known]
        size = grid[0].astype(float) * grid[1].map({"km": 1000.0, "m": 1.0})
        unit = grid[1].map({"km": 1000.0, "m": 1.0})
        west, south = grid[3].astype(float) * unit, grid[2].astype(float) * unit
        centre = np.column_stack([west + size / 2, south + size / 2])
        box = centre[:, None, :] + size.to_numpy()[:, None, None] * offsets
        to_finland = Transformer.from_crs(3035, 3067, always_xy=True)
        x, y = to_finland.transform(box[..., 0].ravel(), box[..., 1].ravel())
        corners[known] = np.column_stack([x, y]).reshape(-1, 4, 2)
    return corners


def _visible(shape: shapely.Geometry, width: float, height: float) -> shapely.Geometry:
    """Return the part of a shape within the picture, or all of it if none is."""
    within = shapely.intersection(shape, shapely.box(0.0, 0.0, width, height))
    return shape if within.is_empty else within


def _path(points: FloatArray) -> str:
    """Return a closed path, relative and with one decimal."""
    first, *rest = np.round(points, 1)
    text, at = f"M{first[0]:g} {first[1]:g}", first
    for point in rest:
        step = np.round(point - at, 1) + 0.0
        text += f"l{step[0]:g} {step[1]:g}"
        at = point
    return text + "z"


def _outline(shape: shapely.Geometry) -> str:
    parts = []
    for polygon in shapely.get_parts(shape):
        if isinstance(polygon, shapely.Polygon) and not polygon.is_empty:
            rings = [polygon.exterior, *polygon.interiors]
            parts += [_path(np.asarray(ring.coords)[:-1]) for ring in rings]
    return "".join(parts)


def _arrow(start: FloatArray, end: FloatArray) -> str:
    """Return a line that bends a little, with a head short of its end."""
    along = end - start
    length = float(np.hypot(*along))
    if length < 14.0:
        return ""
    unit = along / length
    side = np.array([-unit[1], unit[0]])
    tip = end - 6.0 * unit
    bend = (start + tip) / 2.0 + 0.10 * length * side
    back = (tip - bend) / float(np.hypot(*(tip - bend)))
    flank = np.array([-back[1], back[0]])
    left, right = tip - 6.0 * back + 3.0 * flank, tip - 6.0 * back - 3.0 * flank
    line = f"M{start[0]:.1f} {start[1]:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {tip[0]:.1f} {tip[1]:.1f}"
    head = f"M{left[0]:.1f} {left[1]:.1f}L{tip[0]:.1f} {tip[1]:.1f}L{right[0]:.1f} {right[1]:.1f}"
    return f'<path class="halo" d="{line}{head}"/><path class="arrow" d="{line}{head}"/>'


def symbol(state: str, x: float, y: float) -> str:
    """Return the sign of a school: dot (open), cross (closed), triangle (new), ring (outside)."""
    at = f"{x:.1f} {y:.1f}"
    if state == "closed":
        cross = f"M{at}m-4.5 -4.5l9 9m0 -9l-9 9"
        return f'<path class="halo" d="{cross}"/><path class="closed" d="{cross}"/>'
    if state == "new":
        return f'<path class="new" d="M{at}m0 -6l5.5 9.5h-11z"/>'
    if state == "outside":
        return f'<rect class="outside" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>'
    return f'<circle class="open" cx="{x:.1f}" cy="{y:.1f}" r="4.2"/>'


def _symbols(points: FloatArray, states: list[str]) -> str:
    order = {"outside": 0, "closed": 1, "open": 2, "new": 3}
    drawn = sorted(zip(states, points, strict=True), key=lambda pair: order[pair[0]])
    return "".join(symbol(state, float(point[0]), float(point[1])) for state, point in drawn)


def _text(label: Label) -> str:
    return (
        f'<text class="place" x="{label.x:.1f}" y="{label.y + 5:.1f}">{escape(label.text)}</text>'
    )
