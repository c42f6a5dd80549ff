"""A municipality that is forgotten is not called: every one of the 308 is in the table."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from skolnat.web.programme.events import changes, coverage
from skolnat.web.programme.events.finland import outlines
from skolnat.web.programme.events.models import Call, Registration
from webtests import world

pytestmark = pytest.mark.django_db


def test_every_municipality_has_a_reach() -> None:
    event = world.event()
    occasion = world.occasion(event, capacity=2)
    world.registration(occasion, 1, municipality_id="016")
    world.registration(occasion, 2, municipality_id="398")
    world.registration(occasion, 3, municipality_id="081")  # waits
    world.registration(world.occasion(event, days=12), 4, municipality_id=None)
    rows = {one.code: one for one in coverage.of(event)}
    assert len(rows) == 308
    assert (rows["016"].reach, rows["016"].registered) == ("registered", 1)
    assert rows["081"].reach == "waiting"
    assert coverage.counts(rows.values()) == {
        "came": 0,
        "registered": 2,
        "waiting": 1,
        "none": 308 - 16 - 3,
        "outside": 16,
    }


def test_who_came_is_known_once_it_was_noted_and_who_stayed_away_does_not_count() -> None:
    event = world.event()
    occasion = world.occasion(event)
    came = world.registration(occasion, 1, municipality_id="016")
    world.registration(occasion, 2, municipality_id="398")
    changes.note_attendance(occasion, [came.pk])
    rows = {one.code: one for one in coverage.of(event)}
    assert rows["016"].reach == "came"
    assert rows["398"].reach == "none"
    assert rows["398"].to_call


def test_a_cancelled_registration_does_not_count_and_a_call_is_remembered(as_role: Any) -> None:
    event = world.event()
    held = world.registration(world.occasion(event), 1, municipality_id="016")
    Registration.objects.filter(pk=held.pk).update(state="cancelled")
    officer = as_role("officer")
    officer.post("/sv/events/manage/plan/coverage/", {"municipality": "016", "note": "Kommer"})
    row = next(one for one in coverage.of(event) if one.code == "016")
    assert row.reach == "none"
    assert not row.to_call
    assert Call.objects.get().note == "Kommer"


def test_the_map_has_every_municipality_and_what_it_says_stands_in_the_table(as_role: Any) -> None:
    paths, _ = outlines()
    assert len(paths) == 308
    assert all(path.startswith("M") for path in paths.values())
    world.registration(world.occasion(world.event()))
    page = as_role("officer").get("/sv/events/manage/plan/coverage/?show=all").content.decode()
    assert page.count("<path class=") >= 308
    assert '<path class="registered"' in page
    assert page.count('<th scope="row">') == 308


def test_a_formula_in_a_name_is_a_name_in_the_file(as_role: Any) -> None:
    world.registration(world.occasion(world.event()), name='=HYPERLINK("http://x";"Click")')
    officer = as_role("officer")
    text = officer.get("/sv/events/manage/plan/people.csv").content.decode("utf-8-sig")
    assert "\"'=HYPERLINK(" in text
    book = load_workbook(io.BytesIO(officer.get("/sv/events/manage/plan/people.xlsx").content))
    cell = book.active["A2"]
    assert (cell.data_type, cell.value[0]) == ("s", "=")
    assert officer.get("/sv/events/manage/plan/people.exe").status_code == 404
