"""Municipalities pay by these shares: they must sum to the cost, and be right to the euro."""

from __future__ import annotations

import pytest
from bus_problems import EIGHT, group, plan_of, problem, problems, school
from hypothesis import given

from skolnat.transport.shares import pupil_km, pupils_of, shares
from skolnat.transport.solve import Effort, plan_buses
from skolnat.transport.timetable import Call


def test_a_shared_route_is_split_by_pupil_kilometres() -> None:
    """g1: 3 pupils ride 5 km, all from X; g2: 1 from X and 2 from Y ride 3 km."""
    plan = plan_of(
        Call(0, "", ("g1",), (), EIGHT - 360.0, EIGHT - 330.0),
        Call(2, "", ("g2",), (), EIGHT - 210.0, EIGHT - 180.0),
        Call(5, "A", (), ("g1", "g2"), EIGHT, EIGHT + 32.0),
        km=5.0,
        hours=0.1,
    )
    route = plan.routes[0]
    known = problem([group("g1", 0), group("g2", 2)], [school("A", 5)])
    homes = {"g1": (("X", 3),), "g2": (("X", 1), ("Y", 2))}
    assert pupil_km(known, route, homes) == {"X": 18.0, "Y": 6.0}
    assert pupils_of(route, homes) == {"X": 4, "Y": 2}
    assert route.eur == pytest.approx(108.6)
    assert shares(known, route, homes, by_pupil_km=True) == pytest.approx(
        {"X": 108.6 * 18 / 24, "Y": 108.6 * 6 / 24}
    )
    assert shares(known, route, homes, by_pupil_km=False) == pytest.approx(
        {"X": 108.6 * 4 / 6, "Y": 108.6 * 2 / 6}
    )


@given(problems(6))
def test_the_shares_of_a_route_sum_to_its_cost(problem: object) -> None:
    plan = plan_buses(problem, effort=Effort(0, 200))  # type: ignore[arg-type]
    groups = problem.groups  # type: ignore[attr-defined]
    homes = {
        g.name: (("X", g.pupils),) if k % 2 else (("X", 1), ("Y", max(g.pupils - 1, 1)))
        for k, g in enumerate(groups)
    }
    for route in plan.routes:
        for by_pupil_km in (True, False):
            split = shares(problem, route, homes, by_pupil_km=by_pupil_km)  # type: ignore[arg-type]
            assert sum(split.values()) == pytest.approx(route.eur)
            assert all(part >= 0.0 for part in split.values())
