"""What a term sheet tells: the agreements of a study, and what leaving each of them costs.

A study without an agreement gets a draft: all its municipalities, the form that the law has for
pupils across a border, and the statute's price. So the exit year is told before anything is agreed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from skolnat.economy.leaving import NOTICES, Way, exit_accounts
from skolnat.economy.ledger import PlanTables, cost_lines
from skolnat.economy.payments import Flows, cost_per_pupil, flows_of, ways_of
from skolnat.economy.prices import prices
from skolnat.network.demand import STAGE_AGES
from skolnat.network.evaluate import Planned, plan_tables, transport_prices
from skolnat.plan.agreement import Agreement
from skolnat.plan.forms import form_of
from skolnat.study.money import flows_before, statute, with_codes
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
]  # fmt: skip
EXIT_COLUMNS = [
    "agreement", "notice_months", "end", "year", "payer", "receiver", "stage", "kind", "months",
    "pupils", "eur",
]  # fmt: skip


def exit_rows(
    prepared: Prepared, together: Sequence[Planned], now: Sequence[Planned]
) -> pd.DataFrame:
    """Return the exit account of every agreement under which pupils cross a border.

    Parameters
    ----------
    prepared
        The study.
    together, now
        Plans of *together*, whose flows are those that an exit ends, and of *today*.

    Returns
    -------
    DataFrame
        ``agreement`` and the columns of :func:`skolnat.economy.leaving.exit_account`.
    """
    rules, first = prepared.rules, prepared.study.first_year
    codes = np.array(prepared.region.codes, dtype=object)
    tables = with_codes(plan_tables(together, rules), codes)
    flows = flows_of(tables.ways, flows_before(prepared, now), tables.periods)
    paid = statute(rules, first)
    frames = []
    for agreement in agreements_of(prepared):
        form = form_of(agreement.form, rules, agreement.start.year)
        given = notice_given(agreement, first)
        if not form.pupils_cross or given.year > prepared.study.last_year:
            continue
        cost = _unit_cost(prepared, tables) if agreement.price == "cost" else None
        statutory = {stage: eur * form.compensation_share for stage, eur in paid.price.items()}
        ways = _ways(flows, agreement, given.year, statutory, paid.lag, cost)
        notices = (*NOTICES, agreement.notice(rules))
        account = exit_accounts(agreement, ways, given, paid.lag, notices)
        frames.append(account.assign(agreement=agreement.name))
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=EXIT_COLUMNS)
    return whole[EXIT_COLUMNS]


def _unit_cost(prepared: Prepared, tables: PlanTables) -> pd.Series:
    rules, first = prepared.rules, prepared.study.first_year
    by_stage = {stage: prices(stage, rules, first) for stage in STAGE_AGES}
    lines = cost_lines(tables, by_stage, transport_prices(rules, first))
    return cost_per_pupil(lines, tables.units, tables.periods)


def _ways(
    flows: Flows, agreement: Agreement, year: int, statutory: dict[str, float], lag: int,
    cost: pd.Series | None,
) -> list[Way]:  # fmt: skip
    """Return the pupils whom an agreement concerns in a year, way by way."""
    y = int(np.flatnonzero(flows.years == year)[0])
    found = []
    for k in np.flatnonzero(ways_of(flows, agreement) & (flows.pupils[y] > 0.0)).tolist():
        stage, provider = str(flows.stage[k]), str(flows.provider[k])
        earlier = np.flatnonzero(flows.pupils[:, k] > 0.0)
        begun = int(flows.years[0]) - lag - 1 if flows.before[k] > 0 else int(
            flows.years[earlier[0]]
        )  # fmt: skip
        agreed = agreement.price_eur.get(stage) if agreement.price == "fixed" else None
        if cost is not None:
            agreed = float(cost.get((provider, stage, year), 0.0))
        found.append(
            Way(str(flows.residence[k]), provider, stage, float(flows.pupils[y, k]),
                statutory[stage], agreed, begun)
        )  # fmt: skip
    return found
