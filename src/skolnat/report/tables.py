"""Small tables of a study's results, one row a fact: what the page, and later files, show.

Each function is pure: results in, a frame out, figures unrounded. Counts of pupils that could
point to a child come as NaN (see :mod:`skolnat.report.suppress`), so that no writer of files can
show them by mistake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from skolnat.report.results import Results, keyed, once
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
        ``scenario, cost, cost_low, cost_high`` (80 % of the futures), ``changeable`` (euros a
        year), ``saving`` (against today), ``small_groups`` (euros a year), ``gap`` (share of the
        changeable cost), ``schools_open, moved, mean_km, mean_minutes,
        over_limit`` (NaN: hidden), ``choice`` (share of pupils).
    """
    rows = []
    over = keyed(over_limit(results), "scenario", "municipality", "stage")
    means = keyed(_region_means(results), "scenario", "stage")
    choice = keyed(choice_of_language(results), "scenario", "stage")
    told = results.summary["scenarios"]
    for name in results.scenarios:
        facts = told[name]
        rows.append(
            {
                "scenario": name,
                "cost": facts["cost_eur_per_year"],
                "cost_low": results.summary["cost_in_futures"][name]["p10"],
                "cost_high": results.summary["cost_in_futures"][name]["p90"],
                "changeable": facts["changeable_cost_eur_per_year"],
                "saving": told["today"]["cost_eur_per_year"] - facts["cost_eur_per_year"],
                "small_groups": facts["small_groups_eur_per_year"],
                "gap": facts["gap"],
                "schools_open": facts["schools_open"],
                "moved": _shown(facts["pupils_moved"]),
                "mean_km": facts["mean_journey_km"],
                "mean_minutes": means[name, ""]["mean_minutes"],
                "over_limit": over[name, "", ""]["pupils"],
                "choice": choice[name, ""]["share"],
            }
        )
    return pd.DataFrame(rows).astype({"gap": "float64"})


def _shown(count: float) -> float:
    return float("nan") if bool(is_small(count)) else float(count)


def _region_means(results: Results) -> pd.DataFrame:
    table = results.tables["journeys"]
    columns = ["scenario", "stage", "mean_km", "mean_minutes"]
    return table.loc[table["municipality"] == "", columns]


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
    """Return what is known of the years before the forecast.

    Returns
    -------
    DataFrame
        ``municipality`` ("": region, in the years in which all its municipalities are told),
        ``year, persons, estimated``; the base year only where it is counted.
    """
    table = results.tables["forecast_history"]
    table = table[table["age_group"] == age_group]
    if not (table["municipality"] == "").any():
        everywhere = table.groupby("year")["municipality"].transform("nunique")
        whole = table[everywhere == table["municipality"].nunique()]
        region = whole.groupby("year", as_index=False).agg({"persons": "sum", "estimated": "any"})
        table = pd.concat([region.assign(municipality=""), table], ignore_index=True)
    guessed = table["estimated"].astype(bool) & (table["year"] >= results.base_year)
    shown = table[~guessed & (table["year"] <= results.base_year)]
    return shown[["municipality", "year", "persons", "estimated"]].sort_values(
        ["municipality", "year"], ignore_index=True
    )


@once
def journeys(results: Results) -> pd.DataFrame:
    """Return the region's journeys in each scenario, small counts hidden.

    Returns
    -------
    DataFrame
        ``scenario, stage`` ("": both), ``pupils, under_3, from_3_to_5, over_5`` (pupils a year),
        ``mean_km, mean_minutes`` (one way).
    """
    parts = _bands(results, {band: [band] for band in BANDS}, ["stage", "band"])
    means = _region_means(results)
    return parts.merge(means, on=["scenario", "stage"], how="left")[
        ["scenario", "stage", "pupils", *BANDS, "mean_km", "mean_minutes"]
    ]


@once
def journeys_by_municipality(results: Results) -> pd.DataFrame:
    """Return the journeys of each municipality's pupils, small counts hidden.

    Returns
    -------
    DataFrame
        ``scenario, municipality`` ("": region), ``pupils, over_5, up_to_5`` (pupils a year),
        ``mean_km`` (one way).
    """
    bands = {"over_5": ["over_5"], "up_to_5": ["under_3", "from_3_to_5"]}
    parts = _bands(results, bands, ["municipality", "band"])
    table = results.tables["journeys"]
    means = table[table["stage"] == ""][["scenario", "municipality", "mean_km"]]
    return parts.merge(means, on=["scenario", "municipality"], how="left")[
        ["scenario", "municipality", "pupils", *bands, "mean_km"]
    ]


