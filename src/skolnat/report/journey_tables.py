"""How long the journeys take: in classes of minutes, and the ten longest by area."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from skolnat.report.results import Results, once
from skolnat.report.suppress import THRESHOLD, suppressed, with_sums

CLASSES: Final = (15, 30, 45, 60, 75, 90)
"""Upper ends of the classes of one-way minutes; what lies beyond is the last class."""

ENDS: Final = (*(str(end) for end in CLASSES), "more")
"""Names of the classes, the shortest first."""

WORST: Final = 10


def class_of(minutes: pd.Series) -> pd.Series:
    """Return the class of one-way minutes, of :data:`ENDS`."""
    place = np.searchsorted(np.array(CLASSES), minutes.to_numpy(np.float64), side="left")
    return pd.Series(np.array(ENDS)[place], index=minutes.index)


@once
def histogram(results: Results) -> pd.DataFrame:
    """Return the region's pupils by class of one-way minutes, small counts hidden.

    Returns
    -------
    DataFrame
        ``scenario, minutes`` (of :data:`ENDS`, "": all), ``pupils`` (mean a year; NaN: hidden).
    """
    rows = _mean_a_year(results)
    rows["minutes"] = class_of(rows["minutes"])
    parts = []
    for name, group in rows.groupby("scenario"):
        counts = group.groupby("minutes")["pupils"].sum().reindex(ENDS, fill_value=0.0)
        sums = with_sums(counts.reset_index(), ["minutes"], "pupils")
        sums["pupils"] = suppressed(sums, ["minutes"], "pupils")
        parts.append(sums.assign(scenario=name))
    return pd.concat(parts, ignore_index=True)[["scenario", "minutes", "pupils"]]


@once
def worst_areas(results: Results) -> pd.DataFrame:
    """Return the areas with the longest journeys, never told by square.

    An area is what a school's catchment is today: the squares of one municipality and stage that
    go to it in the first period. Its minutes are those that at least
    :data:`~skolnat.report.suppress.THRESHOLD` of its pupils reach or exceed, in the last period;
    an area with fewer pupils is left out.

    Returns
    -------
    DataFrame
        ``scenario, municipality, stage, area`` (school of today), ``school`` (to which they go
        now, most of them), ``minutes, km`` (one way); at most ten a scenario, the longest first.
        How many pupils an area has is not told: beside the counts of its school it would give
        small ones away.
    """
    rows = results.tables["assignments"]
    keys = ["cell", "municipality", "stage", "language"]
    first = rows[(rows["scenario"] == "today") & (rows["period"] == rows["period"].min())]
    home = first[[*keys, "school"]].rename(columns={"school": "area"}).drop_duplicates(keys)
    last = rows[(rows["period"] == rows["period"].max()) & (rows["pupils"] > 0.0)]
    last = last.merge(home, on=keys)
    found = []
    for key, group in last.groupby(["scenario", "municipality", "stage", "area"]):
        ordered = group.sort_values(["minutes", "km", "cell"], ascending=False)
        reached = ordered["pupils"].cumsum().to_numpy() >= THRESHOLD
        if not reached.any():
            continue
        at = int(reached.argmax())
        told = ordered.iloc[: at + 1]
        most = told.groupby("school")["pupils"].sum().sort_values(kind="stable").index[-1]
        one = ordered.iloc[at]
        found.append((*key, most, float(one["minutes"]), float(one["km"])))
    columns = ["scenario", "municipality", "stage", "area", "school", "minutes", "km"]
    table = pd.DataFrame(found, columns=columns)
    ordered = table.sort_values(["scenario", "minutes", "km"], ascending=[True, False, False])
    return ordered.groupby("scenario").head(WORST).reset_index(drop=True)


def _mean_a_year(results: Results) -> pd.DataFrame:
    """Return assignments with pupils as a mean over the years of the plan."""
    rows = results.tables["assignments"]
    length = results.periods.set_index("period")["length"]
    weight = rows["period"].map(length).astype(float) / float(length.sum())
    return rows.assign(pupils=rows["pupils"] * weight)
