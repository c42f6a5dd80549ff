"""Pupils whose nearest provider is no partner of the study are told of, and in no sum."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skolnat.study.outside import COLUMNS
from skolnat.study.prepare import Prepared


def test_every_language_group_has_a_unit_a_flow_or_a_provider_outside(
    prepared_example: Callable[[str], Prepared],
) -> None:
    for name in ("sydosterbotten", "tunturi-lappi"):
        prepared = prepared_example(name)
        outside = prepared.outside
        assert tuple(outside.columns) == COLUMNS
        assert not set(outside["provider"]) & set(prepared.region.codes)
        have = set(
            zip(
                prepared.units["home"],
                prepared.units["stage"],
                prepared.units["language"],
                strict=True,
            )
        )
        for row in outside.itertuples(index=False):
            assert (row.home, row.stage, row.language) not in have
            assert row.pupils > 0.0


def test_the_pupils_outside_are_a_mean_a_year(
    prepared_example: Callable[[str], Prepared],
) -> None:
    prepared = prepared_example("sydosterbotten")
    years = prepared.study.years
    for row in prepared.outside.itertuples(index=False):
        everybody = prepared.demand.by_municipality(row.stage, row.language, years)
        assert row.estimated
        assert row.pupils == pytest.approx(everybody[row.home])


def test_who_goes_outside_is_in_no_market(prepared_example: Callable[[str], Prepared]) -> None:
    prepared = prepared_example("sydosterbotten")
    away = set(
        zip(
            prepared.outside["home"], prepared.outside["stage"], prepared.outside["language"],
            strict=True,
        )
    )  # fmt: skip
    assert away, "the coast has language groups without a school at home"
    for case in prepared.cases:
        homes = set(case.market.cell_municipality.tolist())
        gone = {
            home
            for home, stage, language in away
            if (stage, language) == (case.market.stage, case.market.language)
        }
        assert not homes & gone
