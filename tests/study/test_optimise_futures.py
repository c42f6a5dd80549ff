"""A study planned for several futures: told with its proof, kept apart from what it cannot keep."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.network.solve import Effort
from skolnat.network.wishes import Wishes
from skolnat.study.keys import OptimiseTable
from skolnat.study.optimise import ClashError
from skolnat.study.optimise_futures import Hedged, optimise_futures
from skolnat.study.optimise_futures_told import futures_from, told_futures, write_futures
from skolnat.study.prepare import Prepared

SLIGHT = Effort(kicks=1, roundings=1, steps=60, moves=2_000, last_moves=2_000, nodes=0, closings=0)


@pytest.fixture(scope="module")
def prepared(prepared_example: Callable[[str], Prepared]) -> Prepared:
    """Tunturi-Lappi."""
    return prepared_example("tunturi-lappi")


@pytest.fixture(scope="module")
def worst(prepared: Prepared) -> Hedged:
    """Closings whose worst fifth of four futures costs least."""
    return optimise_futures(prepared, futures=4, quantile=0.8, effort=SLIGHT)


def test_the_worst_futures_are_the_dear_ones_and_have_a_proof(worst: Hedged) -> None:
    assert worst.keeps_wishes
    assert 0.0 < worst.bound <= worst.value <= worst.of_mean + 1e-6
    assert worst.gap < 0.03
    # Half of the futures stand for the worst fifth.
    assert worst.weights.sum() == pytest.approx(1.0)
    dear = worst.weights[:2]
    assert dear.sum() == pytest.approx(0.2)
    assert worst.value == pytest.approx(dear @ worst.costs[:2] / 0.2)
    quantile, beyond = worst.tail(0.8)
    assert worst.mean < quantile <= beyond <= worst.all_costs.max()


def test_the_expected_cost_is_the_mean_of_the_futures(prepared: Prepared) -> None:
    best = optimise_futures(prepared, futures=2, effort=SLIGHT, regime="alone")
    assert best.value == pytest.approx(float(best.weights @ best.costs))
    assert 0.0 < best.bound <= best.value
    lines = told_futures(best, "sv")
    assert lines[1].startswith("Förväntad kostnad som en plan kan påverka: ")
    assert lines[2].startswith("Inga stängningar kommer under: ")


def test_what_is_found_is_told_and_written(worst: Hedged, tmp_path: Path) -> None:
    lines = told_futures(worst, "en")
    assert lines[0].startswith(f"Planned for 4 futures that stand for {worst.all_costs.size};")
    assert lines[1].startswith("Mean cost of the worst 20 % of the futures: ")
    assert "80 % of the futures cost at most" in lines[4]
    broken = told_futures(dataclasses.replace(worst, broken=0.25), "fi")
    assert "paino on 25.00 %" in broken[2]
    closings, futures = write_futures(worst, tmp_path / "out")
    table = pd.read_csv(closings, dtype={"municipality": str})
    assert table.columns.tolist() == ["unit", "name", "municipality", "closes"]
    assert table["closes"].dropna().between(2026, 2040).all()
    told = pd.read_csv(futures)
    assert told["planned_weight"].sum() == pytest.approx(1.0)
    assert np.isclose(told["cost_eur_per_year"].mean(), worst.mean)


def test_what_is_not_kept_in_several_futures_is_refused_in_words(prepared: Prepared) -> None:
    wishes = Wishes(budget=1.0, contiguous=True, siblings=True, most_changes=1)
    with pytest.raises(InvalidInput) as raised:
        optimise_futures(prepared, futures=1, quantile=1.0, wishes=wishes)
    assert {fault.column for fault in raised.value.faults} == {
        "budget", "contiguous", "siblings", "most_changes", "futures", "quantile",
    }  # fmt: skip
    clash = Wishes(longest_km={"1-6": 40.0}, close={"04122": 2032})
    with pytest.raises(ClashError):
        optimise_futures(prepared, futures=2, wishes=dataclasses.replace(clash, keep=("04122",)))


def test_options_go_before_the_study_file(prepared: Prepared) -> None:
    own = dataclasses.replace(
        prepared, study=dataclasses.replace(prepared.study, optimise=OptimiseTable(futures=5))
    )
    assert futures_from(prepared, None, None) is None
    assert futures_from(prepared, None, 0.9) == (8, 0.9)
    assert futures_from(own, None, None) == (5, 0.0)
    assert futures_from(own, 3, 0.5) == (3, 0.5)
    with pytest.raises(InvalidInput, match="--front"):
        futures_from(own, None, None, with_front=True)
