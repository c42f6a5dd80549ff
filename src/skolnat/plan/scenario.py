"""Names of the scenarios and of the items of a ledger: the words in which plans are told."""

from __future__ import annotations

from typing import Final, Literal

ScenarioName = Literal["today", "alone", "together", "together_keeping"]
SCENARIOS: Final[tuple[ScenarioName, ...]] = ("today", "alone", "together", "together_keeping")
"""The four scenarios that every study has."""

WITH_AGREEMENT: Final[tuple[ScenarioName, ...]] = ("together", "together_keeping")
"""Scenarios in which pupils cross borders by an agreement."""

SHARED_TEACHING: Final = "shared_teaching"
"""What measures that share teaching cost: a joint post, a travelling teacher, a distance group."""

GROSS_ITEMS: Final = (
    "teaching",
    "shared_teaching",
    "pupil_teaching",
    "pupil_other",
    "leadership",
    "property",
    "extension",
    "closing",
    "transport",
    "boarding",
    "distance_groups",
)
"""What resources cost, euros a year."""

UNCHANGEABLE: Final = ("pupil_teaching", "pupil_other")
"""Items that follow the pupils and are the same in every plan."""

SMALL_GROUPS = "small_groups"
"""Part of ``teaching`` that is no basic group: evaluated, and unseen by the optimiser."""

PAYMENT = "compensation"
"""The statutory payment between municipalities (hemkommunsersättning / kotikuntakorvaus)."""

PAYMENTS: Final = (PAYMENT, "agreement")
"""Payments between municipalities: they sum to zero in every year and are no resource."""
