"""Instances of the literature are read as the literature means them, and broken files gently.

The files are made by hand, small enough to see what must come of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skolnat.common.faults import InvalidInput, render
from skolnat.network.location import (
    read_capacitated_p_median,
    read_p_median,
    read_single_source,
)


def written(folder: Path, text: str) -> Path:
    path = folder / "instance.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_of_an_edge_that_stands_there_twice_the_last_cost_wins(tmp_path: Path) -> None:
    text = " 4 5 2\n 1 2 9\n 2 3 1\n 2 1 4\n 3 4 0\n 1 2 5\n"
    problem = read_p_median(written(tmp_path, text))
    assert problem.count == 2
    assert problem.distance.tolist() == [[0, 5, 6, 6], [5, 0, 1, 1], [6, 1, 0, 0], [6, 1, 0, 0]]


def test_a_capacitated_p_median_has_distances_that_are_not_rounded(tmp_path: Path) -> None:
    problem = read_capacitated_p_median(written(tmp_path, "3 2\n0 0 10 4\n3 4 9 5\n1 1 8 6\n"))
    assert problem.count == 2
    assert problem.capacity.tolist() == [10, 9, 8]
    assert problem.demand.tolist() == [4, 5, 6]
    assert problem.opening.tolist() == [0, 0, 0]
    assert problem.cost[0].tolist() == [0.0, 5.0, np.sqrt(2.0)]


def test_single_source_costs_are_those_of_a_unit_times_the_demand(tmp_path: Path) -> None:
    text = "3\t2\n\n2 3 4\n10 9\n100.5 90\n1 2 3\n4 5 6.5\n"
    problem = read_single_source(written(tmp_path, text))
    assert problem.demand.tolist() == [2, 3, 4]
    assert problem.capacity.tolist() == [10, 9]
    assert problem.opening.tolist() == [100.5, 90.0]
    assert problem.cost.tolist() == [[2.0, 8.0], [6.0, 15.0], [12.0, 26.0]]
    assert problem.count == 0


BROKEN = [
    (read_p_median, "", "holds no numbers"),
    (read_p_median, "4 5", "3 numbers are needed"),
    (read_p_median, "4.5 5 2", "4.5 stands where a number of things is due"),
    (read_p_median, "2 1 1\n1 2 x\n", "row 2: “x” is not a number"),
    (read_p_median, "2 2 1\n1 2 3\n", "promises 9 numbers in all, but there are 6"),
    (read_p_median, "2 1 1\n1 3 3\n", "row 2: an edge from 1.0 to 3.0 cannot be"),
    (read_p_median, "2 1 1\n1 2 -3\n", "row 2: the length -3.0 is below 0"),
    (read_p_median, "3 1 1\n1 2 3\n", "no path leads from vertex 1 to vertex 3"),
    (read_p_median, "2 1 3\n1 2 3\n", "3 of 2 sites cannot be open"),
    (read_capacitated_p_median, "2 1\n0 0 9.5 1\n1 1 9 -1\n", "row 2: the capacity “9.5” (site 1)"),
    (read_capacitated_p_median, "2 1\n0 0 9.5 1\n1 1 9 -1\n", "row 3: the demand “-1.0”"),
    (read_capacitated_p_median, "2 1\n0 0 9 4\n1 1 8 6\n", "the 1 sites that may be open hold 9"),
    (read_single_source, "2 1\n3 4\n3\n9\n1 1\n", "customer 2 has a demand of 4"),
    (read_single_source, "1 1\n3.5\n4\n9\n1\n", "row 2: the demand “3.5”"),
    (read_single_source, "1 1\n3\n4\n9\n1 1\n", "promises 6 numbers in all, but there are 7"),
]


@pytest.mark.parametrize(("read", "text", "told"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_told_with_its_place(
    read: Callable[[Path], Any], text: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(written(tmp_path, text))
    assert told in str(raised.value)
    for fault in raised.value.faults:
        for language in ("sv", "fi", "en"):
            assert "network." not in render(fault, language)


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read as text"):
        read_p_median(tmp_path / "nothing.txt")
    packed = tmp_path / "packed.txt"
    packed.write_bytes(b"\x1f\x8b\x08\xff\xfe")
    with pytest.raises(InvalidInput, match="cannot be read as text"):
        read_single_source(packed)
