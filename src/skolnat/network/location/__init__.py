"""Classical location models, solved with a proof: the proving ground of the network optimiser.

Everything here works on plain arrays and knows nothing of schools::

    from skolnat.network.location import PMedian, solve_p_median

    answer = solve_p_median(PMedian(distance, count=5), seconds=10.0, seed=1)
    answer.plan.open, answer.plan.cost, answer.bound, answer.gap
"""

from skolnat.network.location.capacitated import Capacitated
from skolnat.network.location.capacitated_solve import solve_capacitated
from skolnat.network.location.files import (
    read_capacitated_p_median,
    read_p_median,
    read_single_source,
)
from skolnat.network.location.p_median import PMedian, solve_p_median
from skolnat.network.location.plan import Answer, Plan, Progress

__all__ = [
    "Answer",
    "Capacitated",
    "PMedian",
    "Plan",
    "Progress",
    "read_capacitated_p_median",
    "read_p_median",
    "read_single_source",
    "solve_capacitated",
    "solve_p_median",
]