def _bands(
    results: Results, bands: Mapping[str, Sequence[str]], axes: Sequence[str]
) -> pd.DataFrame:
    """Sum the journeys over what is not in the axes, hide small counts, one column a band."""
    table = results.tables["journeys"]
    atoms = table[(table["municipality"] != "") & (table["stage"] != "")]
    wide = atoms[["scenario", "municipality", "stage"]].copy()
    for band, columns in bands.items():
        wide[band] = atoms[list(columns)].sum(axis=1)
    long = wide.melt(
        ["scenario", "municipality", "stage"], list(bands), var_name="band", value_name="count"
    )
    parts = []
    for name, group in long.groupby("scenario"):
        sums = with_sums(group, axes, "count")
        sums["count"] = suppressed(sums, axes, "count")
        shown = sums.pivot(index=axes[0], columns="band", values="count")
        parts.append(shown.rename(columns={"": "pupils"}).reset_index().assign(scenario=name))
    return pd.concat(parts, ignore_index=True)


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
    """Return the longest journey of each municipality, told by area, never by square.

    The figure is the time that at least :data:`~skolnat.report.suppress.THRESHOLD` pupils of the
    municipality exceed or reach, in the period in which it is longest, so that it tells of no
    single child.

    Returns
    -------
    DataFrame
        ``scenario, municipality, minutes`` (one way).
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
    """Return breaches and notes, one row a finding and scenario, small counts hidden.

    Returns
    -------
    DataFrame
        ``severity, municipality, school, rule, paragraph, detail_code, remedy_code, certainty,
        subject, scenario, low, high`` (pupils in the period with fewest and most; NaN: hidden),
        ``years`` ("" when it holds in all periods; else one span a line). Where one period is
        small, all are hidden: their mean stands among the journeys. Notes that never concern
        :data:`~skolnat.report.suppress.THRESHOLD` pupils are left out.
    """
    table = results.tables["breaches"]
    table = table[table["severity"] != "duty"]
    keys = ["severity", "municipality", "school", "rule", "paragraph", "detail_code",
            "remedy_code", "certainty", "subject", "scenario"]  # fmt: skip
    finding = [table[k] for k in ("severity", "municipality", "school", "detail_code", "subject")]
    most = table["pupils"].fillna(0.0).groupby(finding).transform("max")
    table = table[(table["severity"] == "breach") | (most >= THRESHOLD)]
    rows = []
    for key, group in table.groupby(keys, sort=False):
        pupils = group["pupils"].fillna(0.0)
        hide = bool(is_small(pupils).any())
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "low": float("nan") if hide else float(pupils.min()),
                "high": float("nan") if hide else float(pupils.max()),
                "years": _years_of(results, set(group["years"])),
            }
        )
    return pd.DataFrame(rows, columns=[*keys, "low", "high", "years"])


@once
def duties(results: Results) -> pd.DataFrame:
    """Return what the law makes a plan arrange, summed over the region, small counts hidden.

    Returns
    -------
    DataFrame
        ``rule, paragraph, detail_code, remedy_code, certainty, subject, scenario, pupils`` (mean a
        year; NaN: hidden).
    """
    table = results.tables["breaches"]
    table = table[table["severity"] == "duty"]
    lengths = results.periods.set_index("years")["length"]
    keys = ["rule", "paragraph", "detail_code", "remedy_code", "certainty", "subject", "scenario"]
    weight = table["years"].map(lengths).astype("float64") / float(lengths.sum())
    sums = table.assign(pupils=table["pupils"] * weight)
    sums = sums.groupby(keys, as_index=False, sort=False)[["pupils"]].sum()
    # The same pupils stand among the journeys: what is hidden there is hidden here.
    hide = is_small(sums["pupils"]) | _hidden_among_journeys(results, sums)
    sums["pupils"] = sums["pupils"].mask(hide)
    return sums


def _hidden_among_journeys(results: Results, duties: pd.DataFrame) -> np.ndarray:
    """Tell of each duty whether the section on journeys hides the same pupils."""
    long = over_limit(results)
    shown = {
        "free_transport": keyed(journeys(results), "scenario", "stage"),
        "boarding": keyed(long[long["municipality"] == ""], "scenario", "stage"),
    }
    columns = {"free_transport": "over_5", "boarding": "pupils"}
    found = []
    keys = ("detail_code", "scenario", "pupils")
    for code, scenario, pupils in zip(*(duties[key] for key in keys), strict=True):
        duty, _, stage = str(code).rpartition("_")
        row = shown.get(duty, {}).get((scenario, stage))
        told = 0.0 if row is None else float(row[columns[duty]])
        # Those who bear a journey over 5 km themselves could be had by subtraction.
        few = duty == "free_transport" and row is not None and bool(is_small(told - pupils))
        found.append(bool(np.isnan(told)) or few)
    return np.array(found, dtype=np.bool_)


def _years_of(results: Results, labels: set[str]) -> str:
    """Return the years of some periods, those in a row put together; "" for all."""
    spans: list[list[int]] = []
    for period in results.periods.to_dict("records"):
        if period["years"] not in labels:
            continue
        if spans and spans[-1][1] == period["first"] - 1:
            spans[-1][1] = int(period["last"])
        else:
            spans.append([int(period["first"]), int(period["last"])])
    if spans == [list(results.years)]:
        return ""
    return "\n".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)


@once
def child_impact(results: Results) -> pd.DataFrame:
    """Return what each scenario means for children, side by side.

    Returns
    -------
    DataFrame
        ``scenario, moved, moved_share`` (of pupils in the mean year),
        ``mean_km_1_6, mean_km_7_9, over_5, over_5_share, over_limit, choice, schools_open,
        group_size`` (pupils a group in the last period).
    """
    told = keyed(journeys(results), "scenario", "stage")
    rows = []
    for first in keyed(scenarios(results), "scenario").values():
        name = first["scenario"]
        both = told[name, ""]
        rows.append(
            {
                "scenario": name,
                "moved": first["moved"],
                "moved_share": first["moved"] / both["pupils"],
                "mean_km_1_6": told.get((name, "1-6"), _NO_STAGE)["mean_km"],
                "mean_km_7_9": told.get((name, "7-9"), _NO_STAGE)["mean_km"],
                "over_5": both["over_5"],
                "over_5_share": both["over_5"] / both["pupils"],
                "over_limit": first["over_limit"],
                "choice": first["choice"],
                "schools_open": first["schools_open"],
                "group_size": group_size(results, name),
            }
        )
    return pd.DataFrame(rows)


_NO_STAGE: Final = {"mean_km": float("nan")}


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
