"""What is known of a capacitated problem while it is solved: the best plan, and the best bound."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from skolnat.network.location.capacitated_search import Tables, filled, searched
from skolnat.network.location.plan import (
    CLOSED,
    BoolArray,
    FloatArray,
    IntArray,
    Listener,
    Plan,
    Progress,
    rounded_up,
)


@dataclass
class State:
    """What is known so far.

    ``rough`` is a plan that does not fit, to begin the search from while none is known that does.
    """

    given: Tables
    began: float
    seconds: float
    listener: Listener
    rng: np.random.Generator
    plan: Plan | None = None
    rough: Plan | None = None
    bound: float = -np.inf
    stopped: bool = False

    def __post_init__(self) -> None:
        self.problem = self.given.problem
        self.whole = self.problem.whole

    @property
    def cost(self) -> float:
        """Cost of the best plan; infinite while none is known."""
        return np.inf if self.plan is None else self.plan.cost

    @property
    def step(self) -> float:
        """How much cheaper a better plan must be at least to be wanted."""
        return 1.0 if self.whole else 0.1 * CLOSED * abs(self.cost)

    @property
    def closed(self) -> bool:
        """Whether the best plan is proven."""
        return self.hopeless(self.bound)

    def hopeless(self, bound: float) -> bool:
        """Whether plans above a bound cannot be better than the one that is known."""
        if self.plan is None:
            return bound == np.inf
        return rounded_up(bound, whole_costs=self.whole) >= self.cost - 0.1 * CLOSED * abs(
            self.cost
        )

    def left(self) -> float:
        """Return the seconds that are left."""
        return self.seconds - (time.perf_counter() - self.began)

    def told(self, step: str) -> bool:
        """Tell the listener; return whether to stop."""
        passed = time.perf_counter() - self.began
        progress = Progress(step, passed, self.cost, min(self.bound, self.cost))
        self.stopped = self.stopped or bool(self.listener(progress)) or passed > self.seconds
        return self.stopped

    def offer(self, plan: Plan | None) -> None:
        """Keep a plan when it holds and is the best."""
        if plan is not None and plan.cost < self.cost and self.problem.holds(plan):
            self.plan = plan

    def round_to_plan(
        self, sites: IntArray, score: FloatArray, must: BoolArray, price: FloatArray
    ) -> None:
        """Open the sites of the lowest score, as many as must hold everybody, and search."""
        problem = self.problem
        ranked = sites[np.argsort(np.where(must, -np.inf, score), kind="stable")]
        number = problem.count
        if not number:
            wanted = int(np.sum((score < 0.0) | must))
            held = np.cumsum(problem.capacity[ranked])
            number = max(wanted, int(np.searchsorted(held, problem.demand.sum())) + 1)
        is_open = np.zeros(problem.capacity.size, dtype=bool)
        is_open[ranked[:number]] = True
        guide = np.zeros(problem.capacity.size)
        guide[sites] = price
        self.offer(searched(self.given, is_open, guide))
        if self.plan is None:
            seat = filled(self.given, is_open, guide)
            self.rough = problem.plan(seat, np.nonzero(is_open)[0])
