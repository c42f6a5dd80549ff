"""A plan so small that every finding can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skolnat.access.journeys import entitled, share_over_limit
from skolnat.checks.plan import Checked, Finding
from skolnat.rules.rules import default_rules

RULES = default_rules()
YEARS = {0: "2026–2027", 1: "2028–2040"}


def assignment(**other: object) -> dict[str, object]:
    """Return a row; what the law says of its journey follows from km and minutes if not told."""
    row = {
        "period": 0, "cell": "c", "residence": 0, "stage": "1-6", "language": "fi",
        "unit": "1:1-6", "provider": 0, "pupils": 3.0, "km": 2.0, "minutes": 24.0,
        "nearest_km": 2.0,
    } | other  # fmt: skip
    km, minutes = (np.array([row[name]], dtype=np.float64) for name in ("km", "minutes"))
    over = share_over_limit(minutes, str(row["stage"]), RULES, 2026)[0]
    return {"carried": bool(entitled(km, RULES, 2026)[0]), "over": float(over)} | row


def unit(**other: object) -> dict[str, object]:
    return {
        "unit": "1:1-6", "stage": "1-6", "language": "fi", "home": 0, "period": 0,
        "open": True, "pupils": 30.0, "capacity": 40.0,
    } | other  # fmt: skip


def group(**other: object) -> dict[str, object]:
    return {
        "municipality": 0, "provider": 0, "unit": "1:1-6", "stage": "1-6", "language": "fi",
        "period": 0, "subject": "basic", "pupils": 30.0, "groups": 2.0, "entitled": 30.0,
    } | other  # fmt: skip


def told(**other: object) -> dict[str, object]:
    return {
        "home": 0, "municipality": "016", "school": "1", "stage": "1-6", "subject": "basic",
        "grade": 1.0, "pupils": 20.0, "groups": 1.0, "weekly_hours": 21.0,
    } | other  # fmt: skip


def frame(rows: list[dict[str, object]], like: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(like))


Check = Callable[[Checked], Iterator[Finding]]


@pytest.fixture
def sound() -> Checked:
    """Two monolingual municipalities whose one school keeps every rule."""
    return Checked(
        assignments=frame([assignment()], assignment()),
        units=frame([unit()], unit()),
        groups=frame([group()], group()),
        told=frame([told()], told()),
        language_status=("fi", "fi"),
        minority_share=np.zeros(2),
        minority_persons=np.zeros(2),
        years=YEARS,
        last_years={0: 2027, 1: 2040},
        rules=RULES,
        year=2026,
        law=RULES,
        agreed=True,
    )


@pytest.fixture
def found(sound: Checked) -> Callable[..., list[Finding]]:
    """Run one check on the sound plan with some rows, told by what is unlike the sound ones."""

    def run(check: Check, **parts: Any) -> list[Finding]:
        samples = {"assignments": assignment, "units": unit, "groups": group, "told": told}
        for name, sample in samples.items():
            if name in parts:
                parts[name] = frame([sample(**row) for row in parts[name]], sample())
        return list(check(replace(sound, **parts)))

    return run
