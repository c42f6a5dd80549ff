"""What a building needs is told by its owner, its condition or its age, in this order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skolnat.economy.buildings import NEVER
from skolnat.economy.condition import needs
from skolnat.rules.rules import default_rules

RULES = default_rules()
NAN = float("nan")
COLUMNS = ["area_m2", "condition", "built_year", "renovated_year", "renovation_year",
           "renovation_eur"]  # fmt: skip


def test_every_source_of_a_need_by_hand() -> None:
    told = pd.DataFrame(
        [
            (NAN, "", NAN, NAN, NAN, NAN),  # nothing known
            (1000.0, "poor", NAN, NAN, NAN, NAN),  # condition: 2 years, 0.8
            (NAN, "fair", 1960.0, NAN, NAN, NAN),  # the survey beats the age
            (500.0, "", 1950.0, 2004.0, NAN, NAN),  # age: thirty years after the renovation
            (500.0, "", 1950.0, NAN, NAN, NAN),  # overdue: at once
            (NAN, "good", NAN, NAN, 2030.0, 2_500_000.0),  # the programme beats all
            (400.0, "", NAN, NAN, 2031.0, NAN),  # a year and no price
            (NAN, "poor", NAN, NAN, NAN, 0.0),  # nothing to pay
        ],
        columns=COLUMNS,
    )
    found = needs(told, np.full(8, 100.0), RULES, 2026)
    assert found.area.tolist() == [1200.0, 1000.0, 1200.0, 500.0, 500.0, 1200.0, 400.0, 1200.0]
    assert found.estimated.tolist() == [True, False, True, False, False, True, False, True]
    assert found.due.tolist() == [NEVER, 2028, 2036, 2034, 2026, 2030, 2031, NEVER]
    expected = [0.0, 3_200_000.0, 2_400_000.0, 1_200_000.0, 1_200_000.0, 2_500_000.0, 960_000.0,
                0.0]  # fmt: skip
    assert np.allclose(found.eur, expected)
