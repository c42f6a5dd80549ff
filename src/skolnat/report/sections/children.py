"""The forecast of children: a fan for the region and each municipality, and its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from skolnat.report import charts, tables
from skolnat.report.blocks import Cell, Figure, Paragraph, Picture, Row, Section, Swatch, Table
from skolnat.report.context import Context
from skolnat.report.results import keyed


def children(c: Context) -> Section:
    """Return the forecast of 7-15-year-olds."""
    unknown = _unknown_years(c)
    return Section(
        "children",
        c.t("children.title"),
        (
            Paragraph(c.t("children.text", base=c.results.base_year)),
            *_brought(c),
            _fans(c, unknown),
            _table(c, unknown),
        ),
    )


def _brought(c: Context) -> tuple[Paragraph, ...]:
    """Return what the study brought to the forecast, so that no future passes for another."""
    told: Mapping[str, Any] = c.results.summary.get("forecast", {})
    scenario = str(told.get("scenario", "reference"))
    keys = [] if scenario == "reference" else [f"scenario_{scenario}"]
    keys += [key for key in ("population", "housing") if told.get(key)]
    return (Paragraph(" ".join(c.t(f"children.{key}") for key in keys)),) if keys else ()


def _unknown_years(c: Context) -> tuple[str, ...]:
    """Return the note on years between the last register and the forecast, if there are any."""
    known = tables.history(c.results)
    everywhere = (known["municipality"] == "") & ~known["estimated"].astype(bool)
    counted = known[everywhere]["year"]
    base = c.results.base_year
    if counted.empty or int(counted.max()) >= base - 1:
        return ()
    return (c.t("children.unknown_years", last=int(counted.max()), base=base),)


def _places(c: Context) -> list[str]:
    return ["", *c.names]


def _fans(c: Context, unknown: tuple[str, ...]) -> Figure:
    told = c.results.tables["forecast"]
    told = told[told["age_group"] == "7-15"].sort_values("year")
    known = tables.history(c.results)
    pictures = []
    for code in _places(c):
        ahead = told[told["municipality"] == code][["year", "p10", "p50", "p90"]]
        past = known[known["municipality"] == code][["year", "persons", "estimated"]]
        svg = charts.to_svg(
            charts.fan(past, ahead), c.language, f"fan-{code or 'all'}", _told(c, code, ahead)
        )
        pictures.append(Picture(svg, c.region if not code else c.place(code)))
    legend = tuple(
        Swatch(svg, c.t(f"children.legend_{key}"))
        for key, svg in (("known", _line("--ink")), ("median", _line("--blue")), ("band", _BAND))
    )
    return Figure(
        key="fans",
        caption=c.t("children.fan_caption", base=c.results.base_year),
        pictures=tuple(pictures),
        legend=legend,
        badges=("estimated",) if unknown else (),
        source=c.t("source.forecast"),
        notes=(c.t("children.fan_note"), *unknown),
        layout="many",
    )


def _line(ink: str) -> str:
    return f'<path d="M1 8h18" fill="none" stroke="var({ink})" stroke-width="2.5"/>'


_BAND = '<rect x="1" y="3" width="18" height="10" fill="var(--sky)" fill-opacity=".55"/>'


def _told(c: Context, code: str, ahead: pd.DataFrame) -> str:
    first, last = ahead.iloc[0], ahead.iloc[-1]
    return c.t(
        "children.described",
        place=c.region if not code else c.place(code),
        first=int(first["year"]), last=int(last["year"]),
        start=c.n.number(float(first["p50"])), end=c.n.number(float(last["p50"])),
        interval=c.n.interval(c.n.number(float(last["p10"])), c.n.number(float(last["p90"]))),
    )  # fmt: skip


def _table(c: Context, unknown: tuple[str, ...]) -> Table:
    forecast = keyed(tables.forecast(c.results), "municipality", "year")
    years = tables.forecast_years(c.results)
    rows = []
    for code in [*c.names, ""]:
        cells = [_persons(c, forecast[code, year]) for year in years]
        cells.append(_change(c, forecast[code, years[-1]]))
        rows.append(Row(Cell(c.place(code)), tuple(cells), "" if code else "total"))
    return Table(
        key="forecast",
        caption=c.t("children.table_caption"),
        columns=(
            c.t("word.municipality"),
            *(str(year) for year in years),
            c.t("children.change", first=years[0], last=years[-1]),
        ),
        rows=tuple(rows),
        badges=("estimated",) if unknown else (),
        source=c.t("source.forecast"),
        notes=(c.t("children.table_note"), *unknown),
    )


def _persons(c: Context, at: Mapping[str, Any]) -> Cell:
    middle = c.n.number(at["p50"])
    interval = c.n.interval(c.n.number(at["p10"]), c.n.number(at["p90"]))
    return Cell(middle if middle == interval else f"{middle}\n({interval})", "number")


def _change(c: Context, at: Mapping[str, Any]) -> Cell:
    change = c.n.percent(at["change"], signed=True)
    low, high = (c.n.number(100.0 * at[f"change_{end}"]) for end in ("low", "high"))
    return Cell(f"{change}\n({c.n.interval(low, high)})", "number")
