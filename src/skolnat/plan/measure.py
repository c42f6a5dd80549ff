"""Measures that share teaching: a joint post, a teacher who travels, a group linked at a distance.

A measure moves and adds hours, not pupils. Who works where is told in weekly hours by
municipality; what that costs is worked out in :mod:`skolnat.economy.measures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args

from skolnat.plan.agreement import part_of_year, slug
from skolnat.plan.scenario import WITH_AGREEMENT, ScenarioName

MeasureKind = Literal["joint_post", "travelling_teacher", "distance_group"]
MEASURES: Final[tuple[MeasureKind, ...]] = get_args(MeasureKind)
"""Kinds of measures, each named as the form of cooperation that it is."""


@dataclass(frozen=True)
class Measure:
    """A measure of one stage.

    Parameters
    ----------
    name, kind
        As the study calls it, and what it is.
    stage
        Stage whose teaching duty prices the hours.
    employer
        Code of the municipality whose teacher it is.
    start, end
        First and last day; None: for all years.
    scenarios
        Scenarios in which it is taken.
    hours
        Weekly hours taught in each municipality: of a post or a teacher who travels.
    post_hours
        Weekly hours of the post; beyond those taught they are paid and not used. None: no more
        than are taught.
    changes
        Changes of site in mid-day, a week.
    km
        Kilometres of a change of site.
    pupils
        Pupils of a distance group by municipality.
    weekly_hours
        Weekly hours of a distance group.
    spares
        Municipalities whose own group, of as many hours, the distance group replaces.
    supervision_hours
        Weekly hours in which an adult is with the pupils of each municipality but the employer's;
        None: all hours of the group.
    real_time
        Whether teacher and pupils of a distance group meet in real time.
    """

    name: str
    kind: MeasureKind
    stage: str
    employer: str
    start: date
    end: date | None = None
    scenarios: tuple[ScenarioName, ...] = WITH_AGREEMENT
    hours: Mapping[str, float] = field(default_factory=dict)
    post_hours: float | None = None
    changes: int = 0
    km: float = 0.0
    pupils: Mapping[str, float] = field(default_factory=dict)
    weekly_hours: float = 0.0
    spares: tuple[str, ...] = ()
    supervision_hours: float | None = None
    real_time: bool = True

    def __post_init__(self) -> None:
        numbers = (*self.hours.values(), *self.pupils.values(), self.weekly_hours, self.km,
                   float(self.changes), self.supervision_hours or 0.0)  # fmt: skip
        if min(numbers) < 0.0:
            raise ValueError(f"the measure “{self.name}” has a number below zero")
        if self.end is not None and self.end < self.start:
            raise ValueError(f"the measure “{self.name}” ends before it starts")
        shared = self.pupils if self.kind == "distance_group" else self.hours
        if sum(shared.values()) <= 0.0:
            raise ValueError(f"the measure “{self.name}” teaches nobody")
        if self.post_hours is not None and self.post_hours < sum(self.hours.values()):
            raise ValueError(f"the post “{self.name}” has fewer hours than are taught")

    @property
    def account(self) -> str:
        """How lines of the ledger name it: its name and stage, as a part of a cost id."""
        return f"{slug(self.name)}:{self.stage}"

    @property
    def supervised(self) -> float:
        """Weekly hours with an adult beside the pupils at each place of a distance group."""
        return self.weekly_hours if self.supervision_hours is None else self.supervision_hours

    def parts(self) -> dict[str, float]:
        """Part of each municipality in what is shared: by hours, or by pupils at a distance."""
        shared = self.pupils if self.kind == "distance_group" else self.hours
        whole = sum(shared.values())
        return {code: number / whole for code, number in shared.items()}

    def share_of(self, year: int) -> float:
        """Part of a calendar year in which it is taken, from 0 to 1."""
        return part_of_year(self.start, self.end, year)
