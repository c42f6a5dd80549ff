"""What of the buses may be published: no stop that points at a child, and no count of riders.

A stop at which one or two pupils get on tells where they live. Such stops are left out of
everything that is public, as the carrier's timetable alone needs them; a route of which no stop
is left is left out with them. Counts of riders are left out everywhere, so that none can be
brought back by subtraction; a municipality's cost is shown only where it carries three or more.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from skolnat.transport.tables import Tables

LEAST_SHOWN: Final = 3
"""Pupils; fewer at a stop are not shown, as in every report."""

_COUNTS: Final = ("pupils", "peak", "on", "off", "load", "pupil_km_a_day")


def public(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the tables that may be published: routes, their calls, costs.

    Parameters
    ----------
    tables
        As :func:`skolnat.transport.tables.tables_of` makes them.
    """
    days = tables["bus_days"]
    waiting = days[days["carried"].astype(bool)].groupby("stop")["pupils"].sum()
    small = set(waiting[waiting < LEAST_SHOWN].index)
    calls = tables["route_stops"]
    calls = calls[~((calls["kind"] == "stop") & calls["stop"].isin(small))]
    with_stops = set(calls.loc[calls["kind"] == "stop", "route"])
    calls = calls[calls["route"].isin(with_stops)]
    calls = calls.assign(call=calls.groupby("route").cumcount() + 1)
    routes = tables["bus_routes"]
    routes = routes[routes["route"].isin(with_stops)]
    costs = tables["bus_costs"]
    costs = costs[costs["pupils"] >= LEAST_SHOWN]
    shown = {"bus_routes": routes, "route_stops": calls, "bus_costs": costs}
    return {
        name: table.drop(columns=[c for c in _COUNTS if c in table]).reset_index(drop=True)
        for name, table in shown.items()
    }
