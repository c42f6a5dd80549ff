"""The measures of a study file that share teaching, and the lines of the ledger they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from skolnat.economy.measures import credit_hours, measure_lines, measure_prices
from skolnat.economy.prices import prices
from skolnat.network.demand import STAGE_AGES
from skolnat.plan.agreement import slug
from skolnat.plan.measure import Measure
from skolnat.plan.scenario import SHARED_TEACHING
from skolnat.rules.rules import Rules
from skolnat.study.cost_keys import Add, Told
from skolnat.study.keys import MeasureTable
from skolnat.study.prepare import Prepared

OF_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "joint_post": ("hours", "post_hours", "changes", "km"),
    "travelling_teacher": ("hours", "changes", "km"),
    "distance_group": ("pupils", "weekly_hours", "spares", "supervision_hours", "real_time"),
}
"""Keys that a kind of measure has beside those of all."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "joint_post": ("hours",),
    "travelling_teacher": ("hours", "changes"),
    "distance_group": ("pupils", "weekly_hours"),
}
"""Those of them that it cannot do without."""

LEAST_PARTIES: Final[Mapping[str, int]] = {
    "joint_post": 2,
    "travelling_teacher": 1,
    "distance_group": 2,
}


@dataclass(frozen=True)
class MeasureReader:
    """Reads the measures of one study.

    Parameters
    ----------
    codes
        Municipalities of the study.
    names
        Shown name of each municipality by code.
    find
        From a name and its place to a municipality's code; tells of names that are not known.
    add
        Tells a fault.
    rules, year
        The rules as they ship, and the first year of the plan.
    """

    codes: tuple[str, ...]
    names: Mapping[str, str]
    find: Callable[[str, tuple[str | int, ...]], str | None]
    add: Add
    rules: Rules
    year: int

    def read(self, tables: Mapping[int, MeasureTable], taken: Sequence[str]) -> tuple[Measure, ...]:
        """Return the measures that are sound, and tell the faults of the others.

        Parameters
        ----------
        tables
            Tables by their place in the file.
        taken
            Names of agreements, which stand in cost ids as those of measures do.
        """
        seen = {slug(name) for name in taken}
        found = []
        for k, table in tables.items():
            if slug(table.name) in seen:
                self.add("study.measure_twin", ("measure", k, "name"), name=table.name)
            seen.add(slug(table.name))
            one = self._one(table, k)
            if one is not None:
                found.append(one)
        return tuple(found)

    def _one(self, table: MeasureTable, k: int) -> Measure | None:
        told = Told(self.add)
        at = ("measure", k)
        employer = self._member(table.employer, (*at, "employer"), told)
        hours = self._by_code(table.hours, (*at, "hours"), told)
        pupils = self._by_code(table.pupils, (*at, "pupils"), told)
        spares = [self._member(name, (*at, "spares"), told) for name in table.spares or ()]
        self._keys(table, at, told)
        if table.end is not None and table.end < table.start:
            told(
                "study.measure_ends_first", (*at, "end"),
                name=table.name, start=table.start.isoformat(), end=table.end.isoformat(),
            )  # fmt: skip
        self._numbers(table, at, told, employer, hours, pupils)
        if told.count or employer is None:
            return None
        return Measure(
            name=table.name, kind=table.kind, stage=table.stage, employer=employer,
            start=table.start, end=table.end, scenarios=table.scenarios, hours=hours,
            post_hours=table.post_hours, changes=table.changes or 0, km=table.km or 0.0,
            pupils=pupils, weekly_hours=table.weekly_hours or 0.0,
            spares=tuple(code for code in spares if code is not None),
            supervision_hours=table.supervision_hours, real_time=table.real_time is not False,
        )  # fmt: skip

    def _member(self, name: str, key: tuple[str | int, ...], told: Told) -> str | None:
        """Return the code of a municipality of the study, or None with the fault told."""
        code = self.find(name, key)
        if code is None:
            told.count += 1
        elif code not in self.codes:
            told("study.measure_outside", key, name, name=self.names.get(code, name))
        return code

    def _by_code(
        self, numbers: Mapping[str, float] | None, key: tuple[str | int, ...], told: Told
    ) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, number in (numbers or {}).items():
            code = self._member(name, (*key, name), told)
            if code in found:
                told("study.measure_place_twin", (*key, name), name=name)
            elif code is not None:
                found[code] = float(number)
        return found

    def _keys(self, table: MeasureTable, at: tuple[str, int], told: Told) -> None:
        """Find keys of another kind of measure, and keys that are lacking."""
        every = sorted({key for keys in OF_KIND.values() for key in keys})
        for key in every:
            given = getattr(table, key) is not None
            if given and key not in OF_KIND[table.kind]:
                told("study.measure_key_unused", (*at, key), what=key, kind=table.kind)
            if not given and key in NEEDED[table.kind]:
                told("study.measure_lacks", (*at, "kind"), what=key, name=table.name)

    def _numbers(
        self, table: MeasureTable, at: tuple[str, int], told: Told, employer: str | None,
        hours: Mapping[str, float], pupils: Mapping[str, float],
    ) -> None:  # fmt: skip
        """Find hours that no teacher has, groups of one place, and what is spared by nobody."""
        key = "pupils" if table.kind == "distance_group" else "hours"
        parties = pupils if table.kind == "distance_group" else hours
        if told.count:
            return
        if len(parties) < LEAST_PARTIES[table.kind]:
            told("study.measure_parties", (*at, key), name=table.name, what=key)
            return
        if sum(parties.values()) <= 0.0:
            told("study.measure_nobody", (*at, key), name=table.name)
        if table.kind != "travelling_teacher" and employer not in parties:
            told("study.measure_employer", (*at, "employer"), name=table.employer, what=key)
        for code in table.spares or ():
            if self.find(code, (*at, "spares")) not in pupils:
                told("study.measure_spares", (*at, "spares"), code, name=code)
        taught = sum(hours.values())
        duty = self.rules.number(f"teaching.duty_{table.stage.replace('-', '_')}", self.year)
        credit = credit_hours(table.changes or 0, self.rules, self.year)
        post = table.post_hours
        if post is not None and post < taught:
            told("study.measure_post", (*at, "post_hours"), post=f"{post:g}", taught=f"{taught:g}")
        if max(taught, post or 0.0) + credit > duty:
            told(
                "study.measure_duty", (*at, key), name=table.name, credit=f"{credit:g}",
                hours=f"{max(taught, post or 0.0):g}", duty=f"{duty:g}",
            )  # fmt: skip


