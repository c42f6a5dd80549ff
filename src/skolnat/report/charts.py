"""Charts as Vega-Lite, by altair: one specification for page, PDF and notebook.

A specification is drawn with a fixed set of inks. :func:`to_svg` draws it for print or, for a
page, puts CSS variables in the inks' place, so that a chart follows dark and light.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import altair as alt
import pandas as pd

from skolnat.common.languages import Language
from skolnat.report.numbers import MINUS, NO_BREAK, Numbers

INKS: Final[Mapping[str, str]] = {
    "#1b1f24": "--ink",
    "#59636e": "--soft",
    "#d1d9e0": "--line",
    "#0a5ca8": "--blue",
    "#b5460f": "--rust",
    "#8a6d00": "--sand",
    "#7fb2dd": "--sky",
    "#fffffe": "--paper",
}
"""Inks of the charts and the variables of the page that stand for them."""

INK, SOFT, LINE, BLUE, RUST, SAND, SKY, PAPER = INKS

Spec = dict[str, Any]


def fan(known: pd.DataFrame, ahead: pd.DataFrame, *, width: int = 250, height: int = 130) -> Spec:
    """Return the forecast of one place: what is known, the median and the 10-90 % band.

    Parameters
    ----------
    known
        ``year, persons, estimated``; may be empty. A line joins years that follow on each other.
    ahead
        ``year, p10, p50, p90``.
    width, height
        Of the plot.
    """
    return _fan(_records(known), _records(ahead), width, height)


@cache
def _fan(known_records: str, ahead_records: str, width: int, height: int) -> Spec:
    """Build a fan once for all languages: only the axes' numbers differ, when drawn."""
    known, ahead = (pd.DataFrame(json.loads(text)) for text in (known_records, ahead_records))
    last, base = int(ahead["year"].max()), int(ahead["year"].min())
    first = int(known["year"].min()) if len(known) else base
    years = alt.X("year:Q").scale(domain=[first, last], nice=False)
    years = years.axis(format="d", values=_ticks(first, base, last), grid=False, title=None)
    persons = alt.Y("p90:Q").scale(zero=True, nice=True).axis(tickCount=4, title=None)
    band = alt.Chart(_data(ahead)).mark_area(color=SKY, opacity=0.55)
    layers = [
        band.encode(x=years, y=persons, y2="p10:Q"),
        alt.Chart(_data(ahead)).mark_line(color=BLUE, strokeWidth=2).encode(x="year:Q", y="p50:Q"),
        alt.Chart(_data(pd.DataFrame({"year": [base]})))
        .mark_rule(color=SOFT, strokeDash=[2, 3])
        .encode(x="year:Q"),
    ]
    if len(known):
        runs = (known["year"].diff() > 1).cumsum()
        ink = known["estimated"].map({True: SOFT, False: INK})
        line = alt.Chart(_data(known.assign(run=runs, ink=ink))).encode(x="year:Q", y="persons:Q")
        layers += [
            line.mark_line(color=INK, strokeWidth=1.5).encode(detail="run:N"),
            line.mark_point(filled=True, size=18, opacity=1).encode(
                color=alt.Color("ink:N", scale=None)
            ),
        ]
    return _spec(alt.layer(*layers), width, height)


def _ticks(first: int, base: int, last: int) -> list[int]:
    """Return the years at the axis: every tenth, the base year, and the last."""
    wanted = [base, *range(base - base % 10 + 10, last + 1, 10), last]
    if base - first >= 5:
        wanted.append(first)
    kept: list[int] = []
    for year in wanted:
        if all(abs(year - other) >= 4 for other in kept):
            kept.append(year)
    return sorted(kept)


