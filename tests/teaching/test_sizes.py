"""Sizes of groups that leave a pupil outside are found before anything is computed."""

from __future__ import annotations

import pytest

from skolnat.rules.rules import default_rules
from skolnat.teaching.sizes import misfits


def test_the_rules_that_ship_go_together() -> None:
    assert misfits(default_rules(), 2026) == []


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({"groups.combined": 25}, [("groups.single", 24.0, "groups.combined", 25.0)]),
        ({"groups.span_7_9": 0}, [("groups.span_7_9", 0.0, "", 1.0)]),
        ({"teaching.optional_group": 20}, []),
        (
            {"small_groups.most": 3},
            [
                ("small_groups.most", 3.0, "teaching.optional_group", 10.0),
                ("small_groups.most", 3.0, "own_language.least_pupils", 4.0),
            ],
        ),
    ],
)
def test_sizes_that_do_not(own: dict[str, int], found: list[tuple[object, ...]]) -> None:
    rules = default_rules().with_overrides({rule: (value, "own") for rule, value in own.items()})
    told = misfits(rules, 2026)
    assert [(one.rule, one.value, one.other, one.least) for one in told] == found
