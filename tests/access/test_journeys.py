"""What a journey takes and what the law says of it, by hand (628/1998 § 32)."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from skolnat.access.journeys import entitled, journeys, minutes, share_over_limit
from skolnat.access.settlement import settlement_graph
from skolnat.rules.rules import default_rules

RULES = default_rules()


def test_on_foot_up_to_five_kilometres_then_by_school_transport() -> None:
    km = np.array([0.5, 2.5, 5.0, 5.001, 30.0])
    # 5 km/h on foot; 45 km/h and a quarter of an hour of waiting.
    assert minutes(km, RULES, 2026) == pytest.approx([6.0, 30.0, 60.0, 21.668, 55.0])
    assert entitled(km, RULES, 2026).tolist() == [False, False, False, True, True]


def test_grades_1_to_6_may_travel_two_hours_and_a_half_a_day() -> None:
    one_way = np.array([0.0, 75.0, 75.1, 95.0])
    assert share_over_limit(one_way, "1-6", RULES, 2026).tolist() == [0.0, 0.0, 1.0, 1.0]


def test_a_third_of_grades_7_to_9_is_in_grade_7_and_may_be_twelve_still() -> None:
    one_way = np.array([75.0, 75.1, 90.0, 90.1])
    found = share_over_limit(one_way, "7-9", RULES, 2026)
    assert found == pytest.approx([0.0, 1 / 3, 1 / 3, 1.0])


def test_a_stricter_limit_of_ones_own_holds_for_grade_7_too() -> None:
    own = RULES.with_overrides({"journey.daily_minutes_from_13": (100.0, "decision of the board")})
    found = share_over_limit(np.array([50.0, 50.1, 80.0]), "7-9", own, 2026)
    assert found == pytest.approx([0.0, 1.0, 1.0])
    assert share_over_limit(np.array([60.0]), "1-6", own, 2026) == pytest.approx([0.0])


def test_journeys_follow_the_graph_with_a_circuity_and_a_shortest_way() -> None:
    points = np.array([[float(x), 0.0] for x in range(0, 11_000, 1000)])
    cells = pd.DataFrame({"cell": ["a", "b"], "x": [0.0, 10_000.0], "y": 0.0})
    schools = pd.DataFrame({"school": ["s", "t"], "x": [0.0, 9_000.0], "y": [0.0, -200.0]})
    found = journeys(settlement_graph(points), cells, schools, RULES, 2026)
    assert (found.cells, found.schools, found.indicative) == (("a", "b"), ("s", "t"), True)
    # 1.10 times the path and 0.25, which fades over 10 km, for the short; never below half a
    # kilometre.
    factor = {length: 1.1 + 0.25 * math.exp(-length / 10.0) for length in (9.2, 10.0, 1.2)}
    expected = [[0.5, factor[9.2] * 9.2], [factor[10.0] * 10.0, factor[1.2] * 1.2]]
    assert found.km == pytest.approx(np.array(expected))
    assert found.minutes == pytest.approx(minutes(found.km, RULES, 2026))
