"""The forms of cooperation that the law knows, and what each changes.

What a form changes is dated data (``rules/data/forms.toml``); this module gives it a name and a
type, so that thresholds, prices and checks ask the same source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from skolnat.rules.rules import Certainty, Rules

FormName = Literal[
    "alone",
    "agreement",
    "responsible_municipality",
    "joint_post",
    "joint_authority",
    "distance_group",
    "travelling_teacher",
    "bought",
]
FORMS: Final[tuple[FormName, ...]] = get_args(FormName)
"""Forms of cooperation, in the order in which they bind the parties closer."""

Employer = Literal["own", "provider", "responsible", "authority", "shared"]
Decider = Literal["own", "provider", "joint_body", "assembly"]


@dataclass(frozen=True)
class Form:
    """A form of cooperation as the rules of a year tell it.

    Parameters
    ----------
    name
        One of :data:`FORMS`.
    compensation_share
        Part of the home-municipality compensation that is paid: 1, or 0.94 where the provider is
        no municipality (samkommun / kuntayhtymä).
    pupils_cross
        Whether pupils attend the school of another provider, so that money follows them.
    one_provider
        Whether thresholds per provider (§ 13) are counted over all parties.
    one_employer
        Whether one party employs the teachers of all.
    joint_body
        Whether a body of all parties decides.
    municipalities_only
        Whether only municipalities can be parties.
    notice_months
        Notice that holds unless agreed otherwise.
    paragraph
        Where the law knows it.
    certainty
        How sure the least sure of these is.
    """

    name: FormName
    compensation_share: float
    pupils_cross: bool
    one_provider: bool
    one_employer: bool
    joint_body: bool
    municipalities_only: bool
    notice_months: int
    paragraph: str
    certainty: Certainty

    @property
    def employer(self) -> Employer:
        """Who employs the teachers."""
        if self.name == "joint_post":
            return "shared"
        if self.one_employer:
            return "authority" if self.name == "joint_authority" else "responsible"
        return "provider" if self.pupils_cross else "own"

    @property
    def decider(self) -> Decider:
        """Who decides on the schools of the cooperation."""
        if self.joint_body:
            return "assembly" if self.name == "joint_authority" else "joint_body"
        return "provider" if self.pupils_cross else "own"


_ORDER: Final[tuple[Certainty, ...]] = ("high", "medium", "check")


def form_of(name: FormName, rules: Rules, year: int) -> Form:
    """Return a form as the rules of the autumn of a year tell it."""

    def key(what: str) -> str:
        return f"forms.{name}.{what}"

    effects = ("compensation_share", "pupils_cross", "one_provider", "one_employer", "joint_body",
               "municipalities_only")  # fmt: skip
    sure = [rules.rules[key(what)].at(year).certainty for what in effects]
    return Form(
        name=name,
        compensation_share=rules.number(key("compensation_share"), year),
        pupils_cross=rules.flag(key("pupils_cross"), year),
        one_provider=rules.flag(key("one_provider"), year),
        one_employer=rules.flag(key("one_employer"), year),
        joint_body=rules.flag(key("joint_body"), year),
        municipalities_only=rules.flag(key("municipalities_only"), year),
        notice_months=int(rules.number(key("notice_months"), year)),
        paragraph=rules.rules[key("one_provider")].paragraph,
        certainty=max(sure, key=_ORDER.index),
    )
