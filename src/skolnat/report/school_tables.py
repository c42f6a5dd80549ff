"""Tables of schools: what happens to each in each scenario, and how sure that is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skolnat.report.results import Results, alphabetical, once
from skolnat.report.suppress import is_small


@once
def fates(results: Results) -> pd.DataFrame:
    """Return what happens to each unit (a school's grades 1-6 or 7-9) in each scenario.

    Returns
    -------
    DataFrame
        ``scenario, unit, school, name, municipality, stage, language, fate`` ("open", "closes",
        "opens", "never"), ``year`` (last year open, or first; NaN), ``pupils, capacity, use,
        groups`` (in the last period in which it is open; pupils, use and groups NaN where the
        count is small), ``estimated, not_robust``.
    """
    units = results.tables["units"].merge(results.periods[["period", "first", "last"]], on="period")
    shaky = not_robust_units(results)
    names = results.tables["schools"].set_index("school")["name"]
    rows = []
    for (scenario, unit), group in units.sort_values("period").groupby(["scenario", "unit"]):
        fate, year = _fate(group)
        there = group[group["open"]]
        at = (there if len(there) else group).iloc[-1]
        small = bool(is_small(at["pupils"]))
        rows.append(
            {
                "scenario": scenario,
                "unit": unit,
                "school": at["school"],
                "name": str(names.get(at["school"], at["school"])),
                "municipality": at["municipality"],
                "stage": at["stage"],
                "language": at["language"],
                "fate": fate,
                "year": year,
                "pupils": np.nan if small else at["pupils"],
                "capacity": at["capacity"],
                "use": np.nan if small else at["use"],
                "groups": np.nan if small else at["groups"],
                "small": small,
                "estimated": str(at["estimated"] or ""),
                "not_robust": (scenario, unit) in shaky or ("", unit) in shaky,
            }
        )
    frame = pd.DataFrame(rows)
    order = frame["name"].map(alphabetical)
    return frame.assign(order=order).sort_values(
        ["municipality", "order", "school", "stage"], ignore_index=True
    )


def _fate(periods: pd.DataFrame) -> tuple[str, float]:
    """Return the fate of one unit from its periods in order, and its year."""
    flags = periods["open"].to_numpy(dtype=bool)
    if flags.all():
        return "open", float("nan")
    if not flags.any():
        return "never", float("nan")
    if not flags[0]:
        return "opens", float(periods["first"].to_numpy()[flags.argmax()])
    return "closes", float(periods["last"].to_numpy()[flags.argmin() - 1])


def not_robust_units(results: Results) -> set[tuple[str, str]]:
    """Return (scenario, unit) of the closings that turn when capacities change.

    Scenario is "" where the sensitivity table does not tell of which scenario it speaks.
    """
    table = results.tables["sensitivity"]
    turned = table[(table["what"] == "closure") & table["turns"].astype(bool)]
    scenario = turned["scenario"] if "scenario" in turned else pd.Series("", index=turned.index)
    return set(zip(scenario.astype(str), turned["unit"].astype(str), strict=True))


def schools_open(results: Results) -> pd.DataFrame:
    """Return schools with a unit open: ``scenario, municipality, period, schools``."""
    units = results.tables["units"]
    there = units[units["open"]]
    return (
        there.groupby(["scenario", "municipality", "period"])["school"]
        .nunique()
        .rename("schools")
        .reset_index()
    )


def outside_plan(results: Results) -> pd.DataFrame:
    """Return the schools that the plan leaves as they are: private, state and special ones."""
    schools = results.tables["schools"]
    outside = schools[~schools["planned"].astype(bool)]
    order = outside["name"].map(alphabetical)
    return outside.assign(order=order).sort_values(["municipality", "order"], ignore_index=True)