def measures_in(prepared: Prepared, scenario: str) -> tuple[Measure, ...]:
    """Return the measures that are taken in a scenario."""
    return tuple(one for one in prepared.study.measures if scenario in one.scenarios)


def lines_of_measures(prepared: Prepared, scenario: str) -> pd.DataFrame:
    """Return the lines of a scenario's measures, resources and payments, see the economy's."""
    rules, first = prepared.rules, prepared.study.first_year
    by_stage = {
        stage: measure_prices(prices(stage, rules, first).hour, rules, first)
        for stage in STAGE_AGES
    }
    taken = measures_in(prepared, scenario)
    return measure_lines(taken, prepared.study.years, by_stage, rules, first)


def measure_rows(prepared: Prepared) -> pd.DataFrame:
    """Return one row a measure: what it is called in cost ids, and what the study tells of it."""
    rules, first = prepared.rules, prepared.study.first_year
    rows = [
        (one.name, one.account, one.kind, one.stage, one.employer, ";".join(one.scenarios),
         one.start.isoformat(), one.end.isoformat() if one.end else "",
         ";".join(f"{code}={hours:g}" for code, hours in one.hours.items()),
         one.post_hours or sum(one.hours.values()), one.changes,
         credit_hours(one.changes, rules, first), one.km,
         sum(one.pupils.values()), one.weekly_hours, ";".join(one.spares), one.supervised,
         ";".join(one.parts()))
        for one in prepared.study.measures
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def measure_costs(prepared: Prepared, costs: pd.DataFrame) -> pd.DataFrame:
    """Return what each measure costs each municipality: one row a scenario, measure and party.

    Parameters
    ----------
    prepared, costs
        The study, and every line of its scenarios.

    Returns
    -------
    DataFrame
        ``scenario, measure, municipality, gross, payments, net``: euros a year, mean over all
        years of the plan.
    """
    frames = []
    for one in prepared.study.measures:
        part = f"{slug(one.name)}-{one.stage}-hours"
        gross = costs["of"].eq(one.account) & costs["item"].eq(SHARED_TEACHING)
        paid = costs["part"].eq(part) & costs["item"].eq("agreement")
        own = costs[gross | paid]
        sums = own.pivot_table(
            index=["scenario", "municipality"], columns="side", values="eur", aggfunc="sum"
        )
        sums = sums.reindex(columns=["gross", "payments"]).fillna(0.0) / prepared.years
        frames.append(sums.assign(net=sums.sum(axis=1), measure=one.name).reset_index())
    columns = ["scenario", "measure", "municipality", "gross", "payments", "net"]
    return pd.concat(frames)[columns] if frames else pd.DataFrame(columns=columns)


COLUMNS = [
    "measure", "of", "kind", "stage", "employer", "scenarios", "start", "end", "hours",
    "post_hours", "changes", "credit_hours", "km", "pupils", "weekly_hours", "spares",
    "supervision_hours", "parties",
]  # fmt: skip
"""Columns of the table of measures."""
