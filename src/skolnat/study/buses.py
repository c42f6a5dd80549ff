"""Bus routes for a plan of a finished study: its results folder in, a folder of routes out.

Reads the tables of ``skolnat run``, measures travel along the settlement graph, has the buses
planned and checked by :mod:`skolnat.transport`, and writes tables, a GTFS feed and a GeoPackage:
whole ones for the carrier, and those that may be published under ``public``.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.access.graph import RoadGraph, load_graph
from skolnat.access.hard_roads import hard_by_tag
from skolnat.access.journeys import by_road, entitled
from skolnat.access.settlement import SettlementGraph
from skolnat.common.faults import Fault, InvalidInput, attempted, raise_if_any
from skolnat.common.languages import Language
from skolnat.plan.scenario import SCENARIOS
from skolnat.rules.rules import Amount, Rules, default_rules
from skolnat.study.prepare import settled_squares
from skolnat.study.roads import outside_extract, roads_told_hard
from skolnat.transport.geopackage import write_geopackage
from skolnat.transport.gtfs import write_gtfs
from skolnat.transport.lines import along_roads, straight
from skolnat.transport.public import public
from skolnat.transport.service import Network, Service, plan_service
from skolnat.transport.settings import Settings, read_bells, read_vehicles, settings
from skolnat.transport.solve import Effort
from skolnat.transport.tables import tables_of
from skolnat.transport.travel import Travel, by_bus, by_settlement, on_foot

SUMMARY: Final = "buses.json"
_TABLES: Final = ("assignments", "cells", "schools", "municipalities", "rules", "ledger")
LEAST_PUPILS: Final = 1e-6


@dataclass(frozen=True)
class Wish:
    """Which plan, and how its buses are to run.

    Parameters
    ----------
    scenario, period
        Of the plan; the last period when ``period`` is None.
    mixed
        Whether pupils of different units may ride together.
    vehicles, bells
        Files of a region's own; None for the rules' assumptions.
    hub
        Id of a school at which pupils may change; "" for none.
    rounds
        Effort of the search in each direction.
    seed
        Of everything random.
    roads
        Folder of a road graph; along the settlement graph when None.
    hard
        File of the municipalities' own hard roads, along which nobody walks to a stop.
    """

    scenario: str = "together"
    period: int | None = None
    mixed: bool = True
    vehicles: Path | None = None
    bells: Path | None = None
    hub: str = ""
    rounds: int = 4_000
    seed: int = 1
    roads: Path | None = None
    hard: Path | None = None


def plan_study_buses(results: Path, out: Path, wish: Wish, language: Language) -> dict[str, Any]:
    """Plan the buses of a study's plan and write them.

    Parameters
    ----------
    results
        Folder that ``skolnat run`` has written.
    out
        Folder to write: made, or replaced when it holds older routes.
    wish
        Which plan, and how.
    language
        Of the names in feeds.

    Returns
    -------
    dict
        The summary, as in ``out/buses.json``.

    Raises
    ------
    InvalidInput
        With every fault of what was given; nothing is written then.
    """
    tables, manifest, summary = _read(results)
    faults = [*_wish_faults(wish, tables, summary), *_place_faults(out)]
    schools = set(tables["schools"]["school"])
    vehicles, bells = wish.vehicles, wish.bells
    own_vehicles = attempted(faults, lambda: read_vehicles(vehicles)) if vehicles else None
    own_bells = attempted(faults, lambda: read_bells(bells, schools)) if bells else None
    roads = attempted(faults, lambda: _roads_of(wish, tables["cells"]))
    told = None if roads is None else attempted(faults, lambda: roads_told_hard(roads, wish.hard))
    raise_if_any(faults)
    periods = summary["periods"]
    period = len(periods) - 1 if wish.period is None else wish.period
    year = int(periods[period][0])
    rules = rules_of_results(tables["rules"])
    options = settings(rules, year, vehicles=own_vehicles, bells=own_bells)
    network = network_of(tables, wish.scenario, period, rules, year, hub=wish.hub)
    ground = roads or settled_squares(tables["cells"])
    travel, walk = travel_on(ground, options, rules, year, told)
    service = plan_service(
        network,
        options,
        travel,
        mixed=wish.mixed,
        hub=wish.hub,
        effort=Effort(cheapest=wish.rounds),
        seed=wish.seed,
        walk=walk,
    )
    figures = _summary(service, tables, wish, period, periods[period], rules)
    title = str(manifest["study"]["name"][language])
    names = _names(service, tables, language)
    _write(out, service, rules, year, figures, names, title, language, roads)
    return figures


def travel_on(
    ground: RoadGraph | SettlementGraph, options: Settings, rules: Rules, year: int,
    told: npt.NDArray[np.bool_] | None = None,
) -> tuple[Travel, Travel | None]:  # fmt: skip
    """Return how buses drive and how pupils walk to a stop (as buses drive, where None).

    Parameters
    ----------
    ground
        Roads, or the settlement graph.
    options
        Speeds.
    rules, year
        Circuity without roads; with them what is a hard road, and how far a road may be.
    told
        Edges that the municipalities call hard, shape (E,).

    Notes
    -----
    Pupils of all grades wait at a stop, so what is hard for the youngest is hard for all.
    """
    if isinstance(ground, SettlementGraph):
        return by_settlement(
            ground, lambda km: by_road(km, rules, year), options.km_per_second
        ), None
    within = rules.number("journey.snap_km", year) * 1000.0
    hard = hard_by_tag(ground, "1-6", rules, year)
    hard = hard if told is None else hard | told
    return by_bus(ground, within), on_foot(ground, hard, within, options.walk_km_h)


def _roads_of(wish: Wish, cells: pd.DataFrame) -> RoadGraph | None:
    """Open the roads, which have to cover the squares of the study."""
    if wish.roads is None:
        return None
    graph = load_graph(wish.roads)
    outside = outside_extract(graph, cells[["x", "y"]].to_numpy(np.float64))
    if outside.any():
        values: dict[str, str | int | float] = {
            "outside": int(outside.sum()),
            "cells": len(cells),
            "source": str(graph.about["source"]),
        }
        raise_if_any([Fault("study.roads_do_not_cover", str(wish.roads), None, "--roads", values)])
    return graph


def _read(results: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any], dict[str, Any]]:
    files = {name: results / "tables" / f"{name}.parquet" for name in _TABLES}
    notes = {name: results / f"{name}.json" for name in ("manifest", "summary")}
    lacking = [path for path in (*files.values(), *notes.values()) if not path.is_file()]
    if lacking:
        missing = ", ".join(str(path.relative_to(results)) for path in lacking)
        raise InvalidInput([Fault("study.no_results", str(results), values={"missing": missing})])
    tables = {name: pd.read_parquet(path) for name, path in files.items()}
    manifest, summary = (json.loads(path.read_text("utf-8")) for path in notes.values())
    return tables, manifest, summary


def _wish_faults(
    wish: Wish, tables: Mapping[str, pd.DataFrame], summary: Mapping[str, Any]
) -> list[Fault]:
    faults = []
    known = [name for name in SCENARIOS if name in summary["scenarios"]]
    if wish.scenario not in known:
        values = {"scenario": wish.scenario, "known": ", ".join(known)}
        faults.append(Fault("study.unknown_scenario", column="--scenario", values=values))
    last = len(summary["periods"]) - 1
    if wish.period is not None and not 0 <= wish.period <= last:
        told = {"period": wish.period, "last": last}
        faults.append(Fault("study.unknown_period", column="--period", values=told))
    if wish.hard is not None and wish.roads is None:
        faults.append(Fault("study.hard_without_roads", column="--hard-roads"))
    if wish.hub and wish.hub not in set(tables["schools"]["school"]):
        faults.append(Fault("study.unknown_hub", column="--hub", values={"school": wish.hub}))
    return faults


def _place_faults(out: Path) -> list[Fault]:
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / SUMMARY).is_file()):
        return [Fault("study.out_is_not_ours", file=str(out))]
    return []


def rules_of_results(table: pd.DataFrame) -> Rules:
    """Return the rules of a study: those that ship, with the overrides that its results tell."""
    rules = default_rules()
    own = table[table["overridden"].astype(bool)]
    overrides: dict[str, tuple[Amount, str]] = {}
    for name, value, why in zip(own["rule"], own["value"], own["why"], strict=True):
        usual = rules.rules[name].values[-1].value
        overrides[name] = (bool(value) if isinstance(usual, bool) else float(value), why)
    return rules.with_overrides(overrides) if overrides else rules


def network_of(
    tables: Mapping[str, pd.DataFrame], scenario: str, period: int, rules: Rules, year: int,
    *, hub: str = "",
) -> Network:  # fmt: skip
    """Return who is to be carried where in a plan: pupils entitled to transport, by square.

    A hub school is among the units even where nobody rides to it.
    """
    rows = tables["assignments"]
    rows = rows[(rows["scenario"] == scenario) & (rows["period"] == period)]
    if "carried" in rows:
        rows = rows[rows["carried"].astype(bool)]
    else:  # results of an older version
        rows = rows[entitled(rows["km"].to_numpy(np.float64), rules, year)]
    rows = rows[rows["pupils"] > LEAST_PUPILS]
    cells = tables["cells"].rename(columns={"municipality": "lies_in"})
    rows = rows.merge(cells[["cell", "x", "y", "lies_in"]], on="cell", how="inner")
    keys = {"municipality": "home", "lies_in": "municipality"}
    riders = rows.rename(columns=keys)[["cell", "x", "y", "unit", "home", "municipality", "pupils"]]
    riders = riders.groupby([c for c in riders if c != "pupils"], as_index=False).sum()
    used = rows.drop_duplicates("unit")[["unit", "school", "stage"]]
    if hub and hub not in set(used["school"]):
        place = pd.DataFrame([{"unit": f"{hub}:1-6", "school": hub, "stage": "1-6"}])
        used = pd.concat([used, place], ignore_index=True)
    units = used.merge(tables["schools"][["school", "x", "y", "municipality"]], on="school")
    order = ["unit", "school", "stage", "x", "y", "municipality"]
    return Network(
        riders.sort_values(["cell", "unit", "home"], ignore_index=True),
        units[order].sort_values("unit", ignore_index=True),
        depots_of(tables["cells"])
        if rules.number("buses.pay_empty_running", year)
        else pd.DataFrame(columns=["depot", "x", "y"], dtype=np.float64),
    )


def depots_of(cells: pd.DataFrame) -> pd.DataFrame:
    """Return where vehicles are taken to stand: the square with most children, by municipality."""
    most = cells.sort_values(["children", "cell"], ascending=[False, True])
    most = most.drop_duplicates("municipality").sort_values("municipality")
    return pd.DataFrame(
        {
            "depot": "depot-" + most["municipality"].to_numpy(object),
            "x": most["x"].to_numpy(np.float64),
            "y": most["y"].to_numpy(np.float64),
        }
    )


def _summary(
    service: Service, tables: Mapping[str, pd.DataFrame], wish: Wish, period: int,
    years: list[int], rules: Rules,
) -> dict[str, Any]:  # fmt: skip
    shifts = service.shifts
    costs = {direction: shift.plan.eur for direction, shift in shifts.items()}
    days = service.settings.school_days
    ledger = tables["ledger"]
    told = ledger[(ledger["scenario"] == wish.scenario) & (ledger["item"] == "transport")]
    told = told[told["year"].isin(years)]
    return {
        "scenario": wish.scenario,
        "period": period,
        "years": [years[0], years[-1]],
        "mixed": wish.mixed,
        "hub": wish.hub,
        "pupils": sum(party.pupils for party in service.stops.parties),
        "stops": len({party.stop for party in service.stops.parties}),
        "buses": {direction: shift.plan.buses for direction, shift in shifts.items()},
        "eur_a_day": costs,
        "eur_a_year": sum(costs.values()) * days,
        "ledger_transport_eur_a_year": float(told["eur"].sum()) / len(years),
        "saved_by_hub_eur_a_day": {
            direction: shift.straight_eur - shift.plan.eur for direction, shift in shifts.items()
        },
        "pupils_stranded": _pupils(service, "stranded"),
        "pupils_beyond_longest_ride": _pupils(service, "stretched"),
        "pupils_boarding": _pupils(service, "boarding"),
        "indicative": (["pupils"] if wish.roads else ["journeys", "pupils"]) + ["depots"],
        "estimated": _assumed(rules, wish),
    }


def _pupils(service: Service, which: str) -> int:
    """Pupils of the parties that are listed in either direction."""
    parties = {p.name: p for shift in service.shifts.values() for p in getattr(shift, which)}
    return sum(party.pupils for party in parties.values())


def _assumed(rules: Rules, wish: Wish) -> list[str]:
    """Rules behind the plan that are assumptions still."""
    own = ("_seats", "_shift_eur", "_km_eur", "_hour_eur") if wish.vehicles else ()
    return [
        name
        for name, rule in rules.rules.items()
        if rule.file == "buses" and name not in rules.overrides and not name.endswith(own or ("#",))
    ]


def _names(
    service: Service, tables: Mapping[str, pd.DataFrame], language: Language
) -> dict[str, str]:
    """Names of schools and stops; a stop is named by its municipality and a number."""
    places = tables["municipalities"].set_index("municipality")[f"name_{language}"]
    schools = tables["schools"]
    names = {str(s): str(n) for s, n in zip(schools["school"], schools["name"], strict=True)}
    for stop, code in service.stops.table[["stop", "municipality"]].itertuples(index=False):
        names[stop] = f"{places[code]} {stop.partition('-')[2]}"
    return names


def _write(
    out: Path, service: Service, rules: Rules, year: int, told: dict[str, Any],
    names: Mapping[str, str], title: str, language: Language, roads: RoadGraph | None,
) -> None:  # fmt: skip
    """Write everything beside its place, then put it there by renaming."""
    staging = out.absolute().parent / f".{out.absolute().name}.skolnat-{os.getpid()}"
    shutil.rmtree(staging, ignore_errors=True)
    whole = tables_of(service, rules, year)
    for folder, tables in ((staging, whole), (staging / "public", public(whole))):
        (folder / "tables").mkdir(parents=True)
        for name, table in tables.items():
            table.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
        calls, snap_km = tables["route_stops"], rules.number("journey.snap_km", year)
        lines = None if roads is None else along_roads(calls, roads, snap_km * 1000.0)
        write_gtfs(folder / "gtfs.zip", tables, names, title=title, language=language, year=year,
                   lines=lines)  # fmt: skip
        write_geopackage(
            folder / "routes.gpkg", tables, straight(calls) if lines is None else lines
        )
    over = float(whole["bus_days"]["over_limit"].sum())
    text = json.dumps(told | {"pupils_over_limit": over}, ensure_ascii=False, indent=1)
    (staging / SUMMARY).write_text(text + "\n", encoding="utf-8")
    told["pupils_over_limit"] = over
    old = staging.with_name(staging.name + "-old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    staging.rename(out)
    shutil.rmtree(old, ignore_errors=True)
