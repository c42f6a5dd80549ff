"""Closed borders keep the flows of today; open ones only add."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.network.borders import closed, opened
from skolnat.network.market import Market
from skolnat.study.prepare import Prepared


def market_of(
    cells: list[tuple[int, float, float]], units: list[tuple[int, float]], candidate: int = -1
) -> Market:
    """Cells of (municipality, place, pupils) and units of (municipality, place) on a road."""
    km = np.abs(np.array([[x - y for _, y in units] for _, x, _ in cells]))
    return Market(
        stage="7-9", language="sv",
        cells=tuple(f"c{i}" for i in range(len(cells))),
        units=tuple(f"s{j}:7-9" for j in range(len(units))),
        cell_municipality=np.array([m for m, _, _ in cells]),
        unit_municipality=np.array([m for m, _ in units]),
        candidate=np.arange(len(units)) == candidate,
        pupils=np.array([[n for _, _, n in cells]]), years=np.ones(1), km=km, minutes=km,
        arc_cost=km, capacity=np.full(len(units), 99.0), fixed=np.ones(len(units)),
        closing=np.ones(len(units)), load_cost=np.arange(9.0), overflow=1.0,
    )  # fmt: skip


def flows(*rows: tuple[int, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["residence", "provider", "pupils"])


ROAD = market_of(
    [(0, 0.0, 5.0), (0, 10.0, 5.0), (0, 19.0, 5.0), (1, 30.0, 5.0)], [(0, 0.0), (1, 20.0)]
)


def test_without_flows_everybody_stays_at_home() -> None:
    found = closed(ROAD, flows())
    assert found.allowed.tolist() == [[True, False]] * 3 + [[False, True]]
    assert found.flows.empty


@pytest.mark.parametrize(
    ("pupils", "who"),
    [(0.0, []), (1.0, [2]), (4.0, [2]), (5.0, [2]), (6.0, [2]), (9.0, [1, 2]), (99.0, [0, 1, 2])],
)
def test_a_known_flow_comes_from_the_squares_nearest_to_the_provider(
    pupils: float, who: list[int]
) -> None:
    found = closed(ROAD, flows((0, 1, pupils)))
    assert np.flatnonzero(found.allowed[:3, 1]).tolist() == who
    assert not (found.allowed[:, 0] & found.allowed[:, 1]).any()
    if who:
        row = found.flows.iloc[0]
        assert row.tolist() == [0, 1, 5.0 * len(who), False]


def test_a_small_flow_does_not_take_a_large_square() -> None:
    market = market_of([(0, 9.0, 80.0), (0, 0.0, 5.0), (1, 9.0, 5.0)], [(0, 0.0), (1, 10.0)])
    found = closed(market, flows((0, 1, 6.0)))
    assert found.allowed[:, 1].tolist() == [False, True, True]
    assert found.flows["pupils"].tolist() == [5.0]


def test_two_flows_do_not_take_the_same_square() -> None:
    market = market_of(
        [(0, 0.0, 5.0), (0, 1.0, 5.0), (1, 9.0, 5.0), (2, 9.0, 5.0)], [(0, 0.0), (1, 5.0), (2, 5.0)]
    )
    found = closed(market, flows((0, 1, 5.0), (0, 2, 5.0)))
    assert found.allowed.sum(axis=1).tolist() == [1, 1, 1, 1]
    assert found.flows[["provider", "pupils"]].to_numpy().tolist() == [[1, 5.0], [2, 5.0]]


def test_without_a_unit_at_home_the_nearest_provider_is_taken_and_marked() -> None:
    market = market_of(
        [(0, 0.0, 1.0), (0, 8.0, 3.0)], [(1, 12.0), (2, -3.0), (0, 1.0)], candidate=2
    )
    found = closed(market, flows())
    # Weighed by pupils, 4 and 12 km to municipality 1 beat 11 and 3 km to 2; one's own
    # candidate may be used, should it be opened.
    assert found.allowed.tolist() == [[True, False, True]] * 2
    assert found.flows.to_numpy().tolist() == [[0, 1, 4.0, True]]


def test_a_known_flow_comes_before_the_nearest_provider() -> None:
    market = market_of([(0, 0.0, 1.0), (0, 8.0, 3.0)], [(1, 12.0), (2, -3.0)])
    found = closed(market, flows((0, 2, 1.0)))
    assert found.allowed.tolist() == [[False, True], [True, False]]
    assert found.flows.to_numpy().tolist() == [[0, 2, 1.0, False], [0, 1, 3.0, True]]


@given(seed=st.integers(0, 10**6), members=st.sets(st.integers(0, 2)))
def test_open_borders_only_add_and_only_among_members(
    larger: Callable[[int], Any], seed: int, members: set[int]
) -> None:
    market, base = larger(seed)
    found = opened(market, base, members)
    assert (found | base == found).all()
    cells, units = np.nonzero(found & ~base)
    assert set(market.cell_municipality[cells]) <= members
    assert set(market.unit_municipality[units]) <= members
    inside = np.ix_(
        np.isin(market.cell_municipality, list(members)),
        np.isin(market.unit_municipality, list(members)),
    )
    assert found[inside].all()


def test_a_bilingual_region_never_mixes_the_languages(
    prepared_example: Callable[[str], Prepared],
) -> None:
    """Swedish pupils are in Swedish markets, and those hold units that teach in Swedish only."""
    prepared = prepared_example("sydosterbotten")
    language = prepared.units.set_index("unit")["language"]
    assert {case.market.language for case in prepared.cases} == {"fi", "sv"}
    for case in prepared.cases:
        assert set(language[list(case.market.units)]) == {case.market.language}
        assert (case.closed | case.open == case.open).all()
        assert case.closed.any(axis=1).all()
