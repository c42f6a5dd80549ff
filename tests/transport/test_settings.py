"""A region's own vehicles and bells go before assumptions, and slips in them are all told."""

from __future__ import annotations

from pathlib import Path

import pytest

from skolnat.common.faults import InvalidInput
from skolnat.rules.rules import default_rules
from skolnat.transport.problem import VehicleType
from skolnat.transport.settings import Bells, read_bells, read_vehicles, settings


def faults_of(call: object, *given: object) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InvalidInput) as caught:
        call(*given)  # type: ignore[operator]
    return [(f.code.removeprefix("transport."), f.row, f.column) for f in caught.value.faults]


def test_the_rules_give_four_vehicles_hours_and_the_longest_ride() -> None:
    found = settings(default_rules(), 2030)
    assert [v.seats for v in found.vehicles] == [8, 16, 30, 50]
    assert found.bells_of("00001", "1-6") == Bells(8.5 * 3600, 13.5 * 3600)
    # Half of 2 h 30 min, less 18 min of walking 1.5 km, 5 min at the stop and 7 before the bell.
    assert found.longest_ride == pytest.approx((75 - 18 - 5 - 7) * 60)
    assert found.by_pupil_km is True


def test_own_vehicles_and_bells_go_before_the_rules(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("name;seats;shift_eur;km_eur;hour_eur\nvan;9;10,5;1;30\n")
    (tmp_path / "b.csv").write_text("school,begins,ends\n00001,08:15,13.00\n")
    vehicles = read_vehicles(tmp_path / "v.csv")
    assert vehicles == (VehicleType("van", 9, 10.5, 1.0, 30.0),)
    bells = read_bells(tmp_path / "b.csv", {"00001"})
    found = settings(default_rules(), 2030, vehicles=vehicles, bells=bells)
    assert found.vehicles == vehicles
    assert found.bells_of("00001", "7-9") == Bells(8.25 * 3600, 13 * 3600)
    assert found.bells_of("00002", "7-9") == Bells(9 * 3600, 14.75 * 3600)


def test_a_bus_with_no_seats_and_other_slips_are_all_told(tmp_path: Path) -> None:
    file = tmp_path / "v.csv"
    file.write_text(
        "name,seats,shift_eur,km_eur,hour_eur\n"
        "none,0,1,1,1\nhalf,8.5,1,1,1\nwords,ten,1,1,1\ngift,8,-1,1,1\n"
    )
    assert faults_of(read_vehicles, file) == [
        ("no_number", 3, "seats"),
        ("no_number", 4, "seats"),
        ("no_seats", 2, "seats"),
        ("negative_cost", 5, "shift_eur"),
    ]
    file.write_text(
        "name,seats,shift_eur,km_eur,hour_eur\nvan,inf,1,1,1\nvan,-8,1,nan,1\nbus,40,1,1,1e999\n"
    )
    assert faults_of(read_vehicles, file) == [
        ("no_number", 2, "seats"),
        ("no_number", 3, "km_eur"),
        ("vehicle_twice", 3, "name"),
        ("no_number", 4, "hour_eur"),
        ("no_seats", 3, "seats"),
    ]
    file.write_text("name,seats,shift_eur,km_eur,hour_eur\n")
    assert faults_of(read_vehicles, file) == [("no_vehicle", None, "")]


def test_a_bell_in_the_night_and_other_slips_are_all_told(tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    file.write_text(
        "school,begins,ends\n"
        "00001,02:30,13:00\n00002,8.15,23:00\n00009,08:00,12:60\n00003,half nine,14:00\n"
        "00004,11:00,10:00\n00005,25:61,14:00\n00001,08:00,13:00\n"
    )
    known = {f"0000{number}" for number in range(1, 6)}
    assert faults_of(read_bells, file, known) == [
        ("bell_at_night", 2, "begins"),
        ("bell_at_night", 3, "ends"),
        ("no_such_school", 4, "school"),
        ("no_time", 4, "ends"),
        ("no_time", 5, "begins"),
        ("ends_before_it_begins", 6, "ends"),
        ("no_time", 7, "begins"),
        ("school_twice", 8, "school"),
    ]


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    assert faults_of(read_vehicles, tmp_path / "none.csv") == [("no_file", None, "")]
    (tmp_path / "b.csv").write_text("school,begins\n00001,08:00\n")
    assert faults_of(read_bells, tmp_path / "b.csv", set()) == [("no_column", None, "ends")]
    (tmp_path / "long.csv").write_text("school,begins,ends\n00001,08:00,13:00,more\n")
    assert faults_of(read_bells, tmp_path / "long.csv", {"00001"}) == [("not_csv", None, "")]
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00\x01\x02")
    assert faults_of(read_bells, tmp_path / "x.csv", set()) == [("not_csv", None, "")]


def test_the_stages_of_a_school_may_have_other_hours(tmp_path: Path) -> None:
    path = tmp_path / "bells.csv"
    path.write_text(
        "school;begins;ends;grades\n03911;08:00;13:00;\n03911;09:00;15:00;7–9\n", "utf-8"
    )
    found = settings(default_rules(), 2030, bells=read_bells(path, {"03911"}))
    assert found.bells_of("03911", "1-6").begins == 8 * 3600.0
    assert found.bells_of("03911", "7-9").begins == 9 * 3600.0
    path.write_text("school;begins;ends;grades\n03911;08:00;13:00;1-2\n", "utf-8")
    told = faults_of(read_bells, path, {"03911"})
    assert told == [("no_such_grades", 2, "grades")]
