"""Results are only worth comparing when an instance is read as its makers meant it."""

from __future__ import annotations

from pathlib import Path

import pytest

from skolnat.common.faults import InvalidInput
from skolnat.transport.checker import check
from skolnat.transport.instances import FULL_CALL, read_instance
from skolnat.transport.solve import Effort, plan_buses


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Schools.txt").write_text(
        "ID\tX\tY\tAMEARLY\tAMLATE\n200001\t0\t0\t510\t540\n200002\t8800\t0\t1045\t1100\n"
    )
    (tmp_path / "Stops.txt").write_text(
        "ID\tX_COORD\tY_COORD\tEP_ID\tSTUDENT_COUNT\n"
        "100001\t8800\t8800.0\t200001\t10\n100002\t17600\t0\t200002\t66\n"
    )
    return tmp_path


def test_hours_speed_metric_and_service(folder: Path) -> None:
    problem = read_instance(folder, 2700.0, "published")
    assert [(s.opens, s.closes) for s in problem.schools] == [(18600, 20400), (38700, 39600)]
    assert problem.seconds[0, 2] == pytest.approx(17600 / (20 * 5280 / 3600))  # round the corner
    assert [g.service for g in problem.groups] == pytest.approx([45.0, 190.6])
    assert {g.longest_ride for g in problem.groups} == {2700.0}
    assert problem.most_seats == 66


def test_the_strict_reading_leaves_room_for_boarding_and_a_full_bus(folder: Path) -> None:
    problem = read_instance(folder, 2700.0)
    assert pytest.approx(154.4) == FULL_CALL
    assert [g.longest_ride for g in problem.groups] == pytest.approx([2500.6, 2355.0])
    assert problem.schools[0].closes == pytest.approx(20400 - 154.4)


def test_one_bus_serves_both_schools(folder: Path) -> None:
    problem = read_instance(folder, 2700.0)
    plan = plan_buses(problem, effort=Effort(200, 100))
    assert plan.buses == 1
    assert check(problem, plan) == []


def test_a_missing_file_or_column_is_told(folder: Path) -> None:
    (folder / "Stops.txt").write_text("ID\tX_COORD\n1\t2\n")
    with pytest.raises(InvalidInput) as caught:
        read_instance(folder, 2700.0)
    assert [f.column for f in caught.value.faults] == ["Y_COORD", "EP_ID", "STUDENT_COUNT"]
    (folder / "Schools.txt").unlink()
    with pytest.raises(InvalidInput, match="no such file"):
        read_instance(folder, 2700.0)
