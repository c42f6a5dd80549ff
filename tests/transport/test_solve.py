"""What is planned must be drivable, carry everybody, and be as cheap as can be where that is known.

Plans are judged by the checker, which shares nothing with the search; on tiny problems they are
held against all plans there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from bus_problems import BUS, EIGHT, MINUTE, TAXI, group, problem, problems, school
from hypothesis import given, settings
from hypothesis import strategies as st

from skolnat.common.faults import InvalidInput
from skolnat.transport.checker import check
from skolnat.transport.lay import lay_out
from skolnat.transport.layout import Layout, desk
from skolnat.transport.problem import Problem
from skolnat.transport.schedule import drivable
from skolnat.transport.solve import Effort, _Search, plan_buses
from skolnat.transport.timetable import BusPlan, timetable

QUICK = Effort(fewest=0, cheapest=600)


@given(problems(7))
def test_everybody_rides_exactly_once_in_a_sound_plan(problem: Problem) -> None:
    plan = plan_buses(problem, effort=QUICK)
    assert check(problem, plan) == []
    taken = sorted(name for route in plan.routes for call in route.calls for name in call.on)
    assert taken == sorted(group.name for group in problem.groups)


@given(problems(7))
def test_fewer_buses_are_sound_too_and_never_more(problem: Problem) -> None:
    few = plan_buses(problem, effort=Effort(fewest=600, cheapest=200))
    assert check(problem, few) == []
    assert few.buses <= plan_buses(problem, effort=QUICK).buses


def orders(
    layout: Layout, waiting: tuple[int, ...], aboard: tuple[int, ...]
) -> Iterator[list[int]]:
    """Every order of getting on and of calls for some groups."""
    n = layout.pupils.size
    if not waiting and not aboard:
        yield []
    for i in waiting:
        rest = tuple(j for j in waiting if j != i)
        for tail in orders(layout, rest, (*aboard, i)):
            yield [i, *tail]
    for s in sorted({int(layout.school[i]) for i in aboard}):
        left = tuple(i for i in aboard if layout.school[i] != s)
        for tail in orders(layout, waiting, left):
            yield [n + s, *tail]


def cheapest_of_all(problem: Problem) -> tuple[int, float]:
    """Fewest buses, and least cost, over all divisions of the groups into routes."""
    layout = lay_out(problem)
    n = layout.pupils.size
    space = desk(layout.call.size, 2 * n)
    cost = {0: 0.0}
    for size in range(1, n + 1):
        for chosen in combinations(range(n), size):
            routes = [
                timetable(problem, layout, nodes).eur
                for nodes in orders(layout, chosen, ())
                if drivable(layout, space, np.array(nodes), len(nodes))
            ]
            if routes:
                cost[sum(1 << i for i in chosen)] = min(routes)
    least = {0: (0, 0.0)}
    for mask in range(1, 1 << n):
        parts = [part for part in cost if part and part & mask == part]
        buses = min(least[mask ^ part][0] + 1 for part in parts if mask ^ part in least)
        eur = min(least[mask ^ part][1] + cost[part] for part in parts)
        least[mask] = (buses, eur)
    return least[(1 << n) - 1]


@settings(max_examples=25)
@given(problems(4))
def test_tiny_problems_are_solved_to_the_best(problem: Problem) -> None:
    buses, eur = cheapest_of_all(problem)
    assert plan_buses(problem, effort=Effort(0, 3000)).eur == pytest.approx(eur)
    assert plan_buses(problem, effort=Effort(1500, 0)).buses == buses


def test_one_bus_serves_two_schools_whose_bells_lie_apart() -> None:
    """Both loads fill the bus, so it must run twice: 8.00 to school A, 8.30 to school B."""
    groups = [group("g1", 0, "A", 10), group("g2", 9, "B", 10)]
    apart = problem(groups, [school("A", 4), school("B", 5, EIGHT + 30 * MINUTE)])
    plan = plan_buses(apart, effort=Effort(600, 200))
    assert plan.buses == 1
    assert [call.school for call in plan.routes[0].calls] == ["", "A", "", "B"]
    together = replace(apart, schools=(school("A", 4), school("B", 5)))
    assert plan_buses(together, effort=Effort(600, 200)).buses == 2


def test_mixed_loads_save_a_bus_where_bells_ring_together() -> None:
    groups = [group("g1", 0, "A"), group("g2", 1, "B")]
    schools = [school("A", 5, minutes=2), school("B", 6, minutes=2)]
    mixed = problem(groups, schools)
    assert plan_buses(mixed, effort=Effort(600, 0)).buses == 1
    assert plan_buses(replace(mixed, mixed=False), effort=Effort(600, 0)).buses == 2


def test_the_smallest_vehicle_that_fits_is_taken_when_it_is_cheapest() -> None:
    few = problem([group("g1", 0, pupils=4)], [school("A", 5)], vehicles=(BUS, TAXI))
    assert plan_buses(few).routes[0].vehicle == TAXI
    many = problem([group("g1", 0, pupils=5)], [school("A", 5)], vehicles=(BUS, TAXI))
    assert plan_buses(many).routes[0].vehicle == BUS


def test_buses_reach_schools_as_late_as_they_may_and_nobody_sits_waiting() -> None:
    one = problem([group("g1", 0)], [school("A", 5)])
    calls = plan_buses(one).routes[0].calls
    assert [call.arrive for call in calls] == [EIGHT + 300.0 - 30.0, EIGHT + 600.0]


@given(problems(6), st.booleans())
def test_the_search_prices_a_route_as_its_timetable_does(problem: Problem, paid: bool) -> None:
    """Waiting included: else plans would be chosen by one sum and paid by another."""
    problem = replace(problem, waiting_paid=paid)
    layout = lay_out(problem)
    found = _Search(layout, 1)
    found.construct()
    for r in np.flatnonzero(found.state.length).tolist():
        nodes = found.state.route[r, : found.state.length[r]].tolist()
        assert found.state.price[r] == pytest.approx(timetable(problem, layout, nodes).eur)


def test_waiting_for_a_later_bell_is_paid_and_spent_at_school() -> None:
    """g1 gets off at A at 8.10; B opens at 8.40, a minute on, and g2 must get on by 8.49."""
    schools = [school("A", 5), school("B", 6, EIGHT + 40 * MINUTE)]
    groups = [group("g1", 0, "A"), group("g2", 1, "B", ride=60)]
    layout = lay_out(problem(groups, schools))
    route = timetable(problem(groups, schools), layout, [0, 1, 2, 3])
    # g2 is on board at 8.05.30 at the latest, since A closes at 8.10; the bus stands until 8.40.
    starts = [call.arrive - EIGHT for call in route.calls]
    assert starts == [600.0 - 5 * 60.0 - 60.0, 600.0 - 4 * 60.0 - 30.0, 600.0, 2400.0]
    assert route.hours == pytest.approx((2400.0 + 26.0 - 240.0) / 3600.0)
    assert route.eur == pytest.approx(100.0 + 6.0 + 36.0 * route.hours)
    plan = BusPlan((route,))
    assert check(problem(groups, schools), plan) == []
    # Six minutes of driving, two stops of 30 s, two calls of 26 s at the schools.
    free = replace(problem(groups, schools), waiting_paid=False)
    unpaid = timetable(free, lay_out(free), [0, 1, 2, 3])
    assert unpaid.calls == route.calls
    assert unpaid.hours == pytest.approx((6 * 60.0 + 60.0 + 52.0) / 3600.0)
    assert check(free, BusPlan((unpaid,))) == []
    found = check(problem(groups, schools), BusPlan((unpaid,)))
    assert {one.kind for one in found} == {"wrong_length", "wrong_cost"}


def test_nobody_to_carry_needs_no_bus() -> None:
    assert plan_buses(problem([], [school("A", 5)])).routes == ()


def test_a_group_that_not_even_its_own_bus_can_carry_is_named() -> None:
    late = replace(group("g1", 0), earliest=EIGHT + 20 * MINUTE)
    with pytest.raises(InvalidInput, match="g1"):
        plan_buses(problem([late, group("g2", 1)], [school("A", 5)]))


@given(problems(7), st.integers(0, 5))
def test_the_same_seed_gives_the_same_plan(problem: Problem, seed: int) -> None:
    first = plan_buses(problem, effort=QUICK, seed=seed)
    assert plan_buses(problem, effort=QUICK, seed=seed) == first
