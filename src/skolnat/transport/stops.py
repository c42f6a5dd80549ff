"""From squares where pupils live to stops where a bus takes them on.

A plan tells how many pupils of a square are expected at a unit, with decimals. Those entitled to
transport walk to a stop: squares themselves serve as stops, as few of them as keep every walk
within its limit (greedy cover: the square that most pupils can walk to comes first). Whole pupils
are then made by the largest remainder, so that each unit and municipality keeps its rounded sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Party:
    """Pupils of one unit at one stop, as one bus takes them on.

    Parameters
    ----------
    name
        Identifier.
    stop
        Position among the stops.
    unit
        Unit they go to.
    homes
        Pupils by municipality where they live, which pays; codes rising.
    """

    name: str
    stop: int
    unit: str
    homes: tuple[tuple[str, int], ...]

    @property
    def pupils(self) -> int:
        """How many."""
        return sum(count for _, count in self.homes)


@dataclass(frozen=True, eq=False)
class Stops:
    """Stops and who waits at them.

    Parameters
    ----------
    table
        One row a stop: ``stop`` (id), ``cell, x, y, municipality``.
    parties
        Who waits; at least one pupil each.
    walks
        One row a square with riders: ``cell, stop, walk_km, riders``.
    """

    table: pd.DataFrame
    parties: tuple[Party, ...]
    walks: pd.DataFrame


def stops_of(riders: pd.DataFrame, km: FloatArray, walk_km: float, seats: int) -> Stops:
    """Place stops and divide pupils into parties.

    Parameters
    ----------
    riders
        ``cell, x, y, unit, home`` (where they live), ``municipality`` (where the square lies),
        ``pupils``: entitled pupils, with decimals; one row a cell, unit and home.
    km
        Ways between the squares, in the order in which they first come in ``riders``.
    walk_km
        Longest walk.
    seats
        Of the largest vehicle: no party is larger.
    """
    places = riders.drop_duplicates("cell").reset_index(drop=True)
    of_cell = {cell: k for k, cell in enumerate(places["cell"])}
    at = riders["cell"].map(of_cell).to_numpy(np.int64)
    weight = np.bincount(at, riders["pupils"], len(places)).astype(np.float64)
    chosen = cover(km, weight, walk_km)
    to_chosen = km[:, chosen]
    nearest = np.argmin(to_chosen, axis=1) if len(places) else chosen
    table = places.loc[chosen, ["cell", "x", "y", "municipality"]].reset_index(drop=True)
    number = table.groupby("municipality").cumcount() + 1
    table.insert(0, "stop", table["municipality"] + "-" + number.astype(str).str.zfill(3))
    walks = pd.DataFrame(
        {
            "cell": places["cell"],
            "stop": table["stop"].to_numpy()[nearest],
            "walk_km": to_chosen[np.arange(len(places)), nearest],
            "riders": weight,
        }
    )
    counts = whole_pupils(riders.assign(stop=nearest[at]))
    return Stops(table, tuple(_parties(counts, table["stop"].tolist(), seats)), walks)


def cover(km: FloatArray, weight: FloatArray, reach: float) -> IntArray:
    """Choose places so that every place lies within reach of a chosen one; indices, rising.

    Greedy: the place that reaches most weight not yet reached comes first; the earlier of equals.
    """
    within = km <= reach
    np.fill_diagonal(within, val=True)
    open_ = np.ones(len(weight), dtype=np.bool_)
    chosen = []
    while open_.any():
        gain = within @ np.where(open_, weight + 1e-9, 0.0)
        best = int(np.argmax(gain))
        chosen.append(best)
        open_ &= ~within[:, best]
    return np.array(sorted(chosen), dtype=np.int64)


def whole_pupils(expected: pd.DataFrame) -> pd.DataFrame:
    """Return whole pupils by stop, unit and home; the sums by unit and home are kept, rounded.

    Parameters
    ----------
    expected
        ``stop, unit, home, pupils`` with decimals; several rows of the same are summed.
    """
    sums = expected.groupby(["unit", "home", "stop"], as_index=False)[["pupils"]].sum()
    pupils = sums["pupils"].to_numpy(np.float64)
    whole = np.floor(pupils + 1e-9)
    keys = sums["unit"] + "|" + sums["home"]
    for key in keys.unique():
        rows = np.flatnonzero(keys == key)
        lacking = int(np.floor(pupils[rows].sum() + 0.5) - whole[rows].sum())
        order = rows[np.argsort(whole[rows] - pupils[rows], kind="stable")]
        whole[order[: max(lacking, 0)]] += 1.0
    sums["pupils"] = whole.astype(np.int64)
    return sums[sums["pupils"] > 0].reset_index(drop=True)


def _parties(counts: pd.DataFrame, stops: list[str], seats: int) -> list[Party]:
    parties = []
    together: dict[tuple[int, str], list[tuple[str, int]]] = {}
    columns = (counts[name].tolist() for name in ("stop", "unit", "home", "pupils"))
    for stop, unit, home, pupils in zip(*columns, strict=True):
        together.setdefault((stop, unit), []).append((home, pupils))
    for (stop, unit), homes in sorted(together.items()):
        for part, share in enumerate(_divided(sorted(homes), seats)):
            name = f"{stops[stop]}|{unit}" + (f"|{part + 1}" if part else "")
            parties.append(Party(name, stop, unit, share))
    return parties


def _divided(homes: list[tuple[str, int]], seats: int) -> list[tuple[tuple[str, int], ...]]:
    """Divide pupils into as few parties as the seats allow, of nearly the same size."""
    pupils = [home for home, count in homes for _ in range(count)]
    parts = -(-len(pupils) // seats)
    ends = [round(k * len(pupils) / parts) for k in range(parts + 1)]
    divided = []
    for first, last in pairwise(ends):
        names = pupils[first:last]
        divided.append(tuple((home, names.count(home)) for home in sorted(set(names))))
    return divided
