"""A market falls apart by stage and language, and nothing of it is lost on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from skolnat.network.demand import STAGE_AGES
from skolnat.network.market import BoolArray, Market
from skolnat.study.prepare import Prepared


def test_the_markets_hold_every_pupil_who_is_not_outside(
    prepared_example: Callable[[str], Prepared],
) -> None:
    prepared = prepared_example("sydosterbotten")
    mean = prepared.forecast.mean()
    ages = prepared.forecast.ages
    for held in (prepared.frozen, prepared.cases):
        periods = [p for p in prepared.periods if p.frozen == (held is prepared.frozen)]
        for p, period in enumerate(periods):
            years = [prepared.forecast.years.index(year) for year in period.years]
            for stage, wanted in STAGE_AGES.items():
                columns = [ages.index(age) for age in wanted]
                people = mean[:, years][:, :, columns].sum(axis=2).mean(axis=1)
                seated = sum(
                    case.market.pupils[p].sum() for case in held if case.market.stage == stage
                )
                demand = prepared.demand
                outside = sum(
                    (people * demand.shares[language] * leaving).sum()
                    for (at, language), leaving in demand.leaving.items()
                    if at == stage
                )
                assert seated + outside == pytest.approx(people.sum())


def test_years_and_capacities(prepared_example: Callable[[str], Prepared]) -> None:
    prepared = prepared_example("tunturi-lappi")
    for case in prepared.cases:
        assert case.market.years.sum() == 13.0  # 2028-2040
        assert (case.market.capacity > 0).all()
        assert case.market.periods == len(case.market.years) == 3
    assert [case.market.years.tolist() for case in prepared.frozen] == [[2.0]] * len(
        prepared.frozen
    )
    assert all(np.isfinite(case.market.arc_cost).all() for case in prepared.cases)


def test_seats_hold_in_every_period_or_are_given_for_each(
    larger: Callable[[int], tuple[Market, BoolArray]],
) -> None:
    market = larger(3)[0]
    same = dataclasses.replace(market, capacity=np.arange(8.0))
    assert same.capacity.tolist() == [list(range(8))] * 2
    given = dataclasses.replace(market, capacity=np.array([np.arange(8.0), np.full(8, 5.0)]))
    loads = np.full((2, 8), 6.0)
    beyond = (given.load_costs(loads) - same.load_costs(loads)) / market.overflow
    assert beyond[0] == pytest.approx(np.zeros(8))
    assert beyond[1] == pytest.approx([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 1.0])
    with pytest.raises(ValueError, match=r"\(3, 8\).*\(2, 8\)"):
        dataclasses.replace(market, capacity=np.ones((3, 8)))
