"""Lay out a problem for the search: an afternoon becomes a morning with time turned round.

Turned round, a bus that leaves a school at ``t`` arrives there at ``-t``, and the way from one
place to another is the way back. Windows change sign and ends; nothing else changes, the longest
ride included. So one search serves both.
"""

from __future__ import annotations

import numpy as np

from skolnat.transport.layout import FloatArray, Layout
from skolnat.transport.problem import Problem


def lay_out(problem: Problem) -> Layout:
    """Return a problem as arrays; nodes are groups, then schools."""
    groups, schools = problem.groups, problem.schools
    places = np.array([g.place for g in groups] + [s.place for s in schools], dtype=np.int64)
    seconds, km = problem.seconds, problem.km
    opens = np.array([g.earliest for g in groups] + [s.opens for s in schools], dtype=np.float64)
    closes = np.array([g.latest for g in groups] + [s.closes for s in schools], dtype=np.float64)
    if problem.direction == "afternoon":
        seconds, km = seconds.T, km.T
        opens, closes = -closes, -opens
    vehicles = sorted(problem.vehicles, key=lambda v: v.seats)
    home, home_km = _home(problem, places, seconds, km)
    grid = np.ix_(places, places)
    return Layout(
        travel=np.ascontiguousarray(seconds[grid]),
        km=np.ascontiguousarray(km[grid]),
        home=home,
        home_km=home_km,
        pupils=np.array([g.pupils for g in groups], dtype=np.int64),
        school=np.array([problem.school_index[g.school] for g in groups], dtype=np.int64),
        board=np.array([g.service for g in groups], dtype=np.float64),
        ride=np.array([g.longest_ride for g in groups], dtype=np.float64),
        opens=opens,
        closes=closes,
        call=np.array([s.call_seconds for s in schools], dtype=np.float64),
        alight=np.array([s.pupil_seconds for s in schools], dtype=np.float64),
        seats=np.array([v.seats for v in vehicles], dtype=np.int64),
        day=np.array([v.shift_eur for v in vehicles], dtype=np.float64),
        per_km=np.array([v.km_eur for v in vehicles], dtype=np.float64),
        per_second=np.array([v.hour_eur / 3600.0 for v in vehicles], dtype=np.float64),
        mixed=problem.mixed,
        waits=problem.waiting_paid,
    )


def _home(
    problem: Problem, places: np.ndarray, seconds: FloatArray, km: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Empty running by first and last node, from and to the depot that makes it shortest."""
    size = len(places)
    if not problem.depots:
        return np.zeros((size, size)), np.zeros((size, size))
    best = np.full((size, size), np.inf)
    best_km = np.zeros((size, size))
    for depot in problem.depots:
        both = seconds[depot.place, places][:, None] + seconds[places, depot.place][None, :]
        both_km = km[depot.place, places][:, None] + km[places, depot.place][None, :]
        better = both < best
        best[better], best_km[better] = both[better], both_km[better]
    return best, best_km
