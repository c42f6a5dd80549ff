"""The agreements of a study file: from their keys to agreements, and what cannot be agreed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from skolnat.plan.agreement import STAGES, Agreement, slug
from skolnat.plan.forms import FORMS, form_of
from skolnat.rules.rules import Rules
from skolnat.sources import reference
from skolnat.study.cost_keys import Add, KeyReader, Told
from skolnat.study.keys import AgreementTable, StagePrices

HEADED: Final = ("responsible_municipality",)
"""Forms that have a responsible municipality."""


@dataclass(frozen=True)
class Reader:
    """Reads the agreements of one study.

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
    rules
        What the forms change.
    """

    codes: tuple[str, ...]
    names: Mapping[str, str]
    find: Callable[[str, tuple[str | int, ...]], str | None]
    add: Add
    rules: Rules

    def read(self, tables: Mapping[int, AgreementTable]) -> tuple[Agreement, ...]:
        """Return the agreements that are sound, and tell the faults of the others.

        Parameters
        ----------
        tables
            Tables by their place in the file; those that could not be read are left out.
        """
        found: dict[int, Agreement] = {}
        seen: set[str] = set()
        for k, table in tables.items():
            # The name is a part of cost ids, so it must differ in what an id keeps of it.
            if slug(table.name) in seen:
                self.add("study.agreement_twin", ("agreement", k, "name"), name=table.name)
            seen.add(slug(table.name))
            one = self._one(table, k)
            if one is not None:
                found[k] = one
        self._two_accounts(found)
        return tuple(found.values())

    def _two_accounts(self, agreements: Mapping[int, Agreement]) -> None:
        """Find schools that would be run on two accounts at a time."""
        joint = [(k, agreement) for k, agreement in agreements.items() if agreement.holder]
        for n, (k, one) in enumerate(joint):
            for _, other in joint[:n]:
                both = sorted(set(one.parties) & set(other.parties))
                stages = [stage for stage in one.stages if stage in other.stages]
                if both and stages and _at_once(one, other):
                    self.add(
                        "study.agreement_two_accounts", ("agreement", k, "parties"),
                        self.names[both[0]], party=self.names[both[0]], name=one.name,
                        other=other.name, stages=", ".join(stages),
                    )  # fmt: skip

    def _one(self, table: AgreementTable, k: int) -> Agreement | None:
        """Return one agreement, or None with its faults told."""
        told = Told(self.add)
        parties = self._parties(table, k, told)
        head = self._responsible(table, k, parties, told)
        if table.end is not None and table.end < table.start:
            told(
                "study.agreement_ends_first", ("agreement", k, "end"),
                name=table.name, start=table.start.isoformat(), end=table.end.isoformat(),
            )  # fmt: skip
        prices = _prices(table.price_eur)
        lacking = [stage for stage in table.stages if stage not in prices]
        price = table.price_rule
        if price == "fixed" and lacking:
            told("study.agreement_no_price", ("agreement", k, "price"), stages=", ".join(lacking))
        if price != "fixed" and table.price_eur is not None:
            told("study.agreement_price_unused", ("agreement", k, "price_eur"))
        shares = KeyReader(table, k, told, self.find, self.names).read(parties)
        if told.count or parties is None:
            return None
        return Agreement(
            name=table.name, form=table.form, parties=parties, start=table.start, end=table.end,
            stages=tuple(stage for stage in STAGES if stage in table.stages), responsible=head,
            price=price, price_eur=prices, notice_months=table.notice_months,
            after_end=table.after_end, key=table.key or "pupils", shares=shares,
        )  # fmt: skip

    def _parties(self, table: AgreementTable, k: int, told: Told) -> tuple[str, ...] | None:
        """Return the codes of the parties; None when a name is not known."""
        key = ("agreement", k, "parties")
        form = form_of(table.form, self.rules, table.start.year)
        others = _other_providers()
        parties: list[str] = []
        for name in table.parties:
            if name in others:
                if form.municipalities_only:
                    known = [f for f in FORMS if f != "alone"]
                    known = [
                        f
                        for f in known
                        if not form_of(f, self.rules, table.start.year).municipalities_only
                    ]
                    told(
                        "study.agreement_form_party", key, name,
                        party=others[name], form=table.form, forms=", ".join(known),
                    )  # fmt: skip
                parties.append(name)
                continue
            code = self.find(name, key)
            if code is None:
                told.count += 1
            elif code not in self.codes:
                told("study.agreement_outside", key, name, name=self.names.get(code, name))
            else:
                parties.append(code)
        if len(table.parties) < 2 or len(set(parties)) < len(parties):
            told("study.agreement_parties", key, name=table.name)
        if told.count:
            return None
        if form.pupils_cross or form.name in ("joint_post", "travelling_teacher"):
            self._neighbours(table, k, parties, told)
        return tuple(parties)

    def _neighbours(
        self, table: AgreementTable, k: int, parties: Sequence[str], told: Told
    ) -> None:
        """Find parties to whom neither a common border nor a lawful journey leads."""
        municipalities = [party for party in parties if party in self.codes]
        year = table.start.year
        reach = reach_km(self.rules, year)
        for party in municipalities:
            others = [other for other in municipalities if other != party]
            if not others or _touching(party, others):
                continue
            km = _nearest_km(party, others)
            if km > reach:
                told(
                    "study.agreement_no_border", ("agreement", k, "parties"), self.names[party],
                    party=self.names[party], name=table.name, km=round(km), reach=round(reach),
                )  # fmt: skip

    def _responsible(
        self, table: AgreementTable, k: int, parties: tuple[str, ...] | None, told: Told
    ) -> str:
        key = ("agreement", k, "responsible")
        if table.responsible is None:
            if table.form in HEADED:
                told("study.agreement_no_responsible", ("agreement", k, "form"), name=table.name)
            return ""
        if table.form not in HEADED:
            told("study.agreement_responsible_unused", key, form=table.form)
            return ""
        code = self.find(table.responsible, key)
        if code is None:
            told.count += 1
            return ""
        if parties is not None and code not in parties:
            told("study.agreement_responsible_no_party", key, name=table.responsible)
        return code


def _at_once(one: Agreement, other: Agreement) -> bool:
    """Whether there is a day on which two agreements hold."""
    return (one.end is None or other.start <= one.end) and (
        other.end is None or one.start <= other.end
    )


def _prices(table: StagePrices | None) -> dict[str, float]:
    if table is None:
        return {}
    told = {"1-6": table.lower, "7-9": table.upper}
    return {stage: eur for stage, eur in told.items() if eur is not None}


def _other_providers() -> dict[str, str]:
    """Private and state schools, which are providers of their own: register number to name."""
    schools = reference.schools()
    own = schools[schools["provider"] != "municipal"]
    return dict(zip(own["school"].astype(str), own["name"].astype(str), strict=True))


def reach_km(rules: Rules, year: int) -> float:
    """Return how far, as the crow flies, a lawful daily journey can lead at most (§ 32)."""
    longest = max(
        rules.number("journey.daily_minutes", year),
        rules.number("journey.daily_minutes_from_13", year),
    )
    riding = longest / 2.0 - rules.number("journey.wait_minutes", year)
    return riding / 60.0 * rules.number("journey.ride_km_h", year)


def _touching(party: str, others: Sequence[str]) -> bool:
    import shapely

    shapes = reference.boundaries().set_index("municipality")["wkb"]
    own = shapely.from_wkb(shapes[party])
    near = shapely.from_wkb(shapes[list(others)].to_numpy())
    return bool(shapely.intersects(own, near).any())


def _nearest_km(party: str, others: Sequence[str]) -> float:
    """Kilometres between the nearest populated squares of a party and of any other."""
    from scipy.spatial import cKDTree

    grid = reference.grid()

    def points(codes: Sequence[str]) -> np.ndarray:
        own: pd.DataFrame = grid.loc[grid["municipality"].isin(list(codes)), ["x", "y"]]
        return own.to_numpy(np.float64)

    distance, _ = cKDTree(points(others)).query(points([party]))
    return float(np.min(distance) / 1000.0)
