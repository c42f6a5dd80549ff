"""The picture of a back-test: how far off, and how honest, by horizon."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from skolnat.common.faults import Fault, InvalidInput
from skolnat.common.languages import Language, catalogue
from skolnat.forecast.backtest import EMPIRICAL, MODEL, Backtest

if TYPE_CHECKING:
    import altair as alt

ENDINGS: Final = (".svg", ".png")
"""What a picture may be written as."""


def chart(tested: Backtest, ages: str = "7-15", language: Language = "en") -> alt.FacetChart:
    """Return bars of the mean absolute percentage error by method, one panel a horizon.

    Parameters
    ----------
    tested
        A finished back-test.
    ages
        Age group.
    language
        Language of titles and methods.
    """
    import altair as alt

    words = catalogue("skolnat.forecast", "picture", language)
    table = tested.table()
    table = table[(table["ages"] == ages) & (table["method"] != EMPIRICAL)].assign(
        own=lambda t: t["method"] == MODEL,
        method=lambda t: [words[f"method.{name}"] for name in t["method"]],
    )
    base: Any = alt.Chart(table).encode(
        y=alt.Y("method:N", title=None, sort=alt.EncodingSortField("mape")),
        x=alt.X("mape:Q", title=words["error"]),
    )
    colour = alt.Color("own:N", legend=None, scale=alt.Scale(range=["#9aa5b1", "#0b5fa5"]))
    bars = base.mark_bar().encode(color=colour)
    numbers = base.mark_text(align="left", dx=3).encode(text=alt.Text("mape:Q", format=".1f"))
    layered: Any = bars + numbers
    panels: Any = layered.properties(width=320).facet(
        row=alt.Row("horizon:O", title=words["ahead"]), title=words["children"].format(ages=ages)
    )
    facet: alt.FacetChart = panels.resolve_scale(y="independent")
    return facet


def write_picture(
    tested: Backtest, path: Path, ages: str = "7-15", language: Language = "en"
) -> None:
    """Write the chart to a file, whole or not at all.

    Parameters
    ----------
    tested
        A finished back-test.
    path
        Ends in ``.svg`` or ``.png``.
    ages, language
        See :func:`chart`.

    Raises
    ------
    InvalidInput
        See :func:`check_picture_path`.
    """
    check_picture_path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part{path.suffix}")
    try:
        chart(tested, ages, language).save(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def check_picture_path(path: Path) -> None:
    """Raise :class:`InvalidInput` when no picture can be written to a path."""
    if path.suffix not in ENDINGS:
        raise InvalidInput([Fault("forecast.not_a_picture", file=str(path))])
    if not path.parent.is_dir():
        raise InvalidInput([Fault("forecast.no_folder", file=str(path))])
