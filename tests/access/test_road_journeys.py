"""The journey in law on maps measured by hand (628/1998 § 32): five kilometres and a hard road."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from tests.access.conftest import SOUTH, WEST

from skolnat.access.bells import Bells
from skolnat.access.graph import RoadGraph
from skolnat.access.journeys import Journeys, entitled, minutes
from skolnat.access.road_journeys import (
    NO_WAY_KM,
    NO_WAY_MINUTES,
    RoadStudy,
    road_journeys,
)
from skolnat.rules.rules import default_rules

RULES = default_rules()
Made = Callable[..., RoadGraph]
STREET = {"highway": "residential", "maxspeed": "40"}
MAIN = {"highway": "primary", "maxspeed": "80"}
# Along the parallel of 60° a thousandth of a degree is 55.8 m: see test_build_graph for lengths.
STEP_M = 55.80


def table(graph: RoadGraph, places: list[tuple[float, float]], name: str) -> pd.DataFrame:
    from pyproj import Transformer

    to = Transformer.from_crs("EPSG:4326", graph.crs, always_xy=True)
    lon = [WEST + east / 1000.0 for _, east in places]
    lat = [SOUTH + north / 1000.0 for north, _ in places]
    x, y = to.transform(lon, lat)
    return pd.DataFrame({name: [f"{name}{i}" for i in range(len(places))], "x": x, "y": y})


def measured(
    graph: RoadGraph,
    homes: list[tuple[float, float]],
    sites: list[tuple[float, float]],
    **study: object,
) -> Journeys:
    cells, schools = table(graph, homes, "cell"), table(graph, sites, "school")
    km = np.full((len(homes), len(sites)), 7.0)
    instead = Journeys(
        tuple(cells["cell"]),
        tuple(schools["school"]),
        km,
        minutes(km, RULES, 2026),
        indicative=True,
    )
    roads = RoadStudy(graph, **study)  # type: ignore[arg-type]
    return road_journeys(roads, cells, schools, RULES, 2026, instead)


def straight(made_graph: Made, tags: dict[str, str]) -> RoadGraph:
    """A road of about 11 km along a parallel, with a crossing every 10 steps or so."""
    nodes = {i: (0, 10 * i) for i in range(21)} | {100: (1, 0)}
    return made_graph(
        {**{i + 1: place for i, place in nodes.items()}},
        [(tuple(range(1, 22)), tags), ((1, 101), STREET)],
    )


def test_distance_and_minutes_on_foot_and_by_bus(made_graph: Made) -> None:
    graph = straight(made_graph, STREET)
    found = measured(graph, [(0, 80), (0, 100), (0, 2)], [(0, 0)])
    km = np.array([[80 * STEP_M], [100 * STEP_M], [500.0]]) / 1000.0
    assert found.km == pytest.approx(km, rel=1e-3)
    assert not found.indicative
    for stage in ("1-6", "7-9"):
        assert found.free(stage, RULES, 2026).tolist() == [[False], [True], [False]]
        assert not found.stages[stage].hard.any()
        # 5 km/h on foot; at 30 km/h (0.75 of 40) times 1.3, 5 min to the stop, (10 + 15) / 2.
        ride = km[1, 0] / 30.0 * 60.0 * 1.3 + 5.0 + 12.5
        expected = [km[0, 0] * 12.0, ride, 6.0]
        assert found.minutes_of(stage)[:, 0] == pytest.approx(expected, rel=1e-3)
    assert found.ride_km is not None
    assert found.ride_km == pytest.approx(km, rel=1e-3)


def test_just_under_and_just_over_five_kilometres(made_graph: Made) -> None:
    graph = straight(made_graph, STREET)
    limit = 5000.0 / STEP_M
    found = measured(graph, [(0, limit - 0.2), (0, limit + 0.2)], [(0, 0)])
    assert found.free("1-6", RULES, 2026)[:, 0].tolist() == [False, True]
    assert found.km[:, 0] == pytest.approx([4.989, 5.011], abs=0.004)


def test_a_hard_road_gives_a_right_to_transport_by_age(made_graph: Made) -> None:
    found = measured(straight(made_graph, MAIN), [(0, 50)], [(0, 0)])
    assert found.km[0, 0] == pytest.approx(50 * STEP_M / 1000.0, rel=1e-3)
    # 80 km/h and no footway: hard for grades 1–6, not for 7–9.
    assert found.free("1-6", RULES, 2026).tolist() == [[True]]
    assert found.stages["1-6"].hard.tolist() == [[True]]
    assert found.free("7-9", RULES, 2026).tolist() == [[False]]
    assert found.minutes_of("7-9")[0, 0] == pytest.approx(50 * STEP_M / 1000.0 * 12.0, rel=1e-3)


def test_a_safe_way_around_a_hard_road_counts_instead(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 40), 3: (10, 0), 4: (10, 40), 5: (60, 0), 6: (60, 40)}
    around = [((1, 3, 4, 2), STREET)]
    near = made_graph(nodes, [((1, 2), MAIN), *around])
    assert not measured(near, [(0, 40)], [(0, 0)]).free("1-6", RULES, 2026).any()
    far = made_graph(nodes, [((1, 2), MAIN), ((1, 5, 6, 2), STREET)])
    found = measured(far, [(0, 40)], [(0, 0)])
    # The safe way is 2 × 6.7 + 2.2 km; the journey itself stays that of the road.
    assert found.free("1-6", RULES, 2026).all()
    assert found.stages["1-6"].hard.all()
    assert found.km[0, 0] == pytest.approx(40 * STEP_M / 1000.0, rel=2e-3)


def test_a_house_beside_a_hard_road_may_begin_on_the_safe_one_behind_it(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 40), 3: (2, 0), 4: (2, 40), 5: (4, 0), 6: (4, 40)}
    for back, free in ((((1, 3, 4, 2), STREET), False), (((1, 5, 6, 2), STREET), True)):
        graph = made_graph(nodes, [((1, 2), MAIN), back])
        # 223 m to the street behind, or 446 m: then the hard road leads there.
        found = measured(graph, [(0, 20)], [(0, 40)])
        assert found.free("1-6", RULES, 2026).tolist() == [[free]]


def test_roads_that_a_municipality_calls_hard(made_graph: Made) -> None:
    graph = straight(made_graph, STREET)
    told = np.asarray(graph.edge_cm) > 100_000
    assert told.sum() == 1
    found = measured(graph, [(0, 50)], [(0, 0)], told=told)
    for stage in ("1-6", "7-9"):
        assert found.free(stage, RULES, 2026).all()
        assert found.stages[stage].hard.all()


def test_a_secondary_place_is_free_and_not_paid(made_graph: Made) -> None:
    graph = straight(made_graph, STREET)
    found = measured(graph, [(0, 150)], [(0, 0), (0, 1)], secondary=frozenset({"school1"}))
    assert found.free("1-6", RULES, 2026).tolist() == [[True, True]]
    assert found.paid("1-6", RULES, 2026).tolist() == [[True, False]]


def test_waiting_for_the_only_bus_counts(made_graph: Made) -> None:
    graph = straight(made_graph, STREET)
    bells = Bells((495, 735), (495, 900), (485,), (915,))
    usual = measured(graph, [(0, 150)], [(0, 0)])
    found = measured(graph, [(0, 150)], [(0, 0)], bells=bells)
    young = found.minutes_of("1-6") - usual.minutes_of("1-6")
    old = found.minutes_of("7-9") - usual.minutes_of("7-9")
    # 10 + 180 and 10 + 15 minutes a day, in place of 25.
    assert (young[0, 0], old[0, 0]) == pytest.approx((82.5, 0.0))


def test_an_island_without_a_ferry_is_told_and_stays_in_the_sums(made_graph: Made) -> None:
    nodes = {1: (0, 0), 2: (0, 40), 3: (60, 0), 4: (60, 40), 5: (0, 20), 6: (2, 20)}
    ways = [((1, 5, 2), STREET), ((5, 6), STREET), ((3, 4), STREET)]
    graph = made_graph(nodes, ways)
    homes = [(0, 10), (60, 10), (30, 20)]  # mainland, island, far from every road
    found = measured(graph, homes, [(0, 30), (90, 0)])
    assert found.unreached == ("cell1", "cell2")
    assert found.sites_unreached == ("school1",)
    assert found.km[0, 0] == pytest.approx(20 * STEP_M / 1000.0, rel=1e-3)
    assert found.km[1:].tolist() == [[7.0, 7.0], [7.0, 7.0]]
    assert (found.km[0, 1], found.minutes[0, 1]) == (NO_WAY_KM, NO_WAY_MINUTES)
    assert found.free("1-6", RULES, 2026).tolist() == [[False, True], [True, True], [True, True]]
    assert np.isfinite(found.minutes_of("7-9")).all()
    with_ferry = made_graph(nodes, [*ways, ((1, 3), {"route": "ferry"})])
    assert measured(with_ferry, homes, [(0, 30)]).unreached == ("cell2",)


def test_without_roads_the_length_alone_decides() -> None:
    km = np.array([[4.9, 5.1]])
    plain = Journeys(("a",), ("s", "t"), km, minutes(km, RULES, 2026), indicative=True)
    assert (plain.free("1-6", RULES, 2026) == entitled(km, RULES, 2026)).all()
    assert (plain.paid("7-9", RULES, 2026) == plain.free("7-9", RULES, 2026)).all()
    assert (plain.minutes_of("7-9") == plain.minutes).all()
