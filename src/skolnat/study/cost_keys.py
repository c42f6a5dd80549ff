"""The cost key of an agreement in a study file: by what the parties share what an account costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from skolnat.plan.agreement import JOINT_FORMS, SHARES_OFF
from skolnat.study.keys import AgreementTable

Add = Callable[..., None]
"""Tells a fault: code, place, the item at fault, and what fills the text."""


class Told:
    """Tells faults and counts them, so that an agreement with faults is not made."""

    def __init__(self, add: Add) -> None:
        self.count = 0
        self._add = add

    def __call__(
        self, code: str, key: tuple[str | int, ...], item: str = "", /, **values: str | int
    ) -> None:
        """Tell a fault: see :data:`Add`."""
        self.count += 1
        self._add(code, key, item, **values)


@dataclass(frozen=True)
class KeyReader:
    """Reads the cost key of one agreement.

    Parameters
    ----------
    table, k
        The agreement, and its place in the file.
    told
        Tells a fault.
    find
        From a name and its place to a municipality's code; tells of names that are not known.
    names
        Shown name of each municipality by code.
    """

    table: AgreementTable
    k: int
    told: Told
    find: Callable[[str, tuple[str | int, ...]], str | None]
    names: Mapping[str, str]

    def read(self, parties: tuple[str, ...] | None) -> dict[str, float]:
        """Return the part of each party by code, none where another key holds.

        Parameters
        ----------
        parties
            Codes of the parties; None where they could not be read.
        """
        table, at = self.table, ("agreement", self.k)
        joint = ", ".join(JOINT_FORMS)
        shared = table.price_rule == "shared"
        if shared and table.form not in JOINT_FORMS:
            self.told("study.agreement_no_account", (*at, "price"), form=table.form, forms=joint)
        if table.form == "joint_authority" and not shared:
            self.told("study.agreement_authority_price", (*at, "price"), name=table.name)
        elif table.key is not None and not shared:
            self.told("study.agreement_key_unused", (*at, "key"), name=table.name)
        if table.key == "shares" and table.shares is None:
            self.told("study.agreement_no_shares", (*at, "key"), name=table.name)
        if table.shares is None:
            return {}
        if table.key != "shares":
            self.told("study.agreement_shares_unused", (*at, "shares"), name=table.name)
        return self._shares(table.shares, parties)

    def _shares(
        self, shares: Mapping[str, float], parties: tuple[str, ...] | None
    ) -> dict[str, float]:
        """Return the parts by code, and find parts of no party, parties without, and no whole."""
        at = ("agreement", self.k, "shares")
        found: dict[str, float] = {}
        for name, part in shares.items():
            code = self.find(name, (*at, name))
            if code is None:
                self.told.count += 1
            elif parties is not None and code not in parties:
                self.told("study.agreement_share_no_party", (*at, name), name=name)
            elif code in found:
                self.told("study.agreement_share_twin", (*at, name), name=name)
            else:
                found[code] = part
        lacking = [self.names.get(party, party) for party in parties or () if party not in found]
        if lacking and not self.told.count:
            self.told("study.agreement_share_lacks", at, names=", ".join(lacking))
        whole = sum(shares.values())
        if abs(whole - 1.0) > SHARES_OFF:
            self.told("study.agreement_shares_sum", at, sum=f"{whole:g}")
        return found
