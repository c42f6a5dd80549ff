"""Check a plan against the rules: each breach with paragraph, place, years and pupils."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import pandas as pd

from skolnat.access.journeys import share_over_limit
from skolnat.rules.rules import Rules

COLUMNS = (
    "rule", "paragraph", "severity", "home", "unit", "years", "pupils", "detail_code",
    "remedy_code", "certainty",
)  # fmt: skip


def check_plan(
    assignments: pd.DataFrame,
    units: pd.DataFrame,
    language_status: Sequence[str],
    years: Mapping[int, str],
    rules: Rules,
    year: int,
) -> pd.DataFrame:
    """Return every breach of a scenario.

    Parameters
    ----------
    assignments
        Rows of :func:`skolnat.network.evaluate.assignment_rows`, all markets.
    units
        Rows of :func:`skolnat.network.evaluate.unit_rows`, all markets.
    language_status
        By municipality: ``"fi"``, ``"fi_sv"``, ``"sv_fi"``, ``"sv"``.
    years
        Label of each period.
    rules, year
        The rules, and the year at which they are read.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`: ``severity`` is ``"breach"`` or ``"note"``.
    """
    found = [
        *_long_journeys(assignments, years, rules, year),
        *_overfull(units, years),
        *_bought_elsewhere(assignments, units, language_status, years, rules, year),
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _long_journeys(
    rows: pd.DataFrame, years: Mapping[int, str], rules: Rules, year: int
) -> list[tuple[object, ...]]:
    """Daily journeys over the limit of § 32, by municipality and stage."""
    found: list[tuple[object, ...]] = []
    for key, group in rows.groupby(["period", "residence", "stage"]):
        period, home, stage = cast("tuple[int, int, str]", key)
        over = share_over_limit(group["minutes"].to_numpy(np.float64), stage, rules, year)
        pupils = float((over * group["pupils"]).sum())
        if pupils > 0.0:
            name = "journey.daily_minutes" if stage == "1-6" else "journey.daily_minutes_from_13"
            rule = rules.rules[name]
            found.append(
                (name, rule.paragraph, "breach", home, "", years[period], pupils,
                 f"journey_over_limit_{stage}", "boarding_or_other_school",
                 rule.at(year).certainty)
            )  # fmt: skip
    return found


def _overfull(units: pd.DataFrame, years: Mapping[int, str]) -> list[tuple[object, ...]]:
    """Units with more pupils than seats: the plan pays for an extension."""
    over = units[units["open"] & (units["pupils"] > units["capacity"] + 0.5)]
    return [
        ("property.extension_seat_eur", "", "note", home, unit, years[period], beyond,
         "over_capacity", "extend_or_move", "check")
        for home, unit, period, beyond in zip(
            over["home"], over["unit"], over["period"], over["pupils"] - over["capacity"],
            strict=True,
        )
    ]  # fmt: skip


def _bought_elsewhere(
    rows: pd.DataFrame, units: pd.DataFrame, status: Sequence[str], years: Mapping[int, str],
    rules: Rules, year: int,
) -> list[tuple[object, ...]]:  # fmt: skip
    """Municipalities without an open unit of a stage and language that their pupils need.

    Buying the teaching from another municipality is lawful by agreement (§ 4); in a bilingual
    municipality each language group keeps its right to teaching of its own.
    """
    found: list[tuple[object, ...]] = []
    open_ = units[units["open"] & (units["pupils"] > 0)]
    have = set(zip(open_["period"], open_["home"], open_["stage"], open_["language"], strict=True))
    need = rows.groupby(["period", "residence", "stage", "language"])["pupils"].sum()
    for key, pupils in need.items():
        period, home, stage, language = cast("tuple[int, int, str, str]", key)
        if pupils < 0.5 or (period, home, stage, language) in have:
            continue
        bilingual = status[home] in ("fi_sv", "sv_fi")
        name = "language.bilingual_teaches_both" if bilingual else "provision.duty"
        rule = rules.rules[name]
        found.append(
            (name, rule.paragraph, "note", home, "", years[period], float(pupils),
             f"bought_elsewhere_{stage}_{language}", "agreement", rule.at(year).certainty)
        )  # fmt: skip
    return found
