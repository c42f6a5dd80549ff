"""What a line of the ledger is called, in what it is measured and on which rules it rests.

A cost id is a path: ``SCENARIO/MUNICIPALITY/SIDE/ITEM/YEAR/OF/PART``. Every beginning of a path
is a figure too, the sum of what begins so; ``all`` in the place of the municipality is the region.
The id of a figure is the same in every run of the same study.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd

from skolnat.plan.agreement import AUTHORITY
from skolnat.plan.scenario import GROSS_ITEMS, PAYMENTS, SHARED_TEACHING

Side = Literal["gross", "payments", "state"]

AXES: Final = ("scenario", "municipality", "side", "item", "year", "of", "part")
"""Columns whose values make a cost id, in order."""

REGION: Final = "all"
"""Stands for all municipalities in a cost id."""

STATE_ITEM: Final = "state_share"
RESIDENCE: Final = "residence"
"""Stands for the scenario where a figure follows residence and is the same in all of them."""

SIDES: Final = {
    **dict.fromkeys(GROSS_ITEMS, "gross"),
    **dict.fromkeys(PAYMENTS, "payments"),
    STATE_ITEM: "state",
}

AUTHORITY_SHARE: Final = "forms.joint_authority.compensation_share"
"""The rule by which a joint authority is paid less than the whole compensation."""

CREDIT_RULES: Final = ("travelling.credit_from_1", "travelling.credit_from_3",
                       "travelling.credit_from_5", "travelling.credit_from_8")  # fmt: skip
"""Rules of the duty credit for changes of site."""

_GROUPS = ("groups.single", "groups.combined", "groups.span_{s}", "groups.variation")
_HOUR = ("teaching.teacher_eur", "teaching.duty_{s}")
_STATUTE = ("compensation.base_eur", "compensation.weight_{w}", "compensation.lag_years")

_RENOVATION = ("investment.rate", "investment.years", "investment.m2_eur", "property.seat_m2",
               "renovation.good_share", "renovation.fair_share", "renovation.poor_share",
               "renovation.age_share")  # fmt: skip

BASIS: Final[dict[tuple[str, str], tuple[str, tuple[str, ...]]]] = {
    ("teaching", "basic"): ("hours", ("teaching.weekly_hours_{s}", *_GROUPS, *_HOUR)),
    ("teaching", "small_groups"): ("hours", _HOUR),
    ("pupil_teaching", "split"): ("hours", ("teaching.split_hours_{s}", *_HOUR)),
    ("pupil_teaching", "support"): ("pupils", ("teaching.support_eur",)),
    ("pupil_other", "meals"): ("pupils", ("meals.pupil_eur",)),
    ("pupil_other", "administration"): ("pupils", ("administration.pupil_eur",)),
    ("pupil_other", "leadership"): ("pupils", ("leadership.pupil_eur",)),
    ("leadership", "unit"): ("units", ("leadership.school_eur",)),
    ("property", "unit"): ("units", ("property.unit_eur", "property.seat_eur")),
    ("property", "renovation"): ("investment", _RENOVATION),
    ("property", "temporary"): (
        "seats",
        ("renovation.temporary_seat_eur", "renovation.works_years"),
    ),
    ("closing", "renovation"): ("investment", _RENOVATION),
    ("closing", "sale"): ("sale", ("investment.rate", "investment.years")),
    ("extension", "building"): (
        "seats",
        ("investment.seat_eur", "investment.rate", "investment.years"),
    ),
    ("extension", "upkeep"): ("seats", ("property.extension_seat_eur",)),
    ("closing", "unit"): ("units", ("property.closing_share",)),
    ("transport", "pupil"): ("pupils", ("transport.pupil_eur", "journey.free_transport_km")),
    ("transport", "km"): (
        "pupil_km",
        ("transport.km_eur", "transport.school_days", "journey.free_transport_km"),
    ),
    ("transport", "routes"): (
        "routes",
        ("buses.share_by_pupil_km", "transport.school_days", "journey.free_transport_km"),
    ),
    ("boarding", "pupil"): (
        "pupils",
        ("transport.boarding_eur", "journey.daily_minutes", "journey.daily_minutes_from_13"),
    ),
    ("distance_groups", "group"): (
        "groups",
        ("teaching.optional_group", "teaching.optional_hours", "teaching.teacher_eur",
         "teaching.duty_7_9"),
    ),
    **{
        (SHARED_TEACHING, part): ("hours", _HOUR)
        for part in ("employed", "not_employed", "unused", "teacher", "spared")
    },
    (SHARED_TEACHING, "credit"): ("hours", (*CREDIT_RULES, *_HOUR)),
    (SHARED_TEACHING, "way"): ("km", ("travelling.km_eur", "transport.school_days")),
    (SHARED_TEACHING, "supervision"): ("hours", ("distance.supervision_share", *_HOUR)),
    ("compensation", ""): ("pupils", _STATUTE),
    ("agreement", "price"): ("pupils", ()),
    ("agreement", "settled"): ("pupils", _STATUTE),
    ("agreement", "lag"): ("pupils", _STATUTE),
    ("agreement", "hours"): ("hours", _HOUR),
    ("agreement", "share"): ("part", ()),
    ("agreement", "returned"): ("part", _STATUTE),
    (STATE_ITEM, ""): ("pupils", ("state_share.base_{w}_eur", "state_share.percent")),
}  # fmt: skip
"""Item and kind of part to the measure of its quantity, and the rules that it rests on."""


NAMED: Final = ("agreement", SHARED_TEACHING)
"""Items whose parts say after a hyphen what they are, and before it whose."""


def kind_of(item: str, part: str) -> str:
    """Return what a part is, without the agreement or stage that it names."""
    if item in ("compensation", STATE_ITEM):
        return ""
    return part.rpartition("-")[2] if item in NAMED else part


def basis_of(item: str, of: str, part: str) -> tuple[str, tuple[str, ...]]:
    """Return the measure of a line's quantity and the rules it rests on."""
    measure, rules = BASIS[item, kind_of(item, part)]
    stage = part.rpartition("-")[0] if item == "agreement" else part
    upper = (stage if item in PAYMENTS else of).endswith("7-9")
    suffix, weight = ("7_9", "13_15") if upper else ("1_6", "7_12")
    if item in PAYMENTS and part.startswith(AUTHORITY):
        rules = (*rules, AUTHORITY_SHARE)
    return measure, tuple(rule.format(s=suffix, w=weight) for rule in rules)