def waterfall(
    steps: pd.DataFrame, labels: Sequence[str], numbers: Numbers, *, width: int = 240
) -> Spec:
    """Return the steps from one scenario's cost to the next, in millions of euros.

    Parameters
    ----------
    steps
        ``start, end, total``, see :func:`skolnat.report.money_tables.waterfall`; euros.
    labels
        Name of each row.
    numbers
        Writes the figures.
    width
        Of the plot.
    """
    rows = steps.assign(
        row=[f"{k:02d}" for k in range(len(steps))],
        start=steps["start"] / 1e6,
        end=steps["end"] / 1e6,
    )
    changes = rows["end"] - rows["start"]
    rows["text"] = [numbers.number(float(value), 2, signed=True) for value in changes]
    rows["colour"] = [
        BLUE if total else SAND if change < 0 else RUST
        for total, change in zip(rows["total"], changes, strict=True)
    ]
    texts = dict(zip(rows["row"].astype(str), labels, strict=True))
    axis = alt.Axis(
        title=None, domain=False, ticks=False, grid=False, labelLimit=170,
        labelExpr=_lines(texts),
    )  # fmt: skip
    ends = [0.0, *rows["start"], *rows["end"]]
    low, high = min(ends), max(ends)
    room = 0.28 * max(high - low, 1e-6)
    rows["edge"] = high + room  # all figures stand in one column
    base = alt.Chart(_data(rows[["row", "start", "end", "edge", "text", "colour"]]))
    scale = alt.Scale(domain=[low, high + room], nice=False)
    bars = base.mark_bar(height=13).encode(
        y=alt.Y("row:N", axis=axis, sort=None),
        x=alt.X("start:Q", scale=scale, axis=alt.Axis(title=None, tickCount=4)),
        x2="end:Q",
        color=alt.Color("colour:N", scale=None),
    )
    words = base.mark_text(align="right", color=INK, fontSize=12).encode(
        y=alt.Y("row:N", sort=None), x="edge:Q", text="text:N"
    )
    return _spec(bars + words + _zero(), width, 22 * len(rows))


def stacked(
    shares: pd.DataFrame, rows: Sequence[str], parts: Sequence[str], texts: Mapping[str, str],
    *, width: int = 260,
) -> Spec:  # fmt: skip
    """Return one bar of 100 % a row.

    Parameters
    ----------
    shares
        ``row, part, share`` (0..1) and ``text``, which is written where there is room.
    rows, parts
        Order of the rows; order of the parts, light to dark.
    texts
        Name of each row.
    width
        Of the plot.
    """
    inks = dict(zip(parts, (LINE, SKY, BLUE), strict=True))
    words = dict(zip(parts, (INK, INK, PAPER), strict=True))
    frame = shares.copy()
    frame["end"] = frame.groupby("row", sort=False)["share"].cumsum()
    frame["start"] = frame["end"] - frame["share"]
    frame["middle"] = (frame["start"] + frame["end"]) / 2.0
    frame["colour"] = frame["part"].map(inks)
    frame["ink"] = frame["part"].map(words)
    frame["text"] = frame["text"].where(frame["share"] >= 0.13, "")
    axis = alt.Axis(
        title=None, domain=False, ticks=False, grid=False, labelLimit=170,
        labelExpr=_lines(texts),
    )  # fmt: skip
    base = alt.Chart(_data(frame)).encode(y=alt.Y("row:N", sort=list(rows), axis=axis))
    bars = base.mark_bar(height=20, stroke=PAPER, strokeWidth=1).encode(
        x=alt.X("start:Q", axis=None, scale=alt.Scale(domain=[0, 1])),
        x2="end:Q",
        color=alt.Color("colour:N", scale=None),
    )
    written = base.mark_text(fontSize=12, fontWeight="bold").encode(
        x="middle:Q", text="text:N", color=alt.Color("ink:N", scale=None)
    )
    return _spec(bars + written, width, 30 * len(rows))


def histogram(
    bars: pd.DataFrame, labels: Sequence[str], most: float, title: str,
    *, width: int = 250, height: int = 150,
) -> Spec:  # fmt: skip
    """Return counts by class as standing bars.

    Parameters
    ----------
    bars
        ``label, pupils``; a class that is hidden has no row.
    labels
        Classes in order.
    most
        Upper end of the axis, the same for charts that stand beside one another.
    title
        What the classes are, and their unit.
    width, height
        Of the plot.
    """
    base = alt.Chart(_data(bars))
    across = alt.X("label:N", sort=list(labels)).scale(domain=list(labels))
    across = across.axis(title=title, titleColor=SOFT, titleFontWeight="normal", titleFontSize=13,
                         labelAngle=-40, labelOverlap=False, ticks=False)  # fmt: skip
    up = alt.Y("pupils:Q").scale(domain=[0, most]).axis(tickCount=4, title=None)
    return _spec(base.mark_bar(color=BLUE).encode(x=across, y=up), width, height)


