"""A mixed-integer model in arrays, handed to HiGHS on one core; its bound and solution back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, HighsSolution, HighsVarType, MatrixFormat
from scipy import sparse

from skolnat.network.location.plan import BoolArray, FloatArray, IntArray

INFINITY = float("inf")


@dataclass(frozen=True)
class Model:
    """Minimise ``cost x`` subject to ``low <= A x <= high`` and ``lower <= x <= upper``.

    Parameters
    ----------
    cost, upper
        Of each variable, shape (N,).
    integer
        Which variables are whole, shape (N,).
    rows
        A, shape (M, N).
    low, high
        Of each row, shape (M,).
    offset
        Added to the objective.
    lower
        Of each variable, shape (N,); 0 where not given.
    """

    cost: FloatArray
    upper: FloatArray
    integer: BoolArray
    rows: sparse.csr_matrix
    low: FloatArray
    high: FloatArray
    offset: float = 0.0
    lower: FloatArray | None = None


@dataclass(frozen=True)
class Outcome:
    """What HiGHS made of a model.

    Parameters
    ----------
    x
        Best solution, shape (N,); None where none was found.
    cost
        Its objective; infinite where none was found.
    bound
        No solution costs less; infinite when there is none.
    done
        Whether the search came to its end.
    duals
        Of the rows, for a model without whole variables.
    """

    x: FloatArray | None
    cost: float
    bound: float
    done: bool
    duals: FloatArray


def solve_model(
    model: Model,
    *,
    seconds: float = INFINITY,
    nodes: int | None = None,
    start: FloatArray | None = None,
    below: float = INFINITY,
    relative_gap: float = 1e-9,
    seed: int = 0,
) -> Outcome:
    """Solve a model with HiGHS on one core.

    Parameters
    ----------
    model
        The model.
    seconds, nodes
        Stop after so long, or so many nodes of the tree.
    start
        A known solution.
    below
        Only solutions that cost less are wanted.
    relative_gap
        Stop when the gap is at most this.
    seed
        Of HiGHS's own choices.
    """
    highs = _silent(seed)
    _set(highs, mip_rel_gap=relative_gap, mip_abs_gap=1e-7)
    if np.isfinite(seconds):
        _set(highs, time_limit=max(0.05, float(seconds)))
    if nodes is not None:
        _set(highs, mip_max_nodes=nodes)
    if np.isfinite(below):
        _set(highs, objective_bound=float(below))
    highs.passModel(_laid_out(model))
    if start is not None:
        given = HighsSolution()
        given.col_value = list(start)
        highs.setSolution(given)
    highs.run()
    return _read(highs, model)


class Repeated:
    """A linear programme solved again and again with other limits of its variables.

    Each time HiGHS goes on from the last basis, so the solution found among equally good ones
    depends on the order of what is asked: the same order gives the same.

    Parameters
    ----------
    model
        The model; none of its variables is whole.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._highs = _silent()
        self._highs.passModel(_laid_out(model))
        self._upper = model.upper.copy()

    def solve(self, upper: FloatArray) -> Outcome:
        """Solve it with these upper limits, shape (N,)."""
        other = np.flatnonzero(upper != self._upper).astype(np.int32)
        if other.size:
            lower = np.zeros(other.size)
            self._highs.changeColsBounds(other.size, other, lower, upper[other])
            self._upper = upper.copy()
        self._highs.run()
        return _read(self._highs, self._model)


class _Silent(Highs):
    """HiGHS with nothing to say.

    Its name is printed while callbacks are set up, before a caller could set any option.
    """

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's name
        """Set callbacks up without a word."""
        _set(self, output_flag=False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def _silent(seed: int = 0) -> Any:
    """Return a HiGHS that prints nothing and uses one core."""
    highs: Any = _Silent()  # type: ignore[no-untyped-call]
    _set(highs, output_flag=False, threads=1, random_seed=seed)
    return highs


def _set(highs: Any, **options: bool | float) -> None:
    """Set options by name."""
    for name, value in options.items():
        highs.setOptionValue(name, value)


def _laid_out(model: Model) -> HighsLp:
    lp = HighsLp()
    lp.num_col_, lp.num_row_ = model.cost.size, model.low.size
    lp.col_cost_, lp.offset_ = model.cost, model.offset
    lower = np.zeros(model.cost.size) if model.lower is None else model.lower
    lp.col_lower_, lp.col_upper_ = lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.low, model.high
    rows = model.rows.tocsr()
    lp.a_matrix_.format_ = MatrixFormat.kRowwise
    lp.a_matrix_.start_ = rows.indptr.astype(np.int32)
    lp.a_matrix_.index_ = rows.indices.astype(np.int32)
    lp.a_matrix_.value_ = rows.data.astype(np.float64)
    if model.integer.any():
        kinds = (HighsVarType.kContinuous, HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(one)] for one in model.integer]
    return lp


def _read(highs: Any, model: Model) -> Outcome:
    status = highs.getModelStatus()
    info, solution = highs.getInfo(), highs.getSolution()
    none = np.zeros(0)
    if status == HighsModelStatus.kInfeasible:
        return Outcome(None, INFINITY, INFINITY, done=True, duals=none)
    done = status == HighsModelStatus.kOptimal
    found = solution.value_valid and info.primal_solution_status == 2
    x = np.array(solution.col_value) if found else None
    cost = info.objective_function_value if found else INFINITY
    if not model.integer.any():
        return Outcome(x, cost, cost if done else -INFINITY, done, np.array(solution.row_dual))
    return Outcome(x, cost, min(cost, info.mip_dual_bound), done, none)


def rows_of(
    row: IntArray, column: IntArray, value: FloatArray, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """Return rows of a model from their entries."""
    return sparse.csr_matrix((value, (row, column)), shape=shape)
