"""What a term sheet tells: the agreements of a study, and what leaving each of them costs.

A study without an agreement gets a draft: all its municipalities, the form that the law has for
pupils across a border, and the statute's price. So the exit year is told before anything is agreed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from skolnat.economy.accounts import on_accounts
from skolnat.economy.leaving import NOTICES, Way, exit_accounts
from skolnat.economy.ledger import PlanTables
from skolnat.economy.payments import Flows, cost_per_pupil, flows_of, taught_under
from skolnat.network.evaluate import Planned, plan_tables
from skolnat.plan.agreement import Agreement
from skolnat.plan.forms import form_of
from skolnat.study.money import accounts_of, flows_before, resource_lines, statute, with_codes
from skolnat.study.prepare import Prepared

DRAFT = ""
"""Name of the agreement that is drafted where the study has none."""

YEARS_IN_FORCE = 2
"""Notice is taken to be given on 1 January so many years after the agreement has started."""


def agreements_of(prepared: Prepared) -> tuple[Agreement, ...]:
    """Return the agreements of a study, or the draft; none for a municipality alone."""
    study = prepared.study
    if study.agreements:
        return study.agreements
    if len(prepared.region.codes) < 2:
        return ()
    change = study.network.first_change or study.first_year
    return (Agreement(DRAFT, "agreement", tuple(prepared.region.codes), date(change, 8, 1)),)


def notice_given(agreement: Agreement, first_year: int) -> date:
    """Return the day on which notice is taken to be given, for the exit account."""
    return date(max(agreement.start.year, first_year) + YEARS_IN_FORCE, 1, 1)


def agreement_rows(prepared: Prepared) -> pd.DataFrame:
    """Return one row an agreement: what a term sheet tells of it."""
    rules, first = prepared.rules, prepared.study.first_year
    rows = []
    for agreement in agreements_of(prepared):
        form = form_of(agreement.form, rules, agreement.start.year)
        rows.append(
            {
                "agreement": agreement.name,
                "draft": agreement.name == DRAFT,
                "form": agreement.form,
                "paragraph": form.paragraph,
                "certainty": form.certainty,
                "parties": ";".join(agreement.parties),
                "responsible": agreement.responsible,
                "stages": ";".join(agreement.stages),
                "price": agreement.price,
                "price_eur_1_6": agreement.price_eur.get("1-6", np.nan),
                "price_eur_7_9": agreement.price_eur.get("7-9", np.nan),
                "compensation_share": form.compensation_share,
                "start": agreement.start.isoformat(),
                "end": agreement.end.isoformat() if agreement.end else "",
                "notice_months": agreement.notice(rules),
                "notice_agreed": agreement.notice_months is not None,
                "after_end": agreement.after_end,
                "account": agreement.holder,
                "key": agreement.key if agreement.holder else "",
                "shares": ";".join(f"{code}={part:g}" for code, part in agreement.shares.items()),
                "one_provider": form.one_provider,
                "employer": form.employer,
                "decider": form.decider,
                "given": notice_given(agreement, first).isoformat(),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = [
    "agreement", "draft", "form", "paragraph", "certainty", "parties", "responsible", "stages",
    "price", "price_eur_1_6", "price_eur_7_9", "compensation_share", "start", "end",
    "notice_months", "notice_agreed", "after_end", "one_provider", "employer", "decider", "given",
    "account", "key", "shares",
]  # fmt: skip
EXIT_COLUMNS = [
    "agreement", "notice_months", "end", "year", "payer", "receiver", "stage", "kind", "months",
    "pupils", "eur",
]  # fmt: skip


def exit_rows(
    prepared: Prepared, together: Sequence[Planned], now: Sequence[Planned],
    groups: pd.DataFrame | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the exit account of every agreement under which pupils cross a border.

    Parameters
    ----------
    prepared
        The study.
    together, now
        Plans of *together*, whose flows are those that an exit ends, and of *today*.
    groups
        Weekly hours of *together* by ``period, unit, subject``; None: small groups at their mean.

    Returns
    -------
    DataFrame
        ``agreement`` and the columns of :func:`skolnat.economy.leaving.exit_account`.
    """
    rules, first = prepared.rules, prepared.study.first_year
    codes = np.array(prepared.region.codes, dtype=object)
    agreements = agreements_of(prepared)
    resources = None
    if any(agreement.price == "cost" or agreement.holder for agreement in agreements):
        tables, resources = resource_lines(prepared, together, groups)
    else:
        tables = with_codes(plan_tables(together, rules), codes)
    flows = flows_of(tables.ways, flows_before(prepared, now), tables.periods, agreements)
    paid = statute(rules, first)
    frames = []
    for agreement in agreements:
        form = form_of(agreement.form, rules, agreement.start.year)
        given = notice_given(agreement, first)
        if not form.pupils_cross or given.year > prepared.study.last_year:
            continue
        statutory = {stage: eur * form.compensation_share for stage, eur in paid.price.items()}
        ways = _ways(flows, agreement, given.year, statutory, paid.lag)
        if resources is not None and agreement.price == "cost":
            cost = cost_per_pupil(resources, tables.units, tables.periods)
            ways = [
                replace(way, agreed=float(cost.get((way.provider, way.stage, given.year), 0.0)))
                for way in ways
            ]
        if resources is not None and agreement.holder:
            ways = _on_key(prepared, agreement, tables, resources, ways, given.year)
        notices = (*NOTICES, agreement.notice(rules))
        account = exit_accounts(agreement, ways, given, paid.lag, notices)
        frames.append(account.assign(agreement=agreement.name))
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=EXIT_COLUMNS)
    return whole[EXIT_COLUMNS]


