"""The picture of a back-test: how far off, and how honest, by horizon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from skolnat.forecast.backtest import EMPIRICAL, MODEL, Backtest

if TYPE_CHECKING:
    import altair as alt


def chart(tested: Backtest, ages: str = "7-15") -> alt.FacetChart:
    """Return bars of the mean absolute percentage error by method, one panel a horizon.

    Parameters
    ----------
    tested
        A finished back-test.
    ages
        Age group.
    """
    import altair as alt

    table = tested.table()
    table = table[(table["ages"] == ages) & (table["method"] != EMPIRICAL)].assign(
        own=lambda t: t["method"] == MODEL
    )
    base: Any = alt.Chart(table).encode(
        y=alt.Y("method:N", title=None, sort=alt.EncodingSortField("mape")),
        x=alt.X("mape:Q", title="Mean absolute percentage error, %"),
    )
    colour = alt.Color("own:N", legend=None, scale=alt.Scale(range=["#9aa5b1", "#0b5fa5"]))
    bars = base.mark_bar().encode(color=colour)
    numbers = base.mark_text(align="left", dx=3).encode(text=alt.Text("mape:Q", format=".1f"))
    layered: Any = bars + numbers
    panels: Any = layered.properties(width=320).facet(
        row=alt.Row("horizon:O", title="Years ahead"), title=f"Children of {ages}"
    )
    facet: alt.FacetChart = panels.resolve_scale(y="independent")
    return facet


def write_picture(tested: Backtest, path: Path, ages: str = "7-15") -> None:
    """Write the chart to a file; its ending (.svg, .png, .html) says as what."""
    chart(tested, ages).save(path)
