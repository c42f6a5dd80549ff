"""Squares that no road joins to a school of their stage and language, and their journey instead.

A place may reach a school by road and yet none that teaches what its pupils need: an island with a
lower school of its own. Its pupils stay in every sum with the journey of the settlement graph, and
are told of, as those of places that reach no school at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from skolnat.access.journeys import Journeys
from skolnat.access.road_journeys import NO_WAY_KM
from skolnat.network.demand import STAGE_AGES, Demand
from skolnat.network.market import BoolArray, FloatArray, IntArray


def cut_off(km: FloatArray, cell_home: IntArray, unit_home: IntArray) -> BoolArray:
    """Tell between which squares and units of a market the settlement graph's way holds.

    Parameters
    ----------
    km
        By road, shape (I, J); :data:`~skolnat.access.road_journeys.NO_WAY_KM` where there is none.
    cell_home, unit_home
        Municipalities of squares and units.

    Returns
    -------
    ndarray
        Shape (I, J). Where a square reaches none of its own municipality's units: those, since
        behind closed borders it has no others. Where it reaches none at all: all of them.
    """
    none = km >= NO_WAY_KM
    own = cell_home[:, None] == unit_home[None, :]
    nowhere = np.asarray(none.all(axis=1))
    not_at_home = np.asarray(own.any(axis=1) & (none | ~own).all(axis=1))
    result: BoolArray = none & (nowhere[:, None] | (not_at_home[:, None] & own))
    return result


def cells_cut_off(
    journeys: Journeys, units: pd.DataFrame, demand: Demand, years: Sequence[int]
) -> tuple[str, ...]:
    """Return the squares with pupils whom the settlement graph's way is given, with roads.

    Parameters
    ----------
    journeys
        The journeys of a study; without roads nothing is cut off.
    units
        Units with their ``stage, language, school, home``.
    demand, years
        Where pupils live.
    """
    if journeys.instead is None:
        return ()
    site = {school: s for s, school in enumerate(journeys.schools)}
    found = np.isin(np.array(journeys.cells, dtype=object), journeys.unreached)
    homes = demand.cells["home"].to_numpy(np.int64)
    for stage in STAGE_AGES:
        for language in demand.shares:
            group = units[(units["stage"] == stage) & (units["language"] == language)]
            if group.empty:
                continue
            pupils = demand.by_cell(stage, language, tuple(years)) > 0.0
            km = journeys.km[:, [site[school] for school in group["school"]]]
            found |= pupils & cut_off(km, homes, group["home"].to_numpy(np.int64)).any(axis=1)
    return tuple(np.array(journeys.cells, dtype=object)[found])
