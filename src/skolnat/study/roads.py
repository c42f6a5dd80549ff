"""What a study travels on: the roads that it names, checked against its region."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from skolnat.access.bells import bells_of
from skolnat.access.graph import CM, RoadGraph, load_graph
from skolnat.access.hard_roads import hard_as_told, read_hard_roads
from skolnat.access.journeys import Journeys
from skolnat.access.road_journeys import RoadStudy
from skolnat.common.faults import Fault, attempted, raise_if_any
from skolnat.region.region import Region
from skolnat.sources.grid import FINLAND
from skolnat.study.keys import JourneysTable

AWAY_M: Final = 20_000.0
"""A square so far from any road of an extract lies outside it: nobody in Finland lives so far."""

_BLOCK_M: Final = 2_000.0


def read_roads(
    table: JourneysTable, roads: Path, hard: Path | None, region: Region, file: str
) -> RoadStudy:
    """Open the roads that a study names.

    Parameters
    ----------
    table
        The study's ``[journeys]``.
    roads, hard
        Folder of the graph and file of hard roads, resolved beside the study file.
    region
        The region, whose every square has to lie within the extract.
    file
        The study file as the user wrote it, for faults.

    Raises
    ------
    InvalidInput
        When the graph or the file of hard roads cannot be read, or the extract does not cover
        the region.
    """
    faults: list[Fault] = []
    graph = attempted(faults, lambda: load_graph(roads))
    told = None
    if graph is not None:
        told = attempted(faults, lambda: roads_told_hard(graph, hard))
    elif hard is not None:
        attempted(faults, lambda: read_hard_roads(hard))
    if graph is not None:
        faults += _not_covered(graph, region, file)
    known = set(region.schools["school"])
    faults += [
        Fault("study.unknown_school", file, column="journeys.secondary", values={"school": school})
        for school in table.secondary
        if school not in known
    ]
    raise_if_any(faults)
    assert graph is not None
    bells = table.bells
    return RoadStudy(
        graph=graph,
        told=told,
        bells=bells_of(bells.lower, bells.upper, bells.arrivals, bells.departures),
        secondary=frozenset(table.secondary),
    )


def roads_told_hard(graph: RoadGraph, file: Path | None) -> npt.NDArray[np.bool_] | None:
    """Return the edges that a municipality's file calls hard, shape (E,); None without a file.

    Raises
    ------
    InvalidInput
        When the file cannot be read, or means no road of the graph.
    """
    if file is None:
        return None
    told = hard_as_told(graph, read_hard_roads(file))
    if not told.any():
        raise_if_any([Fault("study.hard_roads_nowhere", str(file))])
    return told


def _not_covered(graph: RoadGraph, region: Region, file: str) -> list[Fault]:
    """Return a fault when squares of the region lie outside the extract."""
    cells = region.cells
    outside = outside_extract(graph, cells[["x", "y"]].to_numpy(np.float64))
    if not outside.any():
        return []
    values: dict[str, str | int | float] = {
        "outside": int(outside.sum()),
        "cells": len(cells),
        "source": str(graph.about["source"]),
    }
    return [Fault("study.roads_do_not_cover", file, column="journeys.roads", values=values)]


def outside_extract(graph: RoadGraph, places: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Tell which places lie outside the extract of a graph.

    Parameters
    ----------
    graph
        The roads.
    places
        Metres in Finland's projection, shape (P, 2).
    """
    if graph.crs != FINLAND or graph.nodes == 0:
        return np.ones(len(places), dtype=np.bool_)
    nodes = np.column_stack([graph.node_x, graph.node_y]) / CM
    blocks = np.unique(np.floor(nodes / _BLOCK_M), axis=0)
    away = np.asarray(cKDTree((blocks + 0.5) * _BLOCK_M).query(places)[0])
    x0, y0, x1, y1 = graph.box_m
    box = (places >= (x0 - _BLOCK_M, y0 - _BLOCK_M)) & (places <= (x1 + _BLOCK_M, y1 + _BLOCK_M))
    result: npt.NDArray[np.bool_] = ~box.all(axis=1) | (away > AWAY_M)
    return result


def notes_of(
    journeys: Journeys, cells: pd.DataFrame, without: Collection[str], shown: dict[str, str]
) -> list[Fault]:
    """Tell of places and schools that no road joins, by municipality and school.

    Parameters
    ----------
    journeys
        The journeys of a study.
    cells
        Its squares: ``cell, municipality``.
    without
        Those that no road joins to a school of their stage and language.
    shown
        Name of each municipality.
    """
    lost = cells.loc[cells["cell"].isin(list(without)), "municipality"]
    notes = [
        Fault(
            "study.no_road_to_school",
            values={"municipality": shown[str(code)], "places": int(count)},
            severity="warning",
        )
        for code, count in lost.value_counts(sort=False).sort_index().items()
    ]
    notes += [
        Fault("study.school_without_road", values={"school": school}, severity="warning")
        for school in journeys.sites_unreached
    ]
    return notes
