"""Which part of a municipality's pupils reads each small subject: told by it, or estimated.

Pupils take their wishes with them wherever a plan sends them, so the share belongs to where they
live. A municipality that tells of one subject of a family tells of the whole family: the rest of it
is not estimated beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.rules.rules import Rules
from skolnat.teaching.subjects import ESTIMATES, FAMILIES, family_of

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Wishes:
    """Shares of the pupils of each municipality who read each subject.

    Parameters
    ----------
    shares
        By subject and stage: the share of *all* pupils of the stage, shape (M,).
    estimated
        By subject: which municipalities' shares are estimates, shape (M,).
    rules
        By subject: rules that its estimate rests on.
    hours
        Weekly hours of a group (of a pupil, where hours follow pupils), by place of the provider
        and subject, where its workbook tells.
    """

    shares: Mapping[tuple[str, str], FloatArray]
    estimated: Mapping[str, BoolArray]
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hours: Mapping[tuple[int, str], float] = field(default_factory=dict)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Subjects that somebody may read, in a fixed order."""
        return tuple(self.estimated)


def wishes(
    told: pd.DataFrame,
    pupils: Mapping[str, FloatArray],
    codes: Sequence[str],
    foreign: FloatArray,
    rules: Rules,
    year: int,
) -> Wishes:
    """Put together what municipalities tell and what is estimated of the others.

    Parameters
    ----------
    told
        Rows of the workbook of teaching: ``municipality, stage, subject, pupils, groups,
        weekly_hours``; the last two may be unknown.
    pupils
        Pupils of each municipality today, by stage, shape (M,): what shares are taken of.
    codes
        Codes of the municipalities, in their order.
    foreign
        Share of foreign citizens, shape (M,).
    rules, year
        National shares.
    """
    place = {code: m for m, code in enumerate(codes)}
    known = told[told["municipality"].isin(place)].assign(
        home=lambda rows: rows["municipality"].map(place),
        family=lambda rows: rows["subject"].str.split("-").str[0],
    )
    known = known[known["family"].isin(FAMILIES)]
    spoken = set(zip(known["home"].astype(int), known["family"], strict=True))
    shares: dict[tuple[str, str], FloatArray] = {}
    estimated: dict[str, BoolArray] = {}
    used: dict[str, tuple[str, ...]] = {}
    for one in ESTIMATES:
        family = family_of(one.subject)
        open_ = np.array([(m, family.name) not in spoken for m in range(len(codes))])
        usual = np.array([one.share(rules, year, float(part)) for part in foreign])
        estimated[one.subject], used[one.subject] = open_, one.rules
        for stage, part in family.parts.items():
            shares[one.subject, stage] = np.where(open_, usual * part, 0.0)
    counts = known.groupby(["subject", "stage", "home"], as_index=False)[["pupils"]].sum()
    for row in counts.to_dict("records"):
        subject, stage, home = str(row["subject"]), str(row["stage"]), int(row["home"])
        estimated.setdefault(subject, np.zeros(len(codes), dtype=np.bool_))
        share = shares.setdefault((subject, stage), np.zeros(len(codes)))
        of = float(pupils[stage][home])
        share[home] = min(float(row["pupils"]) / of, 1.0) if of > 0.0 else 0.0
    return Wishes(shares, estimated, used, _hours(known))


def _hours(known: pd.DataFrame) -> dict[tuple[int, str], float]:
    """Weekly hours of a group, or of a pupil where hours follow pupils, as far as they are told."""
    by_pupil = known["family"].isin([f.name for f in FAMILIES.values() if f.counted == "pupil"])
    whole = known.assign(over=known["groups"].where(~by_pupil, known["pupils"]).astype("float64"))
    whole = whole[(whole["over"] > 0) & whole["weekly_hours"].notna()]
    keys = ["home", "subject"]
    sums = whole.groupby(keys, as_index=False)[["weekly_hours", "over"]].sum()
    return {
        (int(row["home"]), str(row["subject"])): float(row["weekly_hours"] / row["over"])
        for row in sums.to_dict("records")
    }
