"""What coalitions save, searched from what their parts have found: never less than they."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from skolnat.cooperation.game import Game, search_coalition
from skolnat.cooperation.shapley import exact_shares
from skolnat.network.borders import closed, opened
from skolnat.network.kernel import problem
from skolnat.network.market import Market
from skolnat.network.scenarios import Case, solve_in_parts
from skolnat.network.search import cost
from skolnat.network.solve import Effort

PLAYERS = 4
NO_FLOWS = pd.DataFrame({"residence": [], "provider": [], "pupils": []}, dtype="float64")
EFFORT = Effort(kicks=8, roundings=4, steps=80, cuts=30, moves=2_000, last_moves=2_000, nodes=6)


def case_of(seed: int, flows: pd.DataFrame = NO_FLOWS) -> Case:
    """Four municipalities in a square, with two small units each and one much to share."""
    random = np.random.default_rng(seed)
    corner = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0], [9.0, 9.0]])
    home = np.repeat(np.arange(PLAYERS), 5)
    site = np.repeat(np.arange(PLAYERS), 2)
    cells = corner[home] + random.uniform(-4, 4, (20, 2))
    units = corner[site] + random.uniform(-4, 4, (8, 2))
    km = np.hypot(*(cells[:, None] - units[None]).transpose(2, 0, 1))
    market = Market(
        stage="1-6", language="fi",
        cells=tuple(f"c{i}" for i in range(20)), units=tuple(f"s{j}:1-6" for j in range(8)),
        cell_municipality=home, unit_municipality=site, candidate=np.zeros(8, np.bool_),
        pupils=random.uniform(1.0, 6.0, (2, 20)), years=np.array([3.0, 4.0]), km=km, minutes=2 * km,
        arc_cost=np.where(km > 5.0, 300.0 + 110.0 * km, 0.0), capacity=np.full(8, 30.0),
        fixed=random.uniform(20_000.0, 60_000.0, 8), closing=np.full(8, 10_000.0),
        load_cost=30_000.0 * np.ceil(np.arange(120.0) / 15.0), overflow=3_000.0,
    )  # fmt: skip
    border = closed(market, flows).allowed
    options = np.ones((8, 3), dtype=np.bool_)
    return Case(market, border, opened(market, border, range(PLAYERS)), options, options)


def game_of(*seeds: int, executor: ThreadPoolExecutor | None = None) -> Game:
    cases = [case_of(seed) for seed in seeds]
    alone = [solve_in_parts(case, case.closed, None, EFFORT, 1).plan for case in cases]
    together = [
        solve_in_parts(case, case.open, plan, EFFORT, 1).plan
        for case, plan in zip(cases, alone, strict=True)
    ]
    return Game(cases, alone, together, PLAYERS, 1, executor)


def all_coalitions() -> list[frozenset[int]]:
    return [
        frozenset(members)
        for size in range(PLAYERS + 1)
        for members in itertools.combinations(range(PLAYERS), size)
    ]


def test_worth_grows_with_the_coalition_and_nobody_gains_alone() -> None:
    game = game_of(1, 2)
    worth = game.values(all_coalitions())
    assert worth[frozenset()] == 0.0
    for player in range(PLAYERS):
        assert worth[frozenset({player})] == 0.0
    for size in range(2, PLAYERS):
        for members in itertools.combinations(range(PLAYERS), size):
            for player in members:
                smaller = frozenset(members) - {player}
                assert worth[frozenset(members)] >= worth[smaller] - 1e-6
    whole = sum(one.cost - other.cost for one, other in zip(game.alone, game.together, strict=True))
    assert worth[frozenset(range(PLAYERS))] == pytest.approx(whole)
    assert whole > 0.0


def test_two_pairs_far_from_one_another_add_up() -> None:
    """v(S with T) is at least v(S) + v(T) where S and T have nobody in common."""
    worth = game_of(3).values(all_coalitions())
    whole = worth[frozenset(range(PLAYERS))]
    for pair in itertools.combinations(range(PLAYERS), 2):
        rest = frozenset(range(PLAYERS)) - set(pair)
        # Searched, not solved: a hair may be missing.
        assert whole >= 0.99 * (worth[frozenset(pair)] + worth[rest])


def test_the_shares_of_a_real_game_are_its_whole_worth() -> None:
    game = game_of(4)
    found = exact_shares(PLAYERS, game.values)
    whole = game.alone[0].cost - game.together[0].cost
    assert found.shares.sum() == pytest.approx(whole)
    assert found.coalitions == 16


def test_side_by_side_gives_the_same_worth() -> None:
    with ThreadPoolExecutor(2) as executor:
        beside = game_of(5, executor=executor).values(all_coalitions())
    assert beside == game_of(5).values(all_coalitions())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("members", [frozenset({0, 1}), frozenset({1, 2, 3}), frozenset({3})])
def test_a_coalition_never_does_worse_than_its_start(seed: int, members: frozenset[int]) -> None:
    case = case_of(seed)
    start = solve_in_parts(case, case.closed, None, EFFORT, 1).plan
    found = search_coalition(case, members, start, 1)
    assert found.cost <= start.cost + 1e-6
    layout = problem(case.market, opened(case.market, case.closed, members))
    assert found.cost == pytest.approx(cost(case.market, layout, found.closes, found.seat))
    # Who is not in it stays as it was.
    others = ~np.isin(case.market.cell_municipality, list(members))
    assert (found.seat[:, others] == start.seat[:, others]).all()


def test_whoever_is_tied_by_an_old_flow_is_searched_with_the_coalition() -> None:
    """Municipality 2 sends pupils to 1: a coalition of 0 and 1 must keep their seats."""
    flows = pd.DataFrame({"residence": [2], "provider": [1], "pupils": [4.0]})
    case = case_of(6, flows)
    start = solve_in_parts(case, case.closed, None, EFFORT, 1).plan
    found = search_coalition(case, frozenset({0, 1}), start, 1)
    allowed = opened(case.market, case.closed, {0, 1})
    cells = np.arange(20)
    assert all(allowed[cells, seat].all() for seat in found.seat)
    assert (found.closes[found.seat] > np.arange(2)[:, None]).all()
