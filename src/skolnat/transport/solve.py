"""Plan the buses of a morning or an afternoon.

A thin façade over the search: sets it up, decides how long it goes on, and turns what it found
into timetables. Everything random comes from one seed and effort is counted in rounds, so the
same problem and seed give the same plan on every machine; only a benchmark watches the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from skolnat.common.faults import Fault, InvalidInput
from skolnat.transport import search
from skolnat.transport.lay import lay_out
from skolnat.transport.layout import Desk, Layout, desk
from skolnat.transport.placing import Memory, memory
from skolnat.transport.problem import Problem
from skolnat.transport.ruin import Random
from skolnat.transport.state import State, empty, refresh, save
from skolnat.transport.timetable import BusPlan, timetable

LONGEST_ROUTE = 128
"""Calls in a route at most."""

CHUNK = 100
"""Rounds between two looks at how far the search has come."""

NEIGHBOURS = 400
MEAN_TAKEN_OUT = 10.0
HEAT = 0.3
"""Temperature at the start, in shares of what carrying one group costs on average."""

Phase = Literal["fewest", "cheapest"]
Enough = Callable[[Phase, int], bool]
"""Asked now and then with the phase and the buses so far; true ends the phase."""


@dataclass(frozen=True)
class Effort:
    """How long to search.

    Parameters
    ----------
    fewest
        Rounds for doing with fewer buses than the first plan, whatever that costs; 0 leaves the
        number of buses to the cost of a shift.
    cheapest
        Rounds for saving money.
    """

    fewest: int = 0
    cheapest: int = 20_000


def plan_buses(
    problem: Problem, *, effort: Effort | None = None, seed: int = 1, enough: Enough | None = None
) -> BusPlan:
    """Plan routes that carry every group.

    Parameters
    ----------
    problem
        The problem.
    effort
        How long to search; :class:`Effort` as it is when left out.
    seed
        Of everything random.
    enough
        Ends a phase of the search early; for benchmarks that watch a clock.

    Raises
    ------
    InvalidInput
        When a group cannot be carried even by a bus of its own.
    """
    if not problem.groups:
        return BusPlan(())
    layout = lay_out(problem)
    found = _Search(layout, seed)
    standing = found.construct()
    if standing:
        names = [problem.groups[i].name for i in standing]
        raise InvalidInput([Fault("transport.no_route", values={"group": name}) for name in names])
    effort = effort or Effort()
    if effort.fewest:
        found.fewest(effort.fewest, enough)
    if effort.cheapest:
        found.cheapest(effort.cheapest, enough, fixed=bool(effort.fewest))
    routes = [timetable(problem, layout, nodes) for nodes in found.nodes()]
    if problem.direction == "morning":
        routes.sort(key=lambda route: (route.calls[0].arrive, route.calls[0].on))
    else:
        routes.sort(key=lambda route: (route.calls[0].arrive, route.calls[-1].off))
    return BusPlan(tuple(routes))


class _Search:
    """Routes in the making, and all the space that the kernels work in."""

    def __init__(self, layout: Layout, seed: int) -> None:
        n = layout.pupils.size
        longest = min(2 * n + 2, LONGEST_ROUTE)
        self.layout: Layout = layout
        self.desk: Desk = desk(layout.call.size, longest)
        self.state: State = empty(layout, n, longest)
        self.best: State = empty(layout, n, longest)
        self.old: State = empty(layout, n, longest)
        self.bench = _bench(layout)
        self.memory: Memory = memory(min(20, 8 + 2 * int(np.log2(n + 1))))
        self.random: Random = np.array([0x9E3779B97F4A7C15 ^ (seed * 2 + 1)], dtype=np.uint64)
        self.done = 0

    def construct(self) -> list[int]:
        """Put every group where it is cheapest; returns those that have no place at all."""
        n = self.layout.pupils.size
        self.bench.standing[:] = np.arange(n)
        self.bench.figures[0], self.bench.figures[3] = n, n
        self._rounds(1, 1.0, 1.0, until_none=False)
        if self.bench.figures[0] > 0:  # a place may have been passed over by chance
            self._rounds(8, 1e-9, 1e-9, until_none=True)
        self._keep()
        return [int(i) for i in np.flatnonzero(self.state.of < 0)]

    def fewest(self, rounds: int, enough: Enough | None) -> None:
        """Do with one bus less, again and again, until the rounds are used up."""
        heats = self._heat() * (1.0 / 30.0) ** (np.arange(11) / 10)
        for hot, cold in pairwise(heats.tolist()):
            if enough is not None and enough("fewest", self.buses):
                break
            self._rounds(min(CHUNK, rounds // 40), hot, cold, until_none=False)
        if self.bench.figures[0] == 0:
            self._keep()
        while self.done < rounds and self.buses > 1:
            self._restore()
            self._dissolve()
            while self.done < rounds and self.bench.figures[0] > 0:
                if enough is not None and enough("fewest", self.buses):
                    self._restore()
                    return
                heat = self._heat()
                self._rounds(min(CHUNK, rounds - self.done), heat, heat, until_none=True)
            if self.bench.figures[0] == 0:
                self._keep()
        self._restore()

    def cheapest(self, rounds: int, enough: Enough | None, *, fixed: bool) -> None:
        """Save money by annealing; with as many buses at most as there are when ``fixed``."""
        self._restore()
        self._close_ranks()
        self.bench.weight[:] = 1.0
        self.bench.figures[0] = 0
        used = int((self.state.length > 0).sum())
        self.bench.figures[3] = used if fixed else self.layout.pupils.size
        parts = max(rounds // CHUNK, 1)
        heats = self._heat() * 0.01 ** (np.arange(parts + 1) / parts)
        least = search.cost_of(self.best)
        for hot, cold in pairwise(heats.tolist()):
            if enough is not None and enough("cheapest", self.buses):
                break
            self._rounds(max(rounds // parts, 1), hot, cold, until_none=False)
            if self.bench.figures[0] == 0 and self.bench.figures[1] < least - 1e-9:
                least = float(self.bench.figures[1])
                self._keep()
        self._restore()

    @property
    def buses(self) -> int:
        """Buses of the best plan so far."""
        return int((self.best.length > 0).sum())

    def nodes(self) -> list[list[int]]:
        """Nodes of each route of the best plan."""
        lengths = self.best.length
        return [self.best.route[r, : lengths[r]].tolist() for r in np.flatnonzero(lengths)]

    def _heat(self) -> float:
        return max(HEAT * float(search.cost_of(self.state)) / self.layout.pupils.size, 1e-9)

    def _rounds(self, number: int, hot: float, cold: float, *, until_none: bool) -> None:
        self.done += search.rounds(
            self.layout, self.desk, self.state, self.old, self.bench, self.memory, self.random,
            number, MEAN_TAKEN_OUT, hot, cold, until_none,
        )  # fmt: skip

    def _keep(self) -> None:
        for source, target in zip(self.state, self.best, strict=True):
            target[:] = source

    def _restore(self) -> None:
        for source, target in zip(self.best, self.state, strict=True):
            target[:] = source

    def _dissolve(self) -> None:
        """Dissolve the route whose groups were left standing least often."""
        state, weight = self.state, self.bench.weight
        used = np.flatnonzero(state.length)
        sums = [float(weight[state.of == r].sum()) for r in used]
        gone = int(used[int(np.argmin(sums))])
        state.of[state.of == gone] = -1
        state.length[gone] = 0
        refresh(self.layout, self.desk, state, gone)
        self._close_ranks()
        standing = np.flatnonzero(state.of < 0)
        self.bench.standing[: standing.size] = standing
        self.bench.figures[0], self.bench.figures[3] = standing.size, len(used) - 1
        weight[:] = 1.0

    def _close_ranks(self) -> None:
        """Move the routes in use to the first rows."""
        state, spare = self.state, self.old
        for target, r in enumerate(np.flatnonzero(state.length).tolist()):
            if r == target:
                continue
            state.of[state.of == r] = target
            save(state, spare, r)
            state.length[r] = 0
            refresh(self.layout, self.desk, state, r)
            for field in ("route", "length", "key", "seconds", "km", "peak", "price",
                          "leave", "due", "serve", "load"):  # fmt: skip
                getattr(state, field)[target] = getattr(spare, field)[r]


def _bench(layout: Layout) -> search.Bench:
    """Work out who is near to whom, by stops alone and by stops, schools and hours."""
    n = layout.pupils.size
    stops = layout.travel[:n, :n]
    stops = np.minimum(stops, stops.T)
    calls = n + layout.school
    schools = layout.travel[np.ix_(calls, calls)]
    hours = np.abs(layout.closes[calls][:, None] - layout.closes[calls][None, :])
    kinship = stops + 0.5 * np.minimum(schools, schools.T) + 0.2 * hours
    near = [np.argsort(table, axis=1, kind="stable")[:, :NEIGHBOURS] for table in (stops, kinship)]
    return search.Bench(
        near=np.ascontiguousarray(np.stack(near), dtype=np.int64),
        far=layout.travel[np.arange(n), calls].copy(),
        standing=np.zeros(n, np.int64),
        weight=np.ones(n),
        order=np.zeros(n),
        touched=np.zeros(n, np.int64),
        old_of=np.zeros(n, np.int64),
        figures=np.zeros(4),
    )
