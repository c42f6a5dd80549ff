"""Wishes about children and the map: no kept plan is beaten by brute force."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from skolnat.access.settlement import settlement_graph
from skolnat.network.build import Period
from skolnat.network.catchments import cut_off, map_links, neighbours_of
from skolnat.network.cohorts import FREE, Cohorts, by_changes
from skolnat.network.keep import Kept, broken_fees, keep
from skolnat.network.kernel import problem
from skolnat.network.market import Market
from skolnat.network.search import Found, fill
from skolnat.network.siblings import narrowed, pair_of
from skolnat.network.solve import Effort, latest, solve

PERIODS = (Period((2028, 2029)), Period((2030, 2031, 2032)), Period((2033,)))
NO_MAP = (np.zeros(0, np.int64), np.zeros(0, np.int64))


def free(market: Market) -> Kept:
    """Nothing to be kept."""
    places = len(market.cells)
    start = np.zeros(places + len(market.units) + 1, np.int64)
    return Kept(
        np.full(places, -1), np.zeros(1, np.int64), np.full((places, 1), FREE), start, NO_MAP[1],
        np.full(market.pupils.shape, -1), np.zeros(places, np.bool_),
        np.ones(market.km.shape, np.bool_),
    )  # fmt: skip


def test_a_child_changes_when_its_square_does_while_it_is_in_the_stage() -> None:
    cohorts = Cohorts.of(PERIODS)
    # Unit 0 before and first, then 1 from 2030, then 0 from 2033.
    seat = np.array([[0], [1], [0]])
    found = cohorts.changes("1-6", seat, np.array([0]))[0]
    by_entry = dict(zip(cohorts.entry.tolist(), found.tolist(), strict=True))
    # In grade 1 in 2029: grade 2 in 2030 and grade 5 in 2033, so both turns.
    assert by_entry[2029] == 2
    # In grade 1 in 2027: grade 4 in 2030, and in 2033 it is in grade 7 already.
    assert by_entry[2027] == 1
    # In grade 6 in 2029: it steps to grade 7 in 2030.
    assert by_entry[2024] == 0
    # In grade 1 in 2030: it never knew unit 0.
    assert by_entry[2030] == 1
    assert by_entry[2033] == 0
    upper = dict(zip(cohorts.entry, cohorts.changes("7-9", seat, np.array([0]))[0], strict=True))
    # In grade 7 in 2029, 8 in 2030; grade 6 in 2029 steps up; grade 9 in 2029 leaves.
    assert [int(upper[y]) for y in (2023, 2024, 2021)] == [1, 0, 0]


def test_the_first_turn_counts_where_the_school_of_before_is_known() -> None:
    cohorts = Cohorts.of(PERIODS)
    seat = np.array([[1], [1], [1]])
    assert cohorts.changes("1-6", seat, np.array([0])).max() == 1
    assert cohorts.changes("1-6", seat, np.array([-1])).max() == 0
    assert cohorts.changes("1-6", seat, np.array([1])).max() == 0


def test_children_are_counted_once_a_cohort(toy: Callable[[int], Any]) -> None:
    market = dataclasses.replace(
        toy(3).market, pupils=np.full((3, len(toy(3).market.cells)), 12.0), years=np.ones(3),
        capacity=np.full(len(toy(3).market.units), 9.0),
    )  # fmt: skip
    children = Cohorts.of(PERIODS).children(market, PERIODS)
    # 12 pupils in six grades are two a cohort; those who enter 2023-2033 are pupils some year.
    assert set(children[0].round(9)) == {0.0, 2.0}
    assert children[0].sum() == pytest.approx(2.0 * 11)
    assert by_changes(np.array([[0, 2]]), np.array([[1.5, 2.5]])).tolist() == [1.5, 0.0, 2.5]


def line_of_squares() -> tuple[np.ndarray, np.ndarray]:
    """Six squares in a row and one empty one beside the third."""
    points = np.array([[1e3 * x, 0.0] for x in range(6)] + [[2e3, 1e3]])
    return points, map_links(settlement_graph(points))


def test_neighbours_touch_and_nothing_leaps_over_a_third_square() -> None:
    points, links = line_of_squares()
    pairs = {tuple(pair) for pair in links.tolist()}
    assert {(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (1, 6), (2, 6), (3, 6)} == pairs
    # Squares 1 and 3 lie on both sides of 2, but also around the empty square 6.
    start, near = neighbours_of(points, links, points[:6], points[[0, 5]])
    lists = [set(near[start[k] : start[k + 1]].tolist()) for k in range(8)]
    assert lists[:6] == [{1}, {0, 2, 3}, {1, 3}, {1, 2, 4}, {3, 5}, {4}]
    assert lists[6:] == [{0, 1}, {4, 5}]


def test_islands_are_tied_and_a_lone_square_has_a_neighbour() -> None:
    points = np.array([[0.0, 0.0], [1e3, 0.0], [30e3, 0.0], [31e3, 0.0]])
    links = map_links(settlement_graph(points))
    assert [1, 2] in links.tolist()


def strip(shape: tuple[int, int] = (1, 5)) -> Market:
    """Five squares in a row, a school at each end."""
    periods, cells = shape
    km = np.stack([1.0 + np.arange(cells), cells - np.arange(cells)], axis=1).astype(float)
    return Market(
        stage="1-6", language="fi", cells=tuple("abcde"), units=("x:1-6", "y:1-6"),
        cell_municipality=np.zeros(cells, np.int64), unit_municipality=np.zeros(2, np.int64),
        candidate=np.zeros(2, np.bool_), pupils=np.full((periods, cells), 4.0),
        years=np.ones(periods), km=km, minutes=km, arc_cost=np.zeros(km.shape),
        capacity=np.full(2, 30.0), fixed=np.zeros(2), closing=np.zeros(2),
        load_cost=np.arange(60.0), overflow=10.0,
    )  # fmt: skip


def test_a_catchment_hangs_together_or_the_squares_beyond_are_told() -> None:
    market = strip()
    points = np.array([[1e3 * x, 0.0] for x in range(5)])
    around = neighbours_of(points, map_links(settlement_graph(points)), points, points[[0, 4]])
    ways, never = np.ones((5, 2), np.bool_), np.array([1, 1])
    assert not cut_off(market, ways, around, never, np.array([[0, 0, 0, 1, 1]])).any()
    apart = cut_off(market, ways, around, never, np.array([[0, 1, 0, 1, 1]]))
    assert apart.tolist() == [[False, True, True, False, False]]
    # A square that may not use x does not cut its catchment: an enclave is no fault.
    bound = ways.copy()
    bound[1, 0] = False
    apart = cut_off(market, bound, around, never, np.array([[0, 1, 0, 1, 1]]))
    assert apart.tolist() == [[False, True, False, False, False]]
    # Two schools in one square: the second begins at its site.
    village = neighbours_of(points, map_links(settlement_graph(points)), points, points[[0, 0]])
    assert not cut_off(market, ways, village, never, np.array([[0, 1, 1, 1, 1]])).any()


@given(seed=st.integers(0, 10**6), limit=st.integers(0, 2))
@settings(max_examples=6, deadline=None, phases=[Phase.generate])
def test_no_plan_that_keeps_its_changes_beats_brute_force_or_its_bound(
    toy: Callable[[int], Any], small_effort: Effort, price_of: Callable[..., float],
    seed: int, limit: int,
) -> None:  # fmt: skip
    """The optimum of 3 squares, 2-3 units, 2 periods, by trying every path and closing."""
    case = tiny(toy(seed), cells=3, periods=2, most=2)
    market, ways, options = case
    random = np.random.default_rng(seed)
    cohorts = Cohorts.of(PERIODS[: market.periods])
    before = np.array([random.choice(np.flatnonzero(row)) for row in ways])

    def keeps(seat: np.ndarray) -> bool:
        lived = market.pupils.max(axis=0) > 0.0
        return bool(cohorts.changes("1-6", seat, before)[lived].max(initial=0) <= limit)

    kept = free(market)._replace(
        before=before, counted=cohorts.bits("1-6"), may=ways,
        spare=np.full((3, cohorts.entry.size), limit),
    )  # fmt: skip
    judge(market, ways, options, kept, keeps, small_effort, price_of)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=6, deadline=None, phases=[Phase.generate])
def test_no_contiguous_plan_beats_brute_force_or_its_bound(
    toy: Callable[[int], Any], small_effort: Effort, price_of: Callable[..., float], seed: int
) -> None:
    market, ways, options = tiny(toy(seed), cells=5, periods=1)
    random = np.random.default_rng(seed)
    points = 1e3 * np.unique(random.integers(0, 4, (40, 2)), axis=0).astype(float)
    cells = points[random.permutation(len(points))[:5]]
    sites = points[random.integers(0, len(points), len(market.units))]
    around = neighbours_of(points, map_links(settlement_graph(points)), cells, sites)
    kept = free(market)._replace(start=around[0], neighbour=around[1], may=ways)

    def keeps(seat: np.ndarray) -> bool:
        never = np.full(len(market.units), market.periods)
        return not cut_off(market, ways, around, never, seat).any()

    judge(market, ways, options, kept, keeps, small_effort, price_of)


def tiny(
    case: Any, *, cells: int, periods: int, most: int = 3
) -> tuple[Market, np.ndarray, np.ndarray]:
    """The first squares, units and periods of a toy."""
    market, units = case.market, min(len(case.market.units), most)
    rows = np.arange(cells) % len(market.cells)
    times = np.arange(periods) % market.periods
    small = dataclasses.replace(
        market, cells=tuple(f"c{i}" for i in range(cells)), units=market.units[:units],
        cell_municipality=market.cell_municipality[rows],
        unit_municipality=market.unit_municipality[:units], candidate=np.zeros(units, np.bool_),
        pupils=np.ascontiguousarray(market.pupils[np.ix_(times, rows)]), years=market.years[times],
        km=market.km[np.ix_(rows, range(units))],
        minutes=market.minutes[np.ix_(rows, range(units))],
        arc_cost=market.arc_cost[np.ix_(rows, range(units))],
        capacity=np.ascontiguousarray(market.capacity[np.ix_(times, range(units))]),
        fixed=market.fixed[:units], closing=np.resize(market.closing[:units], (units, periods + 1)),
    )  # fmt: skip
    ways = case.allowed[np.ix_(rows, range(units))].copy()
    ways[~ways.any(axis=1), 0] = True
    return small, ways, np.ones((units, periods + 1), np.bool_)


def judge(
    market: Market, ways: np.ndarray, options: np.ndarray, kept: Kept,
    keeps: Callable[[np.ndarray], bool], effort: Effort, price_of: Callable[..., float],
) -> None:  # fmt: skip
    """The kept plan costs at least the optimum, the bound at most, and the two are seldom apart."""
    best = np.inf
    units, cells = len(market.units), len(market.cells)
    paths = [list(itertools.product(np.flatnonzero(row), repeat=market.periods)) for row in ways]
    layout = problem(market, ways)
    for chosen in itertools.product(*paths):
        seat = np.array(chosen).T.reshape(market.periods, cells)
        if not keeps(seat):
            continue
        # The earliest closing of each unit that its pupils let it have, or any later one.
        used = [[j in seat[p] for p in range(market.periods)] for j in range(units)]
        least = [max((p + 1 for p in range(market.periods) if row[p]), default=0) for row in used]
        for closes in itertools.product(*(range(q, market.periods + 1) for q in least)):
            found = Found(np.array(closes), seat, 0.0)
            best = min(best, price_of(market, found))
    solved = solve(market, ways, options=options, effort=effort)
    start = [solved.plan, fill(market, layout, latest(options))]
    plans = [keep(market, layout, kept, one) for one in start if one is not None]
    plan = min(plans, key=lambda one: one.cost + broken_fees(market, layout, kept, one))
    slack = 1e-6 * max(best, 1.0)
    assert solved.bound <= best + slack
    told = broken_fees(market, layout, kept, plan) == 0.0
    size = market.pupils.max(axis=0) > 0.0
    if told:
        # Squares where nobody lives may lie anywhere.
        assert keeps(plan.seat) or not size.all()
        assert price_of(market, plan) == pytest.approx(plan.cost)
        if size.all():
            assert plan.cost >= best - slack
    elif np.isfinite(best):
        pytest.fail("a plan that keeps the wish exists and was not found")


def twins() -> tuple[Market, Market]:
    """A village school and a site of grades 1-9 below, the site and an upper school above."""
    lower = strip((1, 3))
    lower = dataclasses.replace(lower, cells=("a", "b", "c"), units=("v:1-6", "s:1-6"))
    upper = dataclasses.replace(lower, stage="7-9", units=("s:7-9", "u:7-9"))
    return lower, upper


def test_siblings_are_parted_by_the_words_of_the_docs() -> None:
    lower, upper = twins()
    ways = np.ones((3, 2), np.bool_)
    # Only c had one site for both stages before.
    pair = pair_of(lower, upper, ways, ways, np.array([0, 0, 1]), np.array([0, 1, 0]))
    assert pair.twin.tolist() == [-1, 0]
    assert pair.strict.tolist() == [False, False, True]
    never = np.array([1, 1])
    village = pair.parted(np.array([[0, 0, 0]]), never, np.array([[0, 1, 0]]))
    # The village school parts nobody but c, who had one site.
    assert village.tolist() == [[False, False, True]]
    site = pair.parted(np.array([[1, 1, 1]]), never, np.array([[0, 1, 1]]))
    assert site.tolist() == [[False, True, True]]
    # Once grades 7-9 have left the site only those who had it together are parted.
    left = pair.parted(np.array([[1, 1, 1]]), np.array([0, 1]), np.array([[1, 1, 1]]))
    assert left.tolist() == [[False, False, True]]
    assert narrowed(pair, ways).tolist() == [[True, True], [True, True], [False, True]]
    # Who may not use the site of grades 7-9 is excused.
    bound = np.array([[True, True], [False, True], [False, True]])
    excused = pair_of(lower, upper, ways, bound, np.array([0, 0, 1]), np.array([0, 1, 0]))
    assert not excused.parted(np.array([[1, 1, 1]]), never, np.array([[0, 1, 1]]))[0, 1:].any()


@given(seed=st.integers(0, 10**6))
@settings(max_examples=6, deadline=None, phases=[Phase.generate])
def test_no_plan_that_keeps_siblings_beats_brute_force_or_its_bound(
    toy: Callable[[int], Any], small_effort: Effort, price_of: Callable[..., float], seed: int
) -> None:
    """Grades 7-9 after a given plan of grades 1-6: who is at the site stays there."""
    market, ways, options = tiny(toy(seed), cells=4, periods=1)
    random = np.random.default_rng(seed)
    partner = random.integers(-1, len(market.units), (1, 4))
    partner = np.where(ways[np.arange(4), partner], partner, -1)
    kept = free(market)._replace(partner=partner, strict=np.ones(4, np.bool_), may=ways)

    def keeps(seat: np.ndarray) -> bool:
        return bool(((seat == partner) | (partner < 0)).all())

    judge(market, ways, options, kept, keeps, small_effort, price_of)
