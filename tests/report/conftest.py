"""A small results folder of the real shape: three municipalities, their true borders and squares.

Built in code, so that what a figure should be can be worked out by hand: schools stand at the
middle of the squares given, everyone goes to the nearest school that is open, and each pupil
costs the same everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skolnat.common.languages import LANGUAGES
from skolnat.plan.scenario import SCENARIOS
from skolnat.report.results import Results, read_results
from skolnat.rules.rules import default_rules
from skolnat.sources import reference

PERIODS = ("2026–2027", "2028–2033", "2034–2040")
YEARS = tuple(range(2026, 2041))
STAGES = ("1-6", "7-9")


@dataclass(frozen=True)
class Made:
    """What a made-up results folder holds.

    Parameters
    ----------
    municipalities
        Codes.
    gain
        Interval of the gain, euros a year.
    withheld
        Whether shares are withheld.
    over_limit
        Pupils over the limit in grades 1-6 of the first municipality, in every scenario.
    turns
        Whether a closing and a gain turn when capacities change.
    rising
        Whether the number of children rises.
    """

    municipalities: tuple[str, ...] = ("081", "576", "781")
    gain: tuple[float, float] = (120_000.0, 150_000.0)
    withheld: bool = False
    over_limit: float = 0.0
    turns: bool = True
    rising: bool = False


def period_of(year: int) -> int:
    return 0 if year <= 2027 else 1 if year <= 2033 else 2


def make_outside(made: Made) -> pd.DataFrame:
    """One flow that is told and one too small to tell, both to a provider outside."""
    first, second = made.municipalities[:2]
    return pd.DataFrame(
        {
            "municipality": [first, second],
            "provider": ["091", "091"],
            "stage": ["1-6", "7-9"],
            "language": ["sv", "sv"],
            "pupils": [12.0, 1.4],
            "estimated": [True, True],
            "provider_sv": "Helsingfors",
            "provider_fi": "Helsinki",
            "provider_en": "Helsinki",
        }
    )


def make_schools(made: Made, cells: pd.DataFrame) -> pd.DataFrame:
    """Two schools a municipality, at its two squares with most children, and one outside."""
    rows = []
    for code in made.municipalities:
        mine = cells[cells["municipality"] == code].nlargest(40, "children")
        far = np.hypot(mine["x"] - mine["x"].iloc[0], mine["y"] - mine["y"].iloc[0])
        places = [mine.iloc[0], mine.loc[far.idxmax()]]
        for k, place in enumerate(places):
            rows.append(
                {
                    "school": f"{code}{k}", "name": ["Kirkonkylän koulu", "Pohjoinen koulu"][k],
                    "municipality": code, "language": "fi", "grades": ["1-9", "1-6"][k],
                    "provider": "municipal", "kind": "comprehensive", "lat": 61.0, "lon": 25.0,
                    "x": place["x"], "y": place["y"], "pupils": [200.0, 40.0][k],
                    "capacity": [300.0, 60.0][k], "property_eur_per_year": np.nan,
                    "estimated": "pupils;capacity", "planned": True,
                }
            )  # fmt: skip
    private = {**rows[0], "school": "99999", "name": "Steinerskolan", "provider": "private"}
    rows.append({**private, "planned": False, "x": private["x"] + 800.0})
    return pd.DataFrame(rows)


def open_in(scenario: str, period: int, unit: str, made: Made) -> bool:
    """Alone the second school of the first municipality closes; together of all but the last."""
    school, _ = unit.split(":")
    if not school.endswith("1") or period == 0:
        return True
    if scenario == "alone":
        return school[:3] != made.municipalities[0]
    return scenario != "together" or school[:3] == made.municipalities[-1]


def make_assignments(made: Made, cells: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    planned = schools[schools["planned"]]
    frames = []
    for scenario in SCENARIOS:
        for period in range(len(PERIODS)):
            for stage, share in zip(STAGES, (0.4, 0.2), strict=True):
                there = planned[
                    [
                        (grades in ("1-9", stage))
                        and open_in(scenario, period, f"{school}:{stage}", made)
                        for school, grades in zip(planned["school"], planned["grades"], strict=True)
                    ]
                ]
                km = (
                    np.hypot(
                        cells["x"].to_numpy()[:, None] - there["x"].to_numpy()[None, :],
                        cells["y"].to_numpy()[:, None] - there["y"].to_numpy()[None, :],
                    )
                    / 1000.0
                    * 1.3
                )
                foreign = (
                    cells["municipality"].to_numpy()[:, None]
                    != there["municipality"].to_numpy()[None, :]
                )
                if scenario in ("today", "alone"):
                    km = np.where(foreign, 1e6, km)
                seat = km.argmin(axis=1)
                length = km[np.arange(len(cells)), seat]
                frames.append(
                    pd.DataFrame(
                        {
                            "scenario": scenario, "period": period, "cell": cells["cell"],
                            "municipality": cells["municipality"], "stage": stage,
                            "language": "fi",
                            "unit": there["school"].to_numpy()[seat] + f":{stage}",
                            "school": there["school"].to_numpy()[seat],
                            "pupils": cells["children"] * share * (1.0 - 0.1 * period),
                            "km": length, "minutes": 15.0 + length * 60.0 / 45.0,
                        }
                    )
                )  # fmt: skip
    rows = pd.concat(frames, ignore_index=True)
    return rows[rows["pupils"] > 0].reset_index(drop=True)


def make_units(made: Made, schools: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    loads = assignments.groupby(["scenario", "period", "unit"])["pupils"].sum()
    rows = []
    for school in schools[schools["planned"]].itertuples():
        for stage in STAGES:
            if school.grades not in ("1-9", stage):
                continue
            for scenario in SCENARIOS:
                for period, years in enumerate(PERIODS):
                    unit = f"{school.school}:{stage}"
                    pupils = float(loads.get((scenario, period, unit), 0.0))
                    rows.append(
                        {
                            "scenario": scenario, "unit": unit, "school": school.school,
                            "stage": stage, "language": "fi",
                            "municipality": school.municipality, "period": period,
                            "years": years, "open": open_in(scenario, period, unit, made),
                            "pupils": pupils, "capacity": school.capacity / 2,
                            "groups": pupils / 15.0, "use": pupils / (school.capacity / 2),
                            "estimated": "pupils;capacity",
                        }
                    )  # fmt: skip
    return pd.DataFrame(rows)


def make_ledger(made: Made) -> pd.DataFrame:
    """Each municipality: teaching 600,000, property 400,000 less what its scenario saves."""
    saved = {"today": 0.0, "alone": 50_000.0, "together": 100_000.0, "together_keeping": 0.0}
    rows = []
    for scenario in SCENARIOS:
        for k, code in enumerate(made.municipalities):
            for year in YEARS:
                pays = [30_000.0, -30_000.0, *([0.0] * len(made.municipalities))][k]
                items = {
                    "teaching": 600_000.0,
                    "pupil_other": 100_000.0,
                    "property": 400_000.0 - saved[scenario],
                    "transport": 80_000.0 + 0.2 * saved[scenario],
                    "closing": 15_000.0 if scenario != "today" and year == 2028 else 0.0,
                    "compensation": pays if scenario == "together" else 0.0,
                }
                rows += [(scenario, code, year, item, eur) for item, eur in items.items()]
    table = pd.DataFrame(rows, columns=["scenario", "municipality", "year", "item", "eur"])
    return table.assign(eur_nominal=table["eur"] * 1.02 ** (table["year"] - 2023))


def make_investments(made: Made) -> pd.DataFrame:
    """The second school of each municipality is renovated in 2030, where it is still open."""
    rows = []
    for scenario in SCENARIOS:
        for code in made.municipalities:
            unit = f"{code}1:1-6"
            what = "renovation" if open_in(scenario, 1, unit, made) else "closing"
            eur = 900_000.0 if what == "renovation" else np.nan
            year = 2030 if what == "renovation" else 2028
            rows.append((scenario, code, unit, what, year, eur, "", f"{code}1", 15_000.0))
    columns = ["scenario", "municipality", "unit", "what", "year", "investment_eur", "estimated",
               "school", "eur_per_year"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def make_agreements(made: Made) -> pd.DataFrame:
    """One agreement of the first two, at a fixed price for grades 7-9, and one on posts."""
    base = {
        "agreement": "Upper grades", "draft": False, "form": "responsible_municipality",
        "paragraph": "410/2015 § 51–52", "certainty": "medium",
        "parties": ";".join(made.municipalities[:2]), "responsible": made.municipalities[0],
        "stages": "7-9", "price": "fixed", "price_eur_1_6": np.nan, "price_eur_7_9": 12_500.0,
        "compensation_share": 1.0, "start": "2028-08-01", "end": "2036-07-31",
        "notice_months": 24, "notice_agreed": True, "after_end": "settled", "one_provider": True,
        "employer": "responsible", "decider": "joint_body", "given": "2030-01-01",
    }  # fmt: skip
    posts = {
        **base, "agreement": "Posts", "form": "joint_post", "responsible": "", "price": "statute",
        "price_eur_7_9": np.nan, "end": "", "notice_agreed": False, "after_end": "statute",
        "one_provider": False, "employer": "shared", "decider": "own", "stages": "1-6;7-9",
    }  # fmt: skip
    return pd.DataFrame([base, posts])


def make_exit(made: Made) -> pd.DataFrame:
    """Ten pupils one way and one the other; the second is too few to be told."""
    first, second = made.municipalities[:2]
    rows = [
        ("Upper grades", 24, "2032-07-31", year, payer, receiver, "7-9", kind, months, pupils, eur)
        for payer, receiver, pupils in ((first, second, 10.0), (second, first, 1.0))
        for year, kind, months, eur in (
            (2032, "in_force", 7.0, 7_300.0 * pupils),
            (2032, "lag", 5.0, 4_300.0 * pupils),
            (2032, "paid_back", 5.0, -4_300.0 * pupils),
            (2033, "lag", 12.0, 10_400.0 * pupils),
        )
    ]
    return pd.DataFrame(
        rows,
        columns=["agreement", "notice_months", "end", "year", "payer", "receiver", "stage",
                 "kind", "months", "pupils", "eur"],
    )  # fmt: skip


def make_journeys(made: Made, assignments: pd.DataFrame) -> pd.DataFrame:
    lengths = np.array([2, 6, 7])
    rows = assignments.assign(
        pupils=assignments["pupils"] * lengths[assignments["period"]] / lengths.sum()
    )
    rows["under_3"] = rows["pupils"].where(rows["km"] < 3, 0.0)
    rows["from_3_to_5"] = rows["pupils"].where((rows["km"] >= 3) & (rows["km"] <= 5), 0.0)
    rows["over_5"] = rows["pupils"].where(rows["km"] > 5, 0.0)
    for name in ("km", "minutes"):
        rows[f"mean_{name}"] = rows["pupils"] * rows[name]
    first = (rows["municipality"] == made.municipalities[0]) & (rows["stage"] == "1-6")
    counts = first.groupby(rows["scenario"]).transform("sum")
    rows["over_limit"] = np.where(first, made.over_limit / counts, 0.0)
    parts = [
        rows, rows.assign(stage=""), rows.assign(municipality=""),
        rows.assign(stage="", municipality=""),
    ]  # fmt: skip
    columns = [
        "pupils",
        "mean_km",
        "mean_minutes",
        "under_3",
        "from_3_to_5",
        "over_5",
        "over_limit",
    ]
    sums = pd.concat(parts).groupby(["scenario", "municipality", "stage"])[columns].sum()
    for name in ("mean_km", "mean_minutes"):
        sums[name] /= sums["pupils"]
    return sums.reset_index()


def make_flows(assignments: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    provider = assignments["school"].map(schools.set_index("school")["municipality"])
    rows = assignments.assign(residence=assignments["municipality"], provider=provider)
    rows = rows[rows["residence"] != rows["provider"]]
    keys = ["scenario", "residence", "provider", "stage", "language"]
    return rows.groupby(keys, as_index=False)["pupils"].sum().assign(estimated=True)


def make_breaches(made: Made) -> pd.DataFrame:
    code = made.municipalities[0]
    long = ("journey.daily_minutes", "628/1998 § 32", "breach", code, "")
    full = ("property.extension_seat_eur", "", "note", code, f"{code}0")
    bought = ("language.bilingual_teaches_both", "628/1998 § 4, § 10", "note", code, "")
    rows = [
        ("together", *long, PERIODS[1], 2.0, "journey_over_limit_1-6",
         "boarding_or_other_school", "high"),
        ("together", *long, PERIODS[2], 7.0, "journey_over_limit_1-6",
         "boarding_or_other_school", "high"),
        ("alone", *full, PERIODS[0], 12.0, "over_capacity", "extend_or_move", "check"),
        ("together", *bought, PERIODS[2], 40.0, "bought_elsewhere_7-9_sv", "agreement", "check"),
        *(("together", "worldview.least_pupils", "628/1998 § 13", "duty", code, "", years, 6.0,
           "right_to_teaching", "arrange_teaching", "high") for years in PERIODS),
        ("together", "worldview.least_pupils", "628/1998 § 13", "note", code, "", PERIODS[0], 5.0,
         "too_few", "responsible_municipality", "high"),
    ]  # fmt: skip
    rows = [(*row, "worldview" if "worldview" in row[1] else "") for row in rows]
    return pd.DataFrame(
        rows,
        columns=["scenario", "rule", "paragraph", "severity", "municipality", "school", "years",
                 "pupils", "detail_code", "remedy_code", "certainty", "subject"],
    )  # fmt: skip


def make_groups(units: pd.DataFrame) -> pd.DataFrame:
    """Basic groups of every open unit, worldview studies of a tenth, and two Orthodox pupils."""
    open_ = units[units["open"] & (units["pupils"] > 0)].copy()
    hours = {"1-6": 139 / 6, "7-9": 89 / 3}
    basic = open_.assign(
        subject="basic", entitled=open_["pupils"], combined=open_["groups"] / 4,
        weekly_hours=open_["groups"] * open_["stage"].map(hours), provider=open_["municipality"],
        rules="groups.single", estimated=True,
    )  # fmt: skip
    tenth = open_["pupils"] / 10
    worldview = basic.assign(
        subject="worldview", entitled=tenth, pupils=tenth, groups=1.0, weekly_hours=1.0, combined=0
    )
    few = (
        basic.groupby("scenario")
        .head(1)
        .assign(
            subject="religion-ort",
            entitled=2.0,
            pupils=1.5,
            groups=0.5,
            weekly_hours=0.5,
            combined=0,
        )
    )
    few = few.assign(period=units["period"].max())
    rows = pd.concat([basic, worldview, few], ignore_index=True)
    return rows.assign(teachers=rows["weekly_hours"] / 24)


def make_hours(made: Made, groups: pd.DataFrame) -> pd.DataFrame:
    """Available hours are told by the first municipality alone; a tenth is shared."""
    keys = ["scenario", "municipality", "period", "years", "stage", "language", "subject"]
    rows = groups.groupby(keys, as_index=False)[["weekly_hours", "teachers"]].sum()
    first = (rows["municipality"] == made.municipalities[0]) & (rows["subject"] == "basic")
    return rows.rename(columns={"weekly_hours": "required"}).assign(
        available=np.where(first, 200.0, np.nan),
        shared=rows["weekly_hours"] / 10,
        estimated=True,
    )


def make_recount(groups: pd.DataFrame) -> pd.DataFrame:
    small = groups[groups["subject"] != "basic"]
    keys = ["scenario", "period", "years", "subject"]
    sums = small.groupby(keys, as_index=False)[["entitled", "pupils"]].sum()
    return sums.assign(pupils=sums["entitled"] * 0.8, pupils_together=sums["entitled"])


def make_gains(made: Made) -> pd.DataFrame:
    """Before transfer 50,000 × 0.8 each; shares differ by 10,000."""
    count = len(made.municipalities)
    share = np.array([50_000.0, 30_000.0, *([40_000.0] * (count - 2))])
    before = np.full(count, 40_000.0)
    before[-1] = -5_000.0
    before[0] += 45_000.0
    frame = pd.DataFrame(
        {
            "municipality": list(made.municipalities), "before_transfer": before,
            "share": share, "transfer": share - before,
            "standard_error": np.full(count, 1_500.0),
            "net_of_compensation": before + np.array([-30_000.0, 30_000.0, *([0.0] * (count - 2))]),
            "robust": [True, not made.turns, *([True] * (count - 2))],
        }
    )  # fmt: skip
    if made.withheld:
        frame[["share", "transfer", "standard_error"]] = np.nan
    return frame


def make_sensitivity(made: Made) -> pd.DataFrame:
    codes = made.municipalities
    rows: list[tuple[object, ...]] = []
    for factor in (0.9, 1.2):
        turn = made.turns and factor == 0.9
        rows.append((factor, "closure", "together", codes[0], f"{codes[0]}1:1-6", 1.0,
                     0.0 if turn else 1.0, turn))  # fmt: skip
        rows.append((factor, "gain", "", codes[1], "", 40_000.0, -2_000.0 if turn else 38_000.0,
                     turn))  # fmt: skip
        rows.append((factor, "gain", "", codes[0], "", 85_000.0, 80_000.0, False))
    return pd.DataFrame(
        rows,
        columns=["capacity_factor", "what", "scenario", "municipality", "unit", "base", "value",
                 "turns"],
    )  # fmt: skip


def make_forecast(made: Made) -> tuple[pd.DataFrame, pd.DataFrame]:
    """100 children of 7-12 and 50 of 13-15 in 2025, 2 % fewer of 2025 each year."""
    rows, known = [], []
    codes = ["", *made.municipalities]
    slope = 0.01 if made.rising else -0.02
    for code in codes:
        size = len(made.municipalities) if code == "" else 1
        for group, start in (("7-12", 100.0), ("13-15", 50.0), ("7-15", 150.0)):
            for year in range(2025, 2041):
                middle = start * size * (1.0 + slope * (year - 2025))
                spread = start * size * 0.01 * (year - 2025)
                rows.append((code, year, group, middle, middle - spread, middle, middle + spread))
            if code:
                known += [
                    (code, year, group, start + 2025 - year, year > 2019)
                    for year in (2018, 2019, 2022, 2025)
                ]
    forecast = pd.DataFrame(
        rows, columns=["municipality", "year", "age_group", "mean", "p10", "p50", "p90"]
    )
    history = pd.DataFrame(
        known, columns=["municipality", "year", "age_group", "persons", "estimated"]
    )
    return forecast, history


def make_range() -> pd.DataFrame:
    """Half of the pupils can choose today and alone, three quarters together."""
    return pd.DataFrame(
        [
            (scenario, period, stage, "fi", 100.0, 50.0 if scenario in ("today", "alone") else 75.0)
            for scenario in SCENARIOS
            for period in range(len(PERIODS))
            for stage in STAGES
        ],
        columns=["scenario", "period", "stage", "language", "pupils", "with_choice"],
    )


def make_rules() -> pd.DataFrame:
    rows = []
    for rule in default_rules().rules.values():
        held = rule.at(2026)
        own = rule.rule == "compensation.base_eur"
        rows.append(
            {
                "rule": rule.rule, "file": rule.file, "unit": rule.unit,
                "name_sv": rule.name["sv"], "name_fi": rule.name["fi"],
                "name_en": rule.name["en"], "value": float(held.value),
                "valid_from": str(held.valid_from), "source": held.source["sv"],
                **{f"source_{language}": held.source[language] for language in LANGUAGES},
                "certainty": held.certainty, "paragraph": rule.paragraph, "overridden": own,
                "why": "Ministeriets beslut för 2026" if own else "",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def make_summary(made: Made, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    ledger = tables["ledger"]
    gross = ledger[ledger["item"] != "compensation"].groupby("scenario")["eur"].sum() / len(YEARS)
    units = tables["units"]
    last = units[(units["period"] == 2) & units["open"]]
    region = tables["journeys"].query("municipality == '' and stage == ''").set_index("scenario")
    return {
        "region": "Testi",
        "scenarios": {
            name: {
                "cost_eur_per_year": float(gross[name]),
                "changeable_cost_eur_per_year": float(gross[name]) - 300_000.0,
                "small_groups_eur_per_year": 40_000.0,
                "small_groups_least_eur_per_year": 31_000.0,
                "gap": {"today": 0.0, "alone": 0.004, "together": 0.011}.get(name, 0.02),
                "pupils_over_limit": made.over_limit,
                "mean_journey_km": float(region.at[name, "mean_km"]),
                "schools_open": int(last[last["scenario"] == name]["school"].nunique()),
                "pupils_moved": {"today": 0.0, "alone": 25.0, "together": 80.0}.get(name, 10.0),
            }
            for name in SCENARIOS
        },
        "gain": {"low": made.gain[0], "high": made.gain[1], "small_groups": -6_000.0},
        "gain_by_municipality": {},
        "state_share_eur_per_year": dict.fromkeys(made.municipalities, 400_000.0),
        "cost_in_futures": {
            name: {"p10": 0.9 * gross[name], "p50": gross[name], "p90": 1.1 * gross[name]}
            for name in SCENARIOS
        },
        "gain_in_futures": {"p10": -20_000.0, "p50": 130_000.0, "p90": 210_000.0},
        "seconds": {"forecast": 1.0},
        "indicative": ["journeys", "transport"],
        "estimated": ["pupils", "capacity", "grades"],
        "not_robust": [],
        "periods": [list(YEARS[:2]), list(YEARS[2:8]), list(YEARS[8:])],
        "notes": [],
    }


def write_results(folder: Path, made: Made | None = None) -> Path:
    """Write a results folder and return it."""
    made = made or Made()
    municipalities = reference.municipalities()
    own = municipalities["municipality"].isin(made.municipalities)
    cells = reference.grid()
    cells = cells[cells["municipality"].isin(made.municipalities) & (cells["children"] > 0)]
    cells = cells[["cell", "x", "y", "municipality", "children"]].reset_index(drop=True)
    boundaries = reference.boundaries()
    boundaries["own"] = boundaries["municipality"].isin(made.municipalities)
    region = municipalities.loc[own, "region"].iloc[0]
    near = municipalities.loc[municipalities["region"] == region, "municipality"]
    boundaries = boundaries[boundaries["own"] | boundaries["municipality"].isin(near)]
    schools = make_schools(made, cells)
    assignments = make_assignments(made, cells, schools)
    forecast, history = make_forecast(made)
    units = make_units(made, schools, assignments)
    groups = make_groups(units)
    tables = {
        "municipalities": municipalities[own].reset_index(drop=True),
        "boundaries": boundaries.reset_index(drop=True),
        "schools": schools,
        "cells": cells.assign(own_places=False),
        "forecast": forecast,
        "forecast_history": history,
        "units": units,
        "assignments": assignments,
        "ledger": make_ledger(made),
        "agreements": make_agreements(made),
        "exit": make_exit(made),
        "investments": make_investments(made),
        "journeys": make_journeys(made, assignments),
        "flows": make_flows(assignments, schools),
        "outside": make_outside(made),
        "breaches": make_breaches(made),
        "gains": make_gains(made),
        "sensitivity": make_sensitivity(made),
        "range": make_range(),
        "groups": groups,
        "hours": make_hours(made, groups),
        "recount": make_recount(groups),
        "rules": make_rules(),
    }
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
    names = {"sv": "Testbygden", "fi": "Testiseutu", "en": "Test district"}
    manifest = {"study": {"name": names}, "inputs": {}, "versions": {}, "seed": 1, "steps": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    summary = make_summary(made, tables)
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual results folder."""
    return write_results(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="session")
def results(folder: Path) -> Results:
    """The usual results folder, read."""
    return read_results(folder)


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Results]:
    """Return results that differ from the usual in what is given."""

    def made(**changes: Any) -> Results:
        folder = tmp_path_factory.mktemp("made")
        return read_results(write_results(folder, replace(Made(), **changes)))

    return made


@pytest.fixture
def swap(results: Results) -> Callable[..., Results]:
    """Return the usual results with some tables put in place of its own."""

    def swapped(**tables: pd.DataFrame | Sequence[object]) -> Results:
        return replace(results, tables={**results.tables, **tables})

    return swapped
