"""The estimated history must agree with both things that are known of it."""

from __future__ import annotations

import numpy as np
import pytest

from skolnat.forecast.history import CLASSES, finland, with_history
from skolnat.forecast.panel import Panel
from skolnat.forecast.states import CHILD_AGES, STATES


def test_history_agrees_with_the_regions_single_ages() -> None:
    regions, municipalities = finland(2019)
    assert municipalities.years[0] == 2013
    followed = CHILD_AGES - 4  # cohorts that are children in 2018 still
    sums = np.zeros((19, followed))
    np.add.at(sums, municipalities.groups, municipalities.at(2014)[:, :followed])
    np.testing.assert_allclose(sums, regions.at(2014)[:, :followed], rtol=1e-9)


def test_nothing_is_made_up_where_it_is_not_known() -> None:
    _, municipalities = finland(2019)
    assert np.isnan(municipalities.at(2015)[:, CHILD_AGES - 3 :]).all()
    assert not np.isnan(municipalities.last).any()


def test_classes_are_met_where_both_margins_agree() -> None:
    """Two places, one region, nobody moves: the way back is exact."""
    rng = np.random.default_rng(0)
    full = rng.uniform(20, 40, (2, STATES + 3))
    counts = np.stack([full[:, 3 - year : 3 - year + STATES] for year in range(3)], axis=1)
    panel = Panel(("001", "002"), np.zeros(2, dtype=np.intp), (2016, 2017, 2018), counts)
    classes = {
        year: np.stack([panel.at(year)[:, ages].sum(axis=1) for ages in CLASSES.values()], axis=1)
        for year in panel.years
    }
    regions = Panel(("01",), np.zeros(1, dtype=np.intp), panel.years, panel.grouped())
    found = with_history(panel.since(2018), regions, classes)
    assert found.years == panel.years
    ages = slice(0, CHILD_AGES - 5)
    np.testing.assert_allclose(found.at(2016)[:, ages], panel.at(2016)[:, ages], rtol=0.02)


def test_a_year_before_the_first_register_is_refused() -> None:
    with pytest.raises(ValueError, match="2017"):
        finland(2017)
