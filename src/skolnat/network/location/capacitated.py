"""Capacitated location: the capacitated p-median and single-source facility location as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from skolnat.common.faults import Fault, raise_if_any
from skolnat.network.location.plan import FloatArray, IntArray, Plan, whole


@dataclass(frozen=True)
class Capacitated:
    """Open sites and seat every customer, whole, at one of them within its capacity.

    Parameters
    ----------
    cost
        Of each customer (row) at each site (column), for the whole customer; infinite where it
        may not go. Shape (I, J).
    demand
        Of each customer, whole numbers, shape (I,).
    capacity
        Of each site, whole numbers, shape (J,).
    opening
        Cost of opening each site, shape (J,); 0 where not given.
    count
        How many sites are open (the capacitated p-median); 0 where any number may be.

    Raises
    ------
    InvalidInput
        When shapes differ, a number is unknown, negative or (demand, capacity) not whole, a
        customer fits nowhere, or all sites that may open hold too little.
    """

    cost: FloatArray
    demand: IntArray
    capacity: IntArray
    opening: FloatArray
    count: int = 0

    def __post_init__(self) -> None:
        raise_if_any(_faults(self.cost, self.demand, self.capacity, self.opening, self.count))
        for name, kind in (("cost", float), ("demand", int), ("capacity", int), ("opening", float)):
            array = np.array(getattr(self, name), dtype=kind, order="C")
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def whole(self) -> bool:
        """Whether every plan's cost is a whole number."""
        return whole(self.cost, self.opening)

    def plan(self, seat: IntArray, opened: IntArray | None = None) -> Plan:
        """Return the plan in which each customer has this site.

        Parameters
        ----------
        seat
            Site of each customer, shape (I,).
        opened
            Open sites where some have no customer.
        """
        used = np.unique(seat) if opened is None else np.unique(np.concatenate((opened, seat)))
        cost = self.cost[np.arange(seat.size), seat].sum() + self.opening[used].sum()
        return Plan(used.astype(np.int64), seat.astype(np.int64), float(cost))

    def holds(self, plan: Plan) -> bool:
        """Whether a plan keeps every capacity, seats everybody at an open site, and the count."""
        load = np.bincount(plan.seat, self.demand, self.capacity.size)
        return bool(
            np.all(load <= self.capacity)
            and np.isin(plan.seat, plan.open).all()
            and np.isfinite(plan.cost)
            and (not self.count or plan.open.size == self.count)
        )


def _faults(
    cost: ArrayLike, demand: ArrayLike, capacity: ArrayLike, opening: ArrayLike, count: int
) -> list[Fault]:
    """Tell what is wrong with a problem, all at once."""
    table = np.asarray(cost, dtype=np.float64)
    places = np.asarray(demand, dtype=np.float64)
    sites = np.asarray(capacity, dtype=np.float64)
    fixed = np.asarray(opening, dtype=np.float64)
    if table.ndim != 2 or not table.size:
        return [Fault("network.location_no_costs")]
    shapes = ((places.size,), (sites.size,), (fixed.size,))
    if shapes != (table.shape[:1], table.shape[1:], table.shape[1:]):
        values = {"customers": table.shape[0], "sites": table.shape[1]}
        return [Fault("network.location_shapes", values=values)]
    faults = []
    for name, array in (("demand", places), ("capacity", sites)):
        wrong = ~((array >= 0) & (array == np.floor(array)) & (array < 2**31))
        faults += [
            Fault(f"network.location_{name}", values={"number": int(k) + 1, "value": str(array[k])})
            for k in np.nonzero(wrong)[0]
        ]
    wrong = np.isnan(table) | (table < 0.0)
    if wrong.any():
        i, j = np.argwhere(wrong)[0]
        values = {"customer": int(i) + 1, "site": int(j) + 1, "number": int(wrong.sum())}
        faults.append(Fault("network.location_cost_unknown", values=values))
    faults += [
        Fault("network.location_opening", values={"site": int(j) + 1, "value": str(fixed[j])})
        for j in np.nonzero(~(np.isfinite(fixed) & (fixed >= 0.0)))[0]
    ]
    if not 0 <= count <= sites.size:
        values = {"count": count, "sites": sites.size}
        faults.append(Fault("network.location_count", values=values))
    return faults or _too_small(table, places, sites, count)


def _too_small(
    cost: FloatArray, demand: FloatArray, capacity: FloatArray, count: int
) -> list[Fault]:
    """Tell who fits nowhere, and whether all sites together hold too little."""
    room = np.where(np.isfinite(cost), capacity[None, :], -1.0).max(axis=1)
    faults = [
        Fault(
            "network.location_fits_nowhere",
            values={"customer": int(i) + 1, "demand": int(demand[i])},
        )
        for i in np.nonzero(demand > room)[0]
    ]
    held = np.sort(capacity)[::-1][: count or None].sum()
    if demand.sum() > held:
        values = {
            "demand": int(demand.sum()),
            "capacity": int(held),
            "sites": count or capacity.size,
        }
        faults.append(Fault("network.location_too_little", values=values))
    return faults
