"""The search judges a route in one pass forward and one back: that must be right.

Here it is held against difference constraints solved the slow way (Bellman and Ford), on random
routes to several schools.
"""

from __future__ import annotations

import numpy as np
from bus_problems import problems
from hypothesis import given
from hypothesis import strategies as st

from skolnat.transport.lay import lay_out
from skolnat.transport.layout import Layout, desk
from skolnat.transport.problem import Problem
from skolnat.transport.schedule import drivable


def slowly(layout: Layout, nodes: list[int]) -> bool:
    """Longest paths of ``start[b] - start[a] >= c``; a positive cycle means that nothing fits."""
    n = layout.pupils.size
    aboard: dict[int, list[int]] = {}
    rides, serve = [], []
    load = 0
    for k, v in enumerate(nodes):
        if v < n:
            if not layout.mixed and any(s != layout.school[v] for s in aboard):
                return False
            aboard.setdefault(int(layout.school[v]), []).append(k)
            load += layout.pupils[v]
            serve.append(float(layout.board[v]))
        else:
            off = aboard.pop(v - n, [])
            if not off:
                return False
            pupils = sum(layout.pupils[nodes[i]] for i in off)
            load -= pupils
            serve.append(float(layout.call[v - n] + layout.alight[v - n] * pupils))
            rides += [(k, i, float(layout.ride[nodes[i]])) for i in off]
        if load > layout.seats[-1]:
            return False
    if aboard:
        return False
    size = len(nodes)
    edges = [(k, k + 1, serve[k] + layout.travel[nodes[k], nodes[k + 1]]) for k in range(size - 1)]
    edges += [(j, i, -(ride + serve[i])) for j, i, ride in rides]
    edges += [(size, k, layout.opens[v]) for k, v in enumerate(nodes)]
    edges += [(k, size, -layout.closes[v]) for k, v in enumerate(nodes)]
    start = np.zeros(size + 1)
    for _ in range(size + 2):
        before = start.copy()
        for a, b, c in edges:
            start[b] = max(start[b], start[a] + c)
        if np.array_equal(before, start):
            return True
    return bool((start - before).max() < 1e-7)


@given(problems(5), st.randoms(use_true_random=False))
def test_a_route_can_be_driven_exactly_when_its_times_have_a_solution(
    problem: Problem, random: object
) -> None:
    layout = lay_out(problem)
    n = layout.pupils.size
    nodes = list(range(n)) + [n + int(s) for s in layout.school]
    random.shuffle(nodes)  # type: ignore[attr-defined]
    last: dict[int, int] = {v: k for k, v in enumerate(nodes) if v >= n}
    nodes = [v for k, v in enumerate(nodes) if v < n or last[v] == k]
    nodes += sorted({n + int(s) for s in layout.school})
    kept = [v for k, v in enumerate(nodes) if v < n or _somebody(layout, nodes[:k], v)]
    space = desk(layout.call.size, len(kept))
    assert drivable(layout, space, np.array(kept), len(kept)) == slowly(layout, kept)


def _somebody(layout: Layout, before: list[int], call: int) -> bool:
    n = layout.pupils.size
    for v in reversed(before):
        if v == call:
            return False
        if v < n and layout.school[v] == call - n:
            return True
    return False


@given(problems(3))
def test_a_call_for_nobody_and_a_group_that_never_arrives_are_no_route(problem: Problem) -> None:
    layout = lay_out(problem)
    n = layout.pupils.size
    space = desk(layout.call.size, 4)
    assert not drivable(layout, space, np.array([0]), 1)
    assert not drivable(layout, space, np.array([n]), 1)
    call = n + int(layout.school[0])
    assert not drivable(layout, space, np.array([0, call, call]), 3)
