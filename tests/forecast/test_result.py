"""A forecast is read by people and rooms that did not make it: its axes must not be mistaken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from skolnat.forecast.result import Forecast


def small() -> Forecast:
    """Return two municipalities, two years, two ages and five draws of plain numbers."""
    draws = np.arange(5 * 2 * 2 * 2, dtype=np.float32).reshape(5, 2, 2, 2)
    return Forecast(("016", "081"), 2025, (2025, 2026), (7, 8), draws)


def test_mean_and_quantiles_run_over_draws() -> None:
    future = small()
    assert future.mean()[0, 0, 0] == 16.0  # the mean of 0, 8, 16, 24, 32
    assert future.quantile(0.5)[1, 1, 1] == 23.0
    assert future.quantile((0.0, 1.0))[:, 0, 0, 0].tolist() == [0.0, 32.0]


def test_select_keeps_the_order_asked_for_and_names_what_is_missing() -> None:
    future = small()
    assert future.select(["081", "016"]).draws[0, :, 0, 0].tolist() == [4.0, 0.0]
    with pytest.raises(KeyError, match="999"):
        future.select(["016", "999"])
    counted = replace(future, counted=frozenset({"016", "081"}))
    assert counted.select(["081"]).counted == {"081"}


def test_total_sums_within_each_draw() -> None:
    assert small().total([7, 8])[0].tolist() == [[1.0, 5.0], [9.0, 13.0]]


def test_frame_has_one_row_per_municipality_year_and_age() -> None:
    frame = small().frame()
    assert list(frame.columns) == ["municipality", "year", "age", "mean", "p10", "p50", "p90"]
    row = frame[(frame["municipality"] == "081") & (frame["year"] == 2026) & (frame["age"] == 7)]
    assert row["p50"].item() == 22.0
    assert len(frame) == 8


def test_trajectories_hold_every_draw() -> None:
    parts = list(small().trajectories())
    assert [part["municipality"].nunique() for part in parts] == [2]
    table = pd.concat(parts, ignore_index=True)
    assert table.iloc[:, :7].equals(small().frame())
    assert table.shape == (8, 7 + 5)
    assert table["draw_0005"].tolist() == list(range(32, 40))


def test_axes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="last three axes"):
        Forecast(("016",), 2025, (2025,), (7, 8), np.zeros((3, 1, 2, 2), np.float32))
