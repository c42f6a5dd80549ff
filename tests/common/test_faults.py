"""Error messages are part of the interface: place, fault and remedy, in three languages."""

from __future__ import annotations

import pytest

from skolnat.common.faults import Fault, InvalidInput, attempted, raise_if_any, render
from skolnat.common.languages import language_of


def test_place_comes_first_in_each_language() -> None:
    fault = Fault("common.unknown", file="region.xlsx", row=7, column="schools!pupils")
    assert render(fault, "en") == "region.xlsx, row 7, column schools!pupils: common.unknown"
    assert render(fault, "sv") == "region.xlsx, rad 7, kolumn schools!pupils: common.unknown"
    assert render(fault, "fi") == "region.xlsx, rivi 7, sarake schools!pupils: common.unknown"


def test_all_faults_are_raised_together_and_warnings_alone_do_not_stop() -> None:
    warning = Fault("common.a", severity="warning")
    raise_if_any([warning])
    with pytest.raises(InvalidInput) as caught:
        raise_if_any([warning, Fault("common.b"), Fault("common.c")])
    assert [fault.code for fault in caught.value.faults] == ["common.a", "common.b", "common.c"]


def test_calls_that_fail_do_not_keep_others_from_being_tried() -> None:
    def fails() -> int:
        raise InvalidInput([Fault("common.b"), Fault("common.c")])

    faults = [Fault("common.a")]
    assert attempted(faults, fails) is None
    assert attempted(faults, lambda: 3) == 3
    assert [fault.code for fault in faults] == ["common.a", "common.b", "common.c"]


@pytest.mark.parametrize(
    ("wish", "language"),
    [("sv", "sv"), ("fi_FI.UTF-8", "fi"), ("C", "en"), (None, "en"), ("SV-fi", "sv")],
)
def test_language_of_a_wish(wish: str | None, language: str) -> None:
    assert language_of(wish) == language