def _ways(
    flows: Flows, agreement: Agreement, year: int, statutory: dict[str, float], lag: int
) -> list[Way]:
    """Return the pupils whom an agreement concerns in a year, way by way."""
    y = int(np.flatnonzero(flows.years == year)[0])
    held = flows.pupils[y] > 0.0
    found = []
    for k in np.flatnonzero(taught_under(flows, agreement) & held).tolist():
        stage, provider = str(flows.stage[k]), str(flows.provider[k])
        earlier = np.flatnonzero(flows.pupils[:, k] > 0.0)
        begun = int(flows.years[0]) - lag - 1 if flows.before[-1, k] > 0 else int(
            flows.years[earlier[0]]
        )  # fmt: skip
        agreed = agreement.price_eur.get(stage) if agreement.price == "fixed" else None
        found.append(
            Way(str(flows.residence[k]), provider, stage, float(flows.pupils[y, k]),
                statutory[stage], agreed, begun)
        )  # fmt: skip
    return found


def _on_key(
    prepared: Prepared, agreement: Agreement, tables: PlanTables, resources: pd.DataFrame,
    ways: list[Way], year: int,
) -> list[Way]:  # fmt: skip
    """Return the ways to an account with what each party pays by the key, in a whole year.

    A party without a pupil there pays its part too; what others pay for theirs comes off.
    """
    endless = replace(agreement, start=min(agreement.start, date(year, 1, 1)), end=None)
    booked = on_accounts(resources, tables.units, (endless,))
    (account,) = accounts_of(prepared, (endless,), tables, booked)
    authority = agreement.holder not in agreement.parties
    parts = account.parts.to_dict("index")
    found = []
    for stage in agreement.stages:
        own = {way.residence: way for way in ways if way.stage == stage}
        paid = {home: way.pupils * way.statutory for home, way in own.items()}
        kept = sum(eur for home, eur in paid.items() if authority or home not in agreement.parties)
        shared = float(account.cost.get((stage, year), 0.0)) - kept
        for party in agreement.parties:
            if party == agreement.holder:
                continue
            part = float(parts[stage, year][party])
            way = own.pop(party, Way(party, agreement.holder, stage, 0.0, 0.0))
            eur = part * shared + (paid.get(party, 0.0) if authority else 0.0)
            found.append(replace(way, eur=eur, key=part if authority else 0.0))
        found += own.values()
    return found
