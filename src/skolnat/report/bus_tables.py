"""What a report tells of the bus routes: how many, what they cost whom, and their timetables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skolnat.report.results import Results, once
from skolnat.report.suppress import is_small
from skolnat.transport.public import public
from skolnat.transport.tables import COLUMNS


def has_routes(results: Results) -> bool:
    """Tell whether a study has planned bus routes."""
    return bool(results.summary.get("buses"))


@once
def by_scenario(results: Results) -> pd.DataFrame:
    """Return the routes of each scenario as means a year over the plan.

    Returns
    -------
    DataFrame
        ``scenario, morning, afternoon`` (vehicles in the last period), ``km`` (a school day),
        ``eur`` (a year), ``pupils`` (carried), ``minutes`` (mean daily journey of theirs, both
        ways with walk and waiting), ``over`` (pupils whose day exceeds § 32; NaN: hidden).
    """
    weight = _weights(results)
    routes, days = results.tables["bus_routes"], results.tables["bus_days"]
    costs, rows = results.tables["bus_costs"], results.tables["assignments"]
    last = int(results.periods["period"].max())
    found = []
    for scenario in results.scenarios:
        own = routes[routes["scenario"] == scenario]
        ends = own[own["period"] == last]
        day = days[days["scenario"] == scenario]
        carried = day[day["carried"].astype(bool)]
        riding = (carried["pupils"] * carried["period"].map(weight)).to_numpy(np.float64)
        total = float(riding.sum())
        minutes = float((riding * carried["daily_minutes"].to_numpy(np.float64)).sum())
        # Expected pupils with a walk of their own, as in every other table of the report.
        rides = rows[(rows["scenario"] == scenario) & rows["carried"].astype(bool)]
        over = float((rides["over"] * rides["pupils"] * rides["period"].map(weight)).sum())
        mine = costs[costs["scenario"] == scenario]
        found.append(
            {
                "scenario": scenario,
                "morning": int((ends["direction"] == "morning").sum()),
                "afternoon": int((ends["direction"] == "afternoon").sum()),
                "km": float((own["km"] * own["period"].map(weight)).sum()),
                "eur": float((mine["eur_a_year"] * mine["period"].map(weight)).sum()),
                "pupils": total,
                "minutes": minutes / total if total else np.nan,
                "over": np.nan if is_small(over) else over,
            }
        )
    return pd.DataFrame(found)


@once
def by_municipality(results: Results) -> pd.DataFrame:
    """Return what each municipality pays for routes, euros a year, means over the plan.

    Returns
    -------
    DataFrame
        ``scenario, municipality, eur`` (NaN where it carries fewer pupils than are shown).
    """
    costs = results.tables["bus_costs"]
    weight = costs["period"].map(_weights(results))
    told = costs.assign(eur=costs["eur_a_year"] * weight, mean=costs["pupils"] * weight)
    sums = told.groupby(["scenario", "municipality"], as_index=False)[["eur", "mean"]].sum()
    sums["eur"] = sums["eur"].mask(is_small(sums["mean"]))
    return sums[["scenario", "municipality", "eur"]]


def public_routes(results: Results, scenario: str, period: int) -> dict[str, pd.DataFrame]:
    """Return what may be published of the routes of a plan in one period."""
    chosen = {}
    for name in COLUMNS:
        table = results.tables[name]
        mine = (table["scenario"] == scenario) & (table["period"] == period)
        chosen[name] = table[mine].drop(columns=["scenario", "period"])
    return public(chosen)


def _weights(results: Results) -> dict[int, float]:
    """Return the part of the plan's years that each period is."""
    length = results.periods.set_index("period")["length"].astype(float)
    shares = (length / length.sum()).tolist()
    return dict(zip([int(p) for p in results.periods["period"]], shares, strict=True))