def winners(gains: pd.DataFrame, numbers: Numbers, *, width: int = 250) -> Spec:
    """Return gains before transfers as bars to either side, the fair share as a mark.

    Parameters
    ----------
    gains
        ``name, before_transfer, share`` (NaN: withheld); thousands of euros a year.
    numbers
        Writes the figures.
    width
        Of the plot.
    """
    frame = gains.sort_values("before_transfer", ascending=False)
    frame["text"] = [numbers.number(value, signed=True) for value in frame["before_transfer"]]
    frame["colour"] = (frame["before_transfer"] >= 0).map({True: BLUE, False: RUST})
    ends = [0.0, *frame["before_transfer"], *frame["share"].dropna()]
    low, high = min(ends), max(ends)
    room = 0.28 * max(high - low, 1e-6)
    frame["edge"] = high + room  # all figures stand in one column
    scale = alt.Scale(domain=[low - 0.1 * room, high + room], nice=False)
    names = alt.Y("name:N", sort=frame["name"].tolist()).axis(
        title=None, domain=False, ticks=False, grid=False, labelLimit=170
    )
    columns = ["name", "before_transfer", "share", "text", "colour", "edge"]
    base = alt.Chart(_data(frame[columns])).encode(y=names)
    size = alt.X("before_transfer:Q", scale=scale).axis(title=None, tickCount=3)
    layers = [
        base.mark_bar(height=14).encode(x=size, color=alt.Color("colour:N", scale=None)),
        base.mark_text(align="right", color=INK, fontSize=12).encode(x="edge:Q", text="text:N"),
        _zero(),
    ]
    if frame["share"].notna().any():
        layers.append(
            base.mark_point(
                shape="diamond", size=120, filled=True, color=SAND, stroke=PAPER, opacity=1
            ).encode(x="share:Q")
        )
    return _spec(alt.layer(*layers), width, 24 * len(frame))


def _lines(texts: Mapping[str, str]) -> str:
    """Return the expression that puts names of rows at an axis, long ones on two lines."""
    split = {row: textwrap.wrap(text, 20) for row, text in texts.items()}
    return f"{json.dumps(split)}[datum.value]"


def _zero() -> Any:
    return alt.Chart(_data(pd.DataFrame({"zero": [0.0]}))).mark_rule(color=INK).encode(x="zero:Q")


def _records(frame: pd.DataFrame) -> str:
    text: str = frame.to_json(orient="records", double_precision=6)
    return text


def _data(frame: pd.DataFrame) -> alt.InlineData:
    return alt.InlineData(values=json.loads(_records(frame)))


def _spec(chart: Any, width: int, height: int) -> Spec:
    axis = {
        "labelColor": SOFT, "labelFontSize": 13, "gridColor": LINE, "domainColor": SOFT,
        "tickColor": SOFT, "labelFont": "sans-serif",
    }  # fmt: skip
    sized = chart.properties(width=width, height=height, background="transparent")
    done = sized.configure(aria=False, padding=2).configure_view(stroke=None)
    done = done.configure_axis(**axis).configure_axisY(labelColor=INK)
    spec: Spec = done.to_dict(validate=False)
    return spec


def locale(language: Language) -> dict[str, Any]:
    """Return how d3 writes numbers in a language."""
    numbers = Numbers(language)
    thousands = "," if language == "en" else NO_BREAK
    return {
        "decimal": numbers.point, "thousands": thousands, "grouping": [3],
        "currency": ["", ""], "minus": MINUS,
    }  # fmt: skip


def to_svg(spec: Spec, language: Language, key: str, description: str = "") -> str:
    """Draw a chart for a page.

    Parameters
    ----------
    spec
        Of a function of this module.
    language
        How numbers at the axes are written.
    key
        Unlike that of any other chart of the page: ids within the drawing begin with it.
    description
        For those who do not see the chart; "" makes it a decoration beside a table.

    Returns
    -------
    str
        An ``svg`` element that takes the width it is given.
    """
    svg = _drawn(json.dumps(spec, sort_keys=True), json.dumps(locale(language), sort_keys=True))
    for ink, variable in INKS.items():
        svg = svg.replace(f'"{ink}"', f'"var({variable})"')
    svg = re.sub(r'\bid="', f'id="{key}-', svg)
    svg = svg.replace('url("#', f'url("#{key}-').replace("url(#", f"url(#{key}-")
    named = (
        f'role="img" aria-label={quoteattr(description)}' if description else 'aria-hidden="true"'
    )
    return re.sub(
        r'<svg [^>]*?width="([\d.]+)"[^>]*?(viewBox="[^"]+")>',
        lambda m: (
            f'<svg class="chart" {named} {m[2]} style="max-width:{float(m[1]) * 1.25:.0f}px">'
        ),
        svg,
        count=1,
    )


@cache
def _drawn(spec: str, locale: str) -> str:
    """Draw once what is the same in several languages."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(spec, format_locale=json.loads(locale))
    return re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", svg)
