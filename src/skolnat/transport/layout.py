"""A problem of buses as plain arrays for compiled code.

Node ``i < n`` is getting on of group ``i``; node ``n + s`` is a call at school ``s``. The search
knows mornings only: an afternoon is a morning with time turned round
(:mod:`skolnat.transport.problem`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class Layout(NamedTuple):
    """Groups of pupils, schools and vehicles; n groups, m schools, V types of vehicle."""

    travel: FloatArray  # (n + m, n + m) seconds
    km: FloatArray  # (n + m, n + m)
    home: FloatArray  # (n + m, n + m) seconds of empty running by first and last node
    home_km: FloatArray  # (n + m, n + m)
    pupils: IntArray  # (n,)
    school: IntArray  # (n,)
    board: FloatArray  # (n,) seconds
    ride: FloatArray  # (n,) seconds at most, from leaving the stop to arriving at the school
    opens: FloatArray  # (n + m,) earliest start of service, seconds
    closes: FloatArray  # (n + m,) latest start of service
    call: FloatArray  # (m,) seconds of a call at a school
    alight: FloatArray  # (m,) seconds for each pupil who gets off there
    seats: IntArray  # (V,) rising
    day: FloatArray  # (V,) euros
    per_km: FloatArray  # (V,)
    per_second: FloatArray  # (V,)
    mixed: bool
    waits: bool  # whether waiting is paid


class Desk(NamedTuple):
    """Working space of the kernels, so that nothing is allocated in the search."""

    aboard: IntArray  # (m,) pupils of a school on the bus
    mark: IntArray  # (m,) in which evaluation that was written
    era: IntArray  # (1,) number of evaluations
    clock: FloatArray  # (M,) start of service with no waiting at all
    wait: FloatArray  # (M,) waiting up to a position
    next_call: IntArray  # (m,) position of the next call at a school
    draft: IntArray  # (M,) a route in the making


def desk(schools: int, longest: int) -> Desk:
    """Make working space for routes of at most ``longest`` nodes."""
    return Desk(
        aboard=np.zeros(schools, np.int64),
        mark=np.zeros(schools, np.int64),
        era=np.zeros(1, np.int64),
        clock=np.zeros(longest, np.float64),
        wait=np.zeros(longest, np.float64),
        next_call=np.zeros(schools, np.int64),
        draft=np.zeros(longest, np.int64),
    )
