"""The register's exports carry their own totals: a lost or doubled row must not pass."""

from __future__ import annotations

import pandas as pd
import pytest

from reference.population import COUNTRY, TOTAL, sums_hold


def export(persons: dict[tuple[str, str], int]) -> pd.DataFrame:
    rows = [(area, age, "m", count) for (area, age), count in persons.items()]
    return pd.DataFrame(rows, columns=["area", "age", "sex", "persons"])


WHOLE = {
    ("A", TOTAL): 3,
    ("A", "0"): 1,
    ("A", "1"): 2,
    ("B", TOTAL): 4,
    ("B", "0"): 4,
    ("B", "1"): 0,
    (COUNTRY, TOTAL): 7,
    (COUNTRY, "0"): 5,
    (COUNTRY, "1"): 2,
}


def test_sums_that_hold_pass() -> None:
    sums_hold(export(WHOLE), 2019)


def test_an_area_whose_ages_miss_its_total_is_named() -> None:
    with pytest.raises(ValueError, match=r"2019: the ages do not sum .*'B'"):
        sums_hold(export({**WHOLE, ("B", "1"): 1}), 2019)


def test_a_lost_area_is_seen_by_the_country() -> None:
    lost = {key: count for key, count in WHOLE.items() if key[0] != "B"}
    with pytest.raises(ValueError, match=r"2019: the areas do not sum to the country"):
        sums_hold(export(lost), 2019)
