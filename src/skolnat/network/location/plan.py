"""What every location model shares: a plan, and an answer that says how good it is at least."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skolnat.common.faults import Fault, InvalidInput

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

CLOSED = 1e-7
"""A gap at most this share of the cost counts as closed: what sums of floats cannot tell apart."""


@dataclass(frozen=True)
class Plan:
    """Which sites are open, and where everybody goes.

    Parameters
    ----------
    open
        Numbers of the open sites, ascending, shape (p,).
    seat
        Site of each customer, shape (I,).
    cost
        Cost of the plan in the unit of the problem's costs.
    """

    open: IntArray
    seat: IntArray
    cost: float


@dataclass(frozen=True)
class Answer:
    """A plan with its proof.

    Parameters
    ----------
    plan
        The best plan found.
    bound
        No plan of the *full* problem costs less.
    seconds
        By the clock.
    """

    plan: Plan
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """How much dearer than the best the plan may be, as a share of its cost."""
        spread = max(0.0, self.plan.cost - self.bound)
        return spread / abs(self.plan.cost) if self.plan.cost else spread

    @property
    def proven(self) -> bool:
        """Whether the plan is proven to be the best, to the precision of sums of floats."""
        return self.gap <= CLOSED


@dataclass(frozen=True)
class Progress:
    """What is known while a solver runs.

    Parameters
    ----------
    step
        What it is doing: ``"multipliers"``, ``"search"``, ``"columns"``, ``"reduced model"`` or
        ``"neighbourhoods"``.
    seconds
        Since it began.
    cost, bound
        Of the best plan, and of every plan.
    """

    step: str
    seconds: float
    cost: float
    bound: float


Listener = Callable[[Progress], bool | None]
"""Called now and then; returns True to stop with the best so far."""


def no_listener(progress: Progress) -> None:
    """Listen to nothing."""


def check_warm(plan: Plan | None, places: int, sites: int) -> None:
    """Stop when a plan to begin from is of another problem.

    Raises
    ------
    InvalidInput
        When it seats another number of customers, or names a site that is not there.
    """
    if plan is None:
        return
    named = np.concatenate((plan.open, plan.seat))
    if plan.seat.size != places or (named < 0).any() or (named >= sites).any():
        values = {"customers": places, "sites": sites}
        raise InvalidInput([Fault("network.location_warm", values=values)])


def whole(*arrays: FloatArray) -> bool:
    """Whether all finite numbers are whole, so that every plan's cost is whole too."""
    return all(
        bool(np.all(np.floor(some[np.isfinite(some)]) == some[np.isfinite(some)]))
        for some in arrays
    )


def rounded_up(bound: float, *, whole_costs: bool) -> float:
    """Return the bound, at the next whole number where every plan's cost is whole.

    The margin is wider than what sums of floats can be off, and than HiGHS's tolerances.
    """
    return math.ceil(bound - 1e-4) if whole_costs and math.isfinite(bound) else bound
