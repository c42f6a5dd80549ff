"""A change of one school is told at once; what is told must be what the full evaluation says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from skolnat.network.evaluate import assignment_rows, journey_rows, ledger_rows, pupils_moved
from skolnat.network.whatif import ImpossibleError, WhatIf
from skolnat.study.prepare import Prepared
from skolnat.study.solve import planned_today


@pytest.fixture(scope="module")
def region(prepared_example: Callable[[str], Prepared]) -> tuple[Prepared, WhatIf]:
    """Tunturi-Lappi with the network of today and open borders."""
    prepared = prepared_example("tunturi-lappi")
    plans = planned_today(prepared)
    allowed = [case.open for case in prepared.cases]
    count = len(prepared.region.codes)
    return prepared, WhatIf.of(plans, allowed, plans, count, prepared.rules)


def agree(prepared: Prepared, start: WhatIf, told: WhatIf) -> None:
    """Compare every figure with the full evaluation."""
    years = prepared.years
    ledger = pd.concat([ledger_rows(plan, prepared.rules) for plan in told.plans])
    homes = ledger.groupby("home")["eur"].sum().reindex(range(told.figures.eur.size)).to_numpy()
    assert told.figures.eur == pytest.approx(homes / years)
    rows = pd.concat(
        [assignment_rows(plan, prepared.rules) for plan in told.plans], ignore_index=True
    )
    whole = journey_rows(rows, told.plans[0].periods)
    row = whole[(whole["home"] == -1) & (whole["stage"] == "")].iloc[0]
    assert told.figures.pupils == pytest.approx(row["pupils"])
    assert told.figures.mean_km == pytest.approx(row["mean_km"])
    assert told.figures.over_5_km == pytest.approx(row["over_5"])
    assert told.figures.over_limit == pytest.approx(row["over_limit"])
    base = pd.concat([assignment_rows(plan, prepared.rules) for plan in start.plans])
    assert told.figures.moved == pytest.approx(pupils_moved(rows, base))


def test_every_change_agrees_with_the_full_evaluation(region: Any) -> None:
    prepared, start = region
    agree(prepared, start, start)
    assert start.figures.moved == 0.0
    schools = dict.fromkeys(u.rpartition(":")[0] for p in start.plans for u in p.market.units)
    closed = 0
    for school in list(schools)[:5]:
        try:
            changed = start.close(school, 2030)
        except ImpossibleError:
            continue
        closed += 1
        agree(prepared, start, changed)
        assert changed.figures.moved > 0.0
        again = changed.keep(school)
        agree(prepared, start, again)
    assert closed >= 3


def test_a_change_leaves_the_plan_before_it_alone(region: Any) -> None:
    _, start = region
    before = [plan.seat.copy() for plan in start.plans]
    school = start.plans[0].market.units[0].rpartition(":")[0]
    start.close(school, 2032)
    for plan, seat in zip(start.plans, before, strict=True):
        assert (plan.seat == seat).all()


def test_a_square_is_moved_and_nothing_else(region: Any) -> None:
    prepared, start = region
    plan = start.plans[0]
    i = int(plan.market.pupils.sum(axis=0).argmax())
    here = plan.seat[-1, i]
    there = next(
        j
        for j in np.argsort(plan.market.km[i])
        if j != here and plan.open[:, j].all() and np.isfinite(start.layouts[0].journey[i, j])
    )
    moved = start.move(plan.market.cells[i], plan.market.units[there], 2030)
    agree(prepared, start, moved)
    differs = moved.plans[0].seat != plan.seat
    assert differs[:, i].any()
    assert differs.sum() == differs[:, i].sum()
    assert not differs[0, i]


def test_what_cannot_be_is_refused(region: Any) -> None:
    _, start = region
    with pytest.raises(ImpossibleError, match="no school"):
        start.close("nowhere", 2030)
    with pytest.raises(ImpossibleError, match="no period"):
        start.close(start.plans[0].market.units[0].rpartition(":")[0], 2060)
    with pytest.raises(ImpossibleError, match="no market"):
        start.move("nowhere", start.plans[0].market.units[0], 2030)
