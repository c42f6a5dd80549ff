"""Small tables of a study's results, one row a fact: what the page, and later files, show.

Each function is pure: results in, a frame out, figures unrounded. Counts of pupils that could
point to a child come as NaN (see :mod:`skolnat.report.suppress`), so that no writer of files can
show them by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from skolnat.report.results import Results, once
from skolnat.report.suppress import THRESHOLD, is_small, suppressed, with_sums

BANDS: Final = ("under_3", "from_3_to_5", "over_5")
"""Journeys by length: under 3 km, 3 to 5, over 5."""

MILESTONES: Final = (2030, 2035, 2040)
"""Years that a council asks for first."""


@once
def scenarios(results: Results) -> pd.DataFrame:
    """Return one row a scenario: what it costs and what it does.

    Returns
    -------
    DataFrame
        Index ``scenario``; ``cost, changeable`` (euros a year), ``saving`` (against today),
        ``gap`` (share of the changeable cost), ``schools_open, moved, mean_km, mean_minutes,
        over_limit`` (NaN: hidden), ``choice`` (share of pupils).
    """
    rows = []
    over = over_limit(results).set_index(["scenario", "municipality", "stage"])["pupils"]
    minutes = _region_journeys(results).set_index("scenario")["mean_minutes"]
    choice = choice_of_language(results)
    choice = choice[(choice["stage"] == "")].set_index("scenario")["share"]
    told = results.summary["scenarios"]
    for name in results.scenarios:
        facts = told[name]
        rows.append(
            {
                "scenario": name,
                "cost": facts["cost_eur_per_year"],
                "changeable": facts["changeable_cost_eur_per_year"],
                "saving": told["today"]["cost_eur_per_year"] - facts["cost_eur_per_year"],
                "gap": facts["gap"],
                "schools_open": facts["schools_open"],
                "moved": _shown(facts["pupils_moved"]),
                "mean_km": facts["mean_journey_km"],
                "mean_minutes": minutes.get(name, np.nan),
                "over_limit": over.get((name, "", ""), 0.0),
                "choice": choice.get(name, np.nan),
            }
        )
    return pd.DataFrame(rows).astype({"gap": "float64"}).set_index("scenario")


def _shown(count: float) -> float:
    return float("nan") if bool(is_small(count)) else float(count)


def _region_journeys(results: Results) -> pd.DataFrame:
    journeys = results.tables["journeys"]
    return journeys[(journeys["municipality"] == "") & (journeys["stage"] == "")]


@once
def choice_of_language(results: Results) -> pd.DataFrame:
    """Return how many pupils go to a school in which an optional language group forms.

    Returns
    -------
    DataFrame
        ``scenario, stage`` ("": both), ``share`` (0..1): mean over the years.
    """
    frame = results.tables["range"].merge(results.periods[["period", "length"]], on="period")
    for column in ("pupils", "with_choice"):
        frame[column] = frame[column] * frame["length"]
    both = pd.concat([frame, frame.assign(stage="")])
    sums = both.groupby(["scenario", "stage"], as_index=False)[["pupils", "with_choice"]].sum()
    sums["share"] = sums["with_choice"] / sums["pupils"].clip(lower=1e-12)
    return sums[["scenario", "stage", "share"]]


def forecast_years(results: Results) -> list[int]:
    """Return the years that the table of the forecast shows: base year, milestones, last."""
    last = int(results.tables["forecast"]["year"].max())
    wanted = {results.base_year, *MILESTONES, results.years[1]}
    return sorted(year for year in wanted if results.base_year <= year <= last)


def forecast(results: Results, age_group: str = "7-15") -> pd.DataFrame:
    """Return the forecast of an age group in the years shown.

    Returns
    -------
    DataFrame
        ``municipality`` ("": region), ``year, p10, p50, p90`` (persons on 31 December) and
        ``change, change_low, change_high``: p50, p10 and p90 over the base year's median - 1.
    """
    table = results.tables["forecast"]
    table = table[(table["age_group"] == age_group) & table["year"].isin(forecast_years(results))]
    base = table[table["year"] == results.base_year].set_index("municipality")["p50"]
    start = table["municipality"].map(base).clip(lower=1e-12)
    changes = {
        name: table[quantile] / start - 1.0
        for name, quantile in (("change", "p50"), ("change_low", "p10"), ("change_high", "p90"))
    }
    kept = table[["municipality", "year", "p10", "p50", "p90"]].assign(**changes)
    return kept.reset_index(drop=True)


def history(results: Results, age_group: str = "7-15") -> pd.DataFrame:
    """Return known years before the forecast: ``municipality`` ("": region), ``year, persons``.

    The region is told for the years in which all its municipalities are known.
    """
    table = results.tables["forecast_history"]
    table = table[table["age_group"] == age_group]
    if (table["municipality"] == "").any():
        return table
    everywhere = table.groupby("year")["municipality"].transform("nunique")
    whole = table[everywhere == table["municipality"].nunique()]
    region = whole.groupby("year", as_index=False).agg({"persons": "sum", "estimated": "any"})
    return pd.concat([region.assign(municipality="", age_group=age_group), table])


@once
def journeys(results: Results) -> pd.DataFrame:
    """Return the journeys of each scenario, small counts hidden.

    Returns
    -------
    DataFrame
        ``scenario, municipality`` ("": region), ``stage`` ("": both), ``pupils, under_3,
        from_3_to_5, over_5`` (pupils a year), ``mean_km, mean_minutes`` (NaN where the pupils
        are hidden).
    """
    table = results.tables["journeys"]
    atoms = table[(table["municipality"] != "") & (table["stage"] != "")]
    long = atoms.melt(
        ["scenario", "municipality", "stage"], list(BANDS), var_name="band", value_name="count"
    )
    axes = ["municipality", "stage", "band"]
    parts = []
    for name, group in long.groupby("scenario"):
        sums = with_sums(group, axes, "count")
        sums["count"] = suppressed(sums, axes, "count")
        wide = sums.pivot(index=["municipality", "stage"], columns="band", values="count")
        parts.append(wide.rename(columns={"": "pupils"}).reset_index().assign(scenario=name))
    counts = pd.concat(parts)
    means = table[["scenario", "municipality", "stage", "mean_km", "mean_minutes"]]
    both = counts.merge(means, on=["scenario", "municipality", "stage"], how="left")
    both.loc[both["pupils"].isna(), ["mean_km", "mean_minutes"]] = np.nan
    return both[
        ["scenario", "municipality", "stage", "pupils", *BANDS, "mean_km", "mean_minutes"]
    ]  # fmt: skip


@once
def over_limit(results: Results) -> pd.DataFrame:
    """Return pupils whose daily journey exceeds the limits of § 32, small counts hidden.

    Returns
    -------
    DataFrame
        ``scenario, municipality`` ("": region), ``stage`` ("": both), ``pupils`` (a year; NaN:
        hidden).
    """
    table = results.tables["journeys"]
    atoms = table[(table["municipality"] != "") & (table["stage"] != "")]
    parts = []
    for name, group in atoms.groupby("scenario"):
        axes = ["municipality", "stage"]
        sums = with_sums(group.rename(columns={"over_limit": "count"}), axes, "count")
        sums["pupils"] = suppressed(sums, axes, "count")
        parts.append(sums.drop(columns="count").assign(scenario=name))
    return pd.concat(parts, ignore_index=True)[["scenario", "municipality", "stage", "pupils"]]


@once
def longest_journeys(results: Results) -> pd.DataFrame:
    """Return the longest daily journey of each municipality, told by area, never by square.

    The figure is the time that at least :data:`~skolnat.report.suppress.THRESHOLD` pupils of the
    municipality exceed or reach, in the period in which it is longest, so that it tells of no
    single child.

    Returns
    -------
    DataFrame
        ``scenario, municipality, minutes`` (there and back).
    """
    rows = results.tables["assignments"]
    rows = rows[rows["pupils"] > 0]
    found = []
    for (scenario, municipality), group in rows.groupby(["scenario", "municipality"]):
        longest = 0.0
        for _, period in group.groupby("period"):
            ordered = period.sort_values("minutes", ascending=False)
            reached = ordered["pupils"].cumsum().to_numpy() >= THRESHOLD
            if reached.any():
                longest = max(longest, float(ordered["minutes"].to_numpy()[reached.argmax()]))
        found.append((scenario, municipality, longest or np.nan))
    return pd.DataFrame(found, columns=["scenario", "municipality", "minutes"])


@once
def flows(results: Results) -> pd.DataFrame:
    """Return pupils who cross a border, small counts hidden.

    Returns
    -------
    DataFrame
        ``scenario, residence, provider`` ("" in both: all), ``stage`` ("": both), ``pupils``
        (mean a year; NaN: hidden), ``estimated``.
    """
    table = results.tables["flows"]
    table = table[(table["residence"] != table["provider"]) & (table["pupils"] > 0.0)]
    if table.empty:
        return table[["scenario", "residence", "provider", "stage", "pupils", "estimated"]]
    marked = table.groupby(["scenario", "residence", "provider"])["estimated"].any()
    parts = []
    for name, group in table.groupby("scenario"):
        paired = group.assign(pair=group["residence"] + ">" + group["provider"])
        sums = with_sums(paired, ["pair", "stage"], "pupils")
        sums["pupils"] = suppressed(sums, ["pair", "stage"], "pupils")
        ends = sums["pair"].str.partition(">")
        parts.append(sums.assign(scenario=name, residence=ends[0], provider=ends[2]))
    every = pd.concat(parts, ignore_index=True)
    keys = zip(every["scenario"], every["residence"], every["provider"], strict=True)
    every["estimated"] = [bool(marked.get(key, default=False)) for key in keys]
    return every[["scenario", "residence", "provider", "stage", "pupils", "estimated"]]


@once
def breaches(results: Results) -> pd.DataFrame:
    """Return breaches and notes of every scenario, small counts hidden.

    Where one period of a breach is small, all its periods are hidden: their mean is shown among
    the journeys.
    """
    table = results.tables["breaches"].copy()
    keys = ["scenario", "rule", "municipality", "school", "detail_code"]
    small = pd.Series(is_small(table["pupils"].fillna(0.0)), index=table.index)
    near = small.groupby([table[key] for key in keys]).transform("any")
    table["hidden"] = near.astype(bool)
    table["pupils"] = table["pupils"].mask(table["hidden"])
    names = {name: k for k, name in enumerate(results.scenarios)}
    order = table["scenario"].map(names).rename("order")
    return table.assign(order=order).sort_values(
        ["order", "severity", "municipality", "rule", "detail_code", "years"], ignore_index=True
    )


@once
def child_impact(results: Results) -> pd.DataFrame:
    """Return what each scenario means for children, side by side.

    Returns
    -------
    DataFrame
        Index ``scenario``; ``moved, moved_share`` (of pupils in the mean year),
        ``mean_km_1_6, mean_km_7_9, over_5, over_5_share, over_limit, choice, schools_open,
        group_size`` (pupils a group in the last period).
    """
    first = scenarios(results)
    told = journeys(results)
    told = told[told["municipality"] == ""].set_index(["scenario", "stage"])
    rows = []
    for name in first.index:
        pupils = float(told.at[(name, ""), "pupils"])
        over = float(told.at[(name, ""), "over_5"])
        rows.append(
            {
                "scenario": name,
                "moved": first.at[name, "moved"],
                "moved_share": first.at[name, "moved"] / pupils,
                "mean_km_1_6": _at(told, name, "1-6", "mean_km"),
                "mean_km_7_9": _at(told, name, "7-9", "mean_km"),
                "over_5": over,
                "over_5_share": over / pupils,
                "over_limit": first.at[name, "over_limit"],
                "choice": first.at[name, "choice"],
                "schools_open": first.at[name, "schools_open"],
                "group_size": group_size(results, name),
            }
        )
    return pd.DataFrame(rows).set_index("scenario")


def _at(frame: pd.DataFrame, scenario: str, stage: str, column: str) -> float:
    if (scenario, stage) not in frame.index:
        return float("nan")
    return float(frame.at[(scenario, stage), column])


def group_size(results: Results, scenario: str) -> float:
    """Return pupils a teaching group in the last period of a scenario."""
    units = results.tables["units"]
    last = units[
        (units["scenario"] == scenario) & (units["period"] == units["period"].max()) & units["open"]
    ]
    groups = float(last["groups"].sum())
    return float(last["pupils"].sum()) / groups if groups else float("nan")


def languages(results: Results) -> Sequence[str]:
    """Return the teaching languages of the region's plan, the largest first."""
    units = results.tables["units"]
    sizes = units.groupby("language")["pupils"].sum().sort_values(ascending=False)
    return [str(language) for language in sizes.index]
