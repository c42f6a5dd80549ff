"""Small counts are not shown: under three pupils, and what would give them away.

Council papers are public. A count of one or two pupils may point to a child, so it is hidden; and
where sums are shown beside it, other counts must be hidden too, or subtraction brings it back
(complementary suppression). The work is done on whole tables with their sums, and ends with an
audit: no hidden count may follow from what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

THRESHOLD: Final = 3.0
"""Counts above zero and under this are hidden."""

NOTHING: Final = 0.005
"""Counts under this are zero: traces of a computation, not children."""

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
Equation = tuple[int, tuple[int, ...]]
"""A sum that a reader can see: place of the sum, places of its parts."""


def is_small(values: npt.ArrayLike, threshold: float = THRESHOLD) -> BoolArray:
    """Return which counts are too small to be shown by themselves."""
    counts = np.asarray(values, dtype=np.float64)
    small: BoolArray = (counts >= NOTHING) & (counts < threshold)
    return small


def hidden(
    values: npt.ArrayLike, equations: Sequence[Equation], threshold: float = THRESHOLD
) -> BoolArray:
    """Return which counts of a table must be hidden.

    Parameters
    ----------
    values
        Counts, all at least zero, shape (n,).
    equations
        The sums among them that a reader can see.
    threshold
        The least count that is shown.

    Returns
    -------
    ndarray
        True where a count is hidden, shape (n,). Every small count is hidden; whoever knows all
        sums and all counts that are shown can compute none of them; and no sum less what is
        shown of its parts leaves a remainder under the threshold.
    """
    counts = np.asarray(values, dtype=np.float64)
    hide = is_small(counts, threshold)
    while True:
        changed = [_complement(counts, hide, equation, threshold) for equation in equations]
        if any(changed):
            continue
        exposed = revealed(hide, equations) & is_small(counts, threshold)
        if not exposed.any():
            return hide
        companion = _companion(counts, hide, equations, int(np.flatnonzero(exposed)[0]))
        if companion is None:
            return np.ones(counts.size, dtype=np.bool_)
        hide[companion] = True


def _complement(counts: FloatArray, hide: BoolArray, equation: Equation, threshold: float) -> bool:
    """Hide one count more where subtraction would give a hidden one away; tell whether it did."""
    total, parts = equation
    gone = [part for part in parts if hide[part]]
    if hide[total]:
        safe = bool(gone)
    else:
        safe = not gone or (len(gone) > 1 and float(counts[gone].sum()) >= threshold)
    if safe:
        return False
    left = [part for part in parts if not hide[part] and counts[part] >= NOTHING]
    if left:
        hide[min(left, key=lambda part: float(counts[part]))] = True
    elif not hide[total]:
        hide[total] = True
    else:
        return False  # the sum of nothing but zeros is no secret
    return True


def revealed(hide: BoolArray, equations: Sequence[Equation]) -> BoolArray:
    """Return which hidden counts follow from the sums and the counts that are shown.

    The hidden counts solve a linear system; one of them is determined when every vector of the
    system's null space leaves it alone.

    Parameters
    ----------
    hide
        Which counts are hidden, shape (n,).
    equations
        The sums that a reader can see.
    """
    places = np.flatnonzero(hide)
    found = np.zeros(hide.size, dtype=np.bool_)
    if not places.size:
        return found
    column = {int(place): k for k, place in enumerate(places)}
    rows = []
    for total, parts in equations:
        row = np.zeros(places.size)
        for place, sign in ((total, -1.0), *((part, 1.0) for part in parts)):
            if place in column:
                row[column[place]] += sign
        if row.any():
            rows.append(row)
    if not rows:
        return found
    _, sizes, vectors = np.linalg.svd(np.array(rows))
    rank = int((sizes > 1e-9).sum())
    free = np.abs(vectors[rank:]).max(axis=0) if rank < places.size else np.zeros(places.size)
    found[places[free < 1e-9]] = True
    return found


def _companion(
    counts: FloatArray, hide: BoolArray, equations: Sequence[Equation], exposed: int
) -> int | None:
    """Return the smallest shown count that shares a sum with one that is exposed, or any."""
    near = {
        place
        for total, parts in equations
        if exposed in (total, *parts)
        for place in (total, *parts)
        if not hide[place] and counts[place] >= NOTHING
    }
    if not near:
        near = {int(place) for place in np.flatnonzero(~hide & (counts >= NOTHING))}
    return min(near, key=lambda place: (float(counts[place]), place), default=None)


def cube_equations(shape: Sequence[int]) -> list[Equation]:
    """Return the sums of a table in which index 0 of every axis is the sum over the others.

    Parameters
    ----------
    shape
        Lengths of the axes, the sums included.

    Returns
    -------
    list
        Equations over the places of the flattened table.
    """
    equations: list[Equation] = []
    for axis, length in enumerate(shape):
        others = [range(1) if k == axis else range(size) for k, size in enumerate(shape)]
        for at in product(*others):
            line = [
                int(np.ravel_multi_index((*at[:axis], k, *at[axis + 1 :]), tuple(shape)))
                for k in range(length)
            ]
            if length > 2:
                equations.append((line[0], tuple(line[1:])))
            elif length == 2:
                equations.append((line[0], (line[1],)))
    return equations


def suppressed(counts: pd.DataFrame, axes: Sequence[str], value: str) -> pd.Series:
    """Return a column of counts with NaN where a count must be hidden.

    Parameters
    ----------
    counts
        One row for each combination of the axes, with the sums: rows in which an axis is "".
        Combinations that are missing count as zero.
    axes
        Columns that the counts are broken down by.
    value
        Column of the counts.

    Returns
    -------
    Series
        The column, on the same index.
    """
    labels = [["", *sorted(set(counts[axis].astype(str)) - {""})] for axis in axes]
    shape = [len(names) for names in labels]
    places = np.ravel_multi_index(
        tuple(
            counts[axis].astype(str).map({name: k for k, name in enumerate(names)}).to_numpy()
            for axis, names in zip(axes, labels, strict=True)
        ),
        tuple(shape),
    )
    cube = np.zeros(int(np.prod(shape)))
    cube[places] = counts[value].to_numpy(np.float64)
    hide = hidden(cube, cube_equations(shape))
    return counts[value].astype("float64").mask(hide[places])


def with_sums(counts: pd.DataFrame, axes: Sequence[str], value: str) -> pd.DataFrame:
    """Return counts with their sums over every axis, as :func:`suppressed` takes them.

    Parameters
    ----------
    counts
        Counts, without sums.
    axes, value
        Columns of the breakdown and of the counts.
    """
    frame = counts[[*axes, value]]
    for axis in axes:
        frame = pd.concat([frame, frame.assign(**{axis: ""})])
    return frame.groupby(list(axes))[value].sum().reset_index()