def identified(lines: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Return lines with their names.

    Parameters
    ----------
    lines
        Of a scenario, with the columns of :data:`skolnat.economy.ledger.LINE`; municipalities as
        codes. Lines that name the same thing are one. ``place``, where it is given, is kept.
    scenario
        Name of the scenario.

    Returns
    -------
    DataFrame
        ``scenario, municipality, side, item, year, of, part``, ``quantity, price, eur``,
        ``measure, rules`` (joined by ``;``), ``place`` (the municipality on which it would fall
        without an account in common), ``parent`` and ``cost_id``.
    """
    keys = ["municipality", "item", "year", "of", "part"]
    given = lines["place"] if "place" in lines else lines["municipality"]
    lines = lines.assign(place=given.fillna(lines["municipality"]).astype("str"))
    text = lines.astype({"municipality": "str", "item": "str", "of": "str", "part": "str"})
    if text.duplicated(keys).any():
        sums = text.groupby([*keys, "place"], as_index=False, sort=False)[["quantity", "eur"]].sum()
        text = sums.assign(price=sums["eur"] / sums["quantity"].where(sums["quantity"] != 0, 1.0))
    bases = text[["item", "of", "part"]].drop_duplicates()
    found = [basis_of(*row) for row in bases.itertuples(index=False)]
    bases = bases.assign(
        measure=[measure for measure, _ in found], rules=[";".join(rules) for _, rules in found]
    )
    named = text.merge(bases, on=["item", "of", "part"], how="left", validate="many_to_one")
    named = named.assign(scenario=scenario, side=named["item"].map(SIDES))
    parent = (
        scenario + "/" + named["municipality"] + "/" + named["side"] + "/" + named["item"]
        + "/" + named["year"].astype("str") + "/" + named["of"]
    )  # fmt: skip
    return named.assign(parent=parent, cost_id=parent + "/" + named["part"])


def state_share_lines(
    residents: pd.DataFrame, base: dict[str, float], percent: float
) -> pd.DataFrame:
    """Return what of the state share follows the children of school age, by residence.

    Parameters
    ----------
    residents
        ``municipality, year, stage, pupils``: children of age who live there. No plan enters, so
        no scenario can change it.
    base
        Base price by stage, euros a child.
    percent
        State share for basic services, percent. What remains is the municipality's own part; the
        equalisation between municipalities is left out, since it follows no pupil.

    Returns
    -------
    DataFrame
        Lines; below zero: received.
    """
    price = -residents["stage"].map(base).to_numpy(np.float64) * percent / 100.0
    quantity = residents["pupils"].to_numpy(np.float64)
    stage = residents["stage"].astype("str")
    return pd.DataFrame(
        {
            "municipality": residents["municipality"].to_numpy(),
            "year": residents["year"].to_numpy(np.int64),
            "item": STATE_ITEM,
            "of": stage.to_numpy(object),
            "part": "base",
            "quantity": quantity,
            "price": price,
            "eur": quantity * price,
        }
    )
