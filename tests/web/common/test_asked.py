"""Nonsense in an address is answered, not fallen over, on either database."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from skolnat.web.common.asked import number
from webtests import world


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("7", 7),
        (" 12 ", 12),
        ("", 0),
        (None, 0),
        ("-1", 0),
        ("1e3", 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, 0),
        ("9" * 5000, 0),
    ],
)
def test_a_number_is_a_number_that_a_row_can_have(text: str | None, told: int) -> None:
    assert number(text) == told


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sv/events/manage/plan/people/?occasion=" + "9" * 30, 200),
        ("/sv/audit/?actor=" + "9" * 5000, 200),
        ("/sv/discussion/on/event/" + "9" * 30 + "/", 404),
        ("/sv/account/people/" + "9" * 30 + "/", 404),
        ("/sv/account/people/?page=" + "9" * 30, 200),
        ("/sv/discussion/?q=%00", 400),
        ("/sv/audit/?key=a%00b", 400),
        ("/sv/events/%00/", 400),
    ],
)
def test_no_address_breaks_a_page(path: str, status: int, as_role: Any) -> None:
    world.event()
    assert as_role("officer").get(path).status_code == status


def test_a_part_of_a_page_is_not_replaced_by_the_sign_in(db: None) -> None:
    world.event()
    part = "/sv/questions/plan/moderate/live/"
    assert Client().get(part).status_code == 302
    assert Client().get(part, headers={"HX-Request": "true"}).status_code == 401
