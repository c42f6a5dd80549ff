"""A link opens one thing for one purpose: a changed, cut or borrowed one opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skolnat.web.common.links import BadLink, read, sign


def test_a_link_opens_what_it_was_made_for() -> None:
    assert read("registration", sign("registration", [7, 2])) == [7, 2]


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda _: "", lambda _: ":"]
)
def test_a_changed_link_is_forged(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(BadLink) as caught:
        read("registration", spoil(sign("registration", [7, 2])))
    assert caught.value.reason == "forged"


def test_a_link_of_another_purpose_is_forged() -> None:
    with pytest.raises(BadLink) as caught:
        read("partner", sign("registration", [7, 2]))
    assert caught.value.reason == "forged"


def test_an_old_link_is_expired() -> None:
    with pytest.raises(BadLink) as caught:
        read("registration", sign("registration", 1), max_age=timedelta(seconds=-1))
    assert caught.value.reason == "expired"
