"""Wishes of a region against brute force: the bound holds for every plan that keeps them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from skolnat.network.borders import opened
from skolnat.network.clash import Wish, find_clash
from skolnat.network.kernel import problem
from skolnat.network.market import BoolArray, Market
from skolnat.network.scenarios import Case, solve_in_parts
from skolnat.network.search import cost
from skolnat.network.solve import Effort
from skolnat.network.wishes import Wishes, broken, wished

STARTS = (2030, 2033, 2036)


def best_kept(
    market: Market, allowed: BoolArray, options: BoolArray, wishes: Wishes
) -> tuple[float, list[bool]]:
    """The least cost of all plans that keep the wishes, and whether each period has any seats.

    Written anew from what the wishes say: nothing of how the optimiser narrows a market.
    """
    units, places = len(market.units), len(market.cells)
    longest = wishes.longest_km.get("1-6", np.inf)
    smallest = wishes.smallest.get("1-6", 0.0)
    schools = [unit.rpartition(":")[0] for unit in market.units]
    ways = [np.flatnonzero(allowed[i] & (market.km[i] <= longest)) for i in range(places)]
    best: list[dict[tuple[bool, ...], float]] = [{} for _ in range(market.periods)]
    for p, seat in itertools.product(range(market.periods), itertools.product(*ways)):
        at = np.array(seat)
        loads = np.bincount(at, market.pupils[p], units)
        over = np.maximum(loads - market.capacity[p], 0.0)
        if wishes.within_seats and over.max() > 0.0:
            continue
        teaching = np.interp(loads, np.arange(market.load_cost.size), market.load_cost)
        money = float(market.pupils[p] @ market.arc_cost[np.arange(places), at])
        money += float((teaching + market.overflow * over).sum())
        for open_ in itertools.product((False, True), repeat=units):
            if not np.array(open_)[at].all() or (loads[list(open_)] < smallest).any():
                continue
            whole = market.years[p] * (money + float(market.fixed[list(open_)].sum()))
            best[p][open_] = min(best[p].get(open_, np.inf), whole)
    least = np.inf
    possible = [False] * market.periods
    choices = []
    for j, school in enumerate(schools):
        mine = {int(q) for q in np.flatnonzero(options[j])}
        if school in wishes.keep:
            mine &= {market.periods}
        if school in wishes.close:
            mine = {sum(start < wishes.close[school] for start in STARTS[: market.periods])}
        choices.append(sorted(mine))
    for closes in itertools.product(*choices):
        total = sum(float(market.closing[j, q]) for j, q in enumerate(closes))
        for p in range(market.periods):
            here = best[p].get(tuple(q > p for q in closes), np.inf)
            possible[p] |= bool(np.isfinite(here))
            total += here
        least = min(least, total)
    return least, possible


@given(
    seed=st.integers(0, 10**6), longest=st.floats(8.0, 40.0), smallest=st.floats(0.0, 8.0),
    within=st.booleans(), kept=st.booleans(), shut=st.booleans(), agreed=st.booleans(),
)  # fmt: skip
@settings(max_examples=25, deadline=None, phases=[Phase.generate])
def test_no_plan_that_keeps_the_wishes_lies_below_the_bound(
    toy: Callable[[int], Any], small_effort: Effort, seed: int, longest: float, smallest: float,
    within: bool, kept: bool, shut: bool, agreed: bool,
) -> None:  # fmt: skip
    made = toy(seed)
    market = made.market
    schools = [unit.rpartition(":")[0] for unit in market.units]
    wishes = Wishes(
        longest_km={"1-6": longest}, smallest={"1-6": smallest} if smallest >= 1.0 else {},
        within_seats=within, keep=(schools[0],) if kept else (),
        close={schools[1]: 2031} if shut else {}, agreements=((0, 1),) if agreed else None,
    )  # fmt: skip
    home = market.cell_municipality[:, None] == market.unit_municipality[None, :]
    closed = made.allowed & home
    case = Case(market, closed, made.allowed, made.options, made.options)
    regime = opened(market, closed, (0, 1)) if agreed else made.allowed
    truth, possible = best_kept(market, regime, made.options, wishes)
    left = wished(case, made.allowed, wishes, STARTS[: market.periods])
    ways = left.allowed.any(axis=1).all()
    asked = [Wish("longest_km", longest)]
    asked += [Wish("smallest", smallest)] if smallest >= 1.0 else []
    asked += [Wish("within_seats")] if within else []
    asked += [Wish("keep", unit=market.units[0])] if kept else []
    when = float(sum(start < 2031 for start in STARTS[: market.periods]))
    asked += [Wish("close", when, market.units[1])] if shut else []
    clash = find_clash(market, regime, made.options, asked)
    if clash is not None:
        assert not possible[clash.period], "a plan keeps what is told to clash"
        return
    if not ways or not np.isfinite(truth):
        return
    searched = Case(left.market, case.closed, case.open, left.options, case.keeping)
    found = solve_in_parts(searched, left.allowed, None, small_effort, seed)
    slack = 1e-6 * max(abs(truth), 1.0)
    assert found.bound <= truth + slack
    lacking, beyond = broken(market, found.plan, wishes)
    if max(lacking.max(initial=0.0), beyond.max(initial=0.0)) < 1e-6:
        layout = problem(market, np.ones_like(left.allowed))
        money = cost(market, layout, found.plan.closes, found.plan.seat)
        assert money >= truth - slack
