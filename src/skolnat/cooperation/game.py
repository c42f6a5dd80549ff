"""What every coalition would save: the game whose gain is shared.

v(S) is the cost of all municipalities alone less the cost when the borders among the members of
S are open. Each coalition is searched from the best plan known of its own sub-coalitions, which
is allowed to it too; so a larger coalition is never worth less.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from skolnat.cooperation.shapley import Coalition
from skolnat.network.borders import opened
from skolnat.network.kernel import problem
from skolnat.network.market import IntArray
from skolnat.network.scenarios import Case, components, part_of
from skolnat.network.search import Found, cost, improve

KICKS = 1
"""Shakes of the search of one coalition: many are searched, each from a good start."""


@dataclass
class Game:
    """Worth of coalitions, computed once each.

    Parameters
    ----------
    cases
        Markets with their border regimes and options.
    alone
        The plan of each market with closed borders.
    together
        The plan of each market with all borders open: that of the grand coalition.
    players
        Number of municipalities.
    seed
        Of the searches.
    executor
        Where coalitions are searched side by side; None searches here.
    """

    cases: Sequence[Case]
    alone: Sequence[Found]
    together: Sequence[Found]
    players: int
    seed: int
    executor: Executor | None = None
    _plans: dict[tuple[int, Coalition], Found] = field(default_factory=dict)

    def values(self, coalitions: Iterable[Coalition]) -> dict[Coalition, float]:
        """Return the worth of coalitions, euros over the horizon.

        Notes
        -----
        Coalitions are searched by size, so that each finds the plans of its sub-coalitions that
        were asked for before.
        """
        wanted = set(coalitions)
        for size in range(2, self.players):
            layer = sorted((s for s in wanted if len(s) == size), key=sorted)
            tasks = [
                (index, coalition, self._start(index, coalition))
                for coalition in layer
                for index in range(len(self.cases))
                if (index, coalition) not in self._plans
            ]
            for (index, coalition, _), plan in zip(tasks, self._search(tasks), strict=True):
                self._plans[index, coalition] = plan
        return {coalition: self._worth(coalition) for coalition in wanted}

    def _search(self, tasks: list[tuple[int, Coalition, Found]]) -> Iterable[Found]:
        cases = [self.cases[index] for index, _, _ in tasks]
        members = [coalition for _, coalition, _ in tasks]
        starts = [plan for _, _, plan in tasks]
        run = map if self.executor is None else self.executor.map
        return run(search_coalition, cases, members, starts, itertools.repeat(self.seed))

    def _start(self, index: int, coalition: Coalition) -> Found:
        known = [
            self._plans[index, coalition - {player}]
            for player in sorted(coalition)
            if (index, coalition - {player}) in self._plans
        ]
        return min([self.alone[index], *known], key=lambda plan: plan.cost)

    def _worth(self, coalition: Coalition) -> float:
        if len(coalition) < 2:
            return 0.0
        whole = len(coalition) == self.players
        plans = (
            self.together[index] if whole else self._plans[index, coalition]
            for index in range(len(self.cases))
        )
        pairs = zip(self.alone, plans, strict=True)
        return sum(max(alone.cost - plan.cost, 0.0) for alone, plan in pairs)


def search_coalition(case: Case, members: Coalition, start: Found, seed: int) -> Found:
    """Search the plan of one coalition in one market; never worse than its start.

    Parameters
    ----------
    case
        The market.
    members
        Indices of the municipalities whose borders are open to one another.
    start
        A plan that the coalition allows.
    seed
        Of the search.
    """
    market = case.market
    cells, units = _touched(case, members)
    if units.size < 2 or cells.size == 0:
        return start
    part = part_of(market, cells, units)
    allowed = opened(market, case.closed, members)[np.ix_(cells, units)]
    layout = problem(part, allowed)._replace(options=case.options[units])
    place = np.full(len(market.units), -1, dtype=np.int64)
    place[units] = np.arange(units.size)
    closes, seat = start.closes[units], place[start.seat[:, cells]]
    before = cost(part, layout, closes, seat)
    plan = improve(part, layout, Found(closes, seat, before), kicks=KICKS, seed=seed)
    whole = Found(start.closes.copy(), start.seat.copy(), start.cost + plan.cost - before)
    whole.closes[units] = plan.closes
    whole.seat[:, cells] = units[plan.seat]
    return whole


def _touched(case: Case, members: Coalition) -> tuple[IntArray, IntArray]:
    """Cells and units of the members, and of whoever is tied to them by old flows."""
    market = case.market
    inside = list(members)
    cells: list[IntArray] = []
    units: list[IntArray] = []
    for mine, theirs in components(market, case.closed):
        touched = (
            np.isin(market.cell_municipality[mine], inside).any()
            or np.isin(market.unit_municipality[theirs], inside).any()
        )
        if touched:
            cells.append(mine)
            units.append(theirs)
    empty = np.zeros(0, dtype=np.int64)
    return (
        np.sort(np.concatenate([empty, *cells])),
        np.sort(np.concatenate([empty, *units])),
    )
