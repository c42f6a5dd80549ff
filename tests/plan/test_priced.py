"""Several rooms read the table of groups: its columns and subjects are a contract, held here."""

from __future__ import annotations

import pytest

from skolnat.plan.priced import GROUPS, HOURS, is_subject
from skolnat.region.schemas import empty

FROZEN = (
    "municipality", "provider", "school", "unit", "stage", "language", "period", "years",
    "subject", "pupils", "groups", "weekly_hours", "teachers", "estimated", "rules",
)  # fmt: skip


def test_columns_of_groups_may_be_added_but_not_renamed() -> None:
    assert set(FROZEN) <= {column.name for column in GROUPS}
    assert len({column.name for column in GROUPS}) == len(GROUPS)
    assert empty(GROUPS)["groups"].dtype == "float64"
    assert empty(HOURS)["available"].dtype == "float64"


@pytest.mark.parametrize(
    "code",
    [
        "basic", "worldview", "religion-evl", "religion-ort", "a1-sv", "a2-de", "b1-sv", "b2-fr",
        "own_language-ru", "second_language", "support_small_group", "support_special", "optional",
    ],
)  # fmt: skip
def test_subjects(code: str) -> None:
    assert is_subject(code)


@pytest.mark.parametrize("code", ["", "a2", "a2-", "a2-de-x", "A2-de", "a2-DE", "music", "basic-1"])
def test_no_subjects(code: str) -> None:
    assert not is_subject(code)
