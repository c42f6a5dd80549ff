"""A sharper bound: multipliers led by a bundle of what earlier steps have shown.

The bound is a concave function of the multipliers, made of so many planes that a step which
looks at the latest one alone goes to and fro between a few of them. Where room is scarce by a
hair, or one closing has just been settled, that never ends: prices of a whole period must move
together, by thousands of euros, along a crease where every single plane leads astray. A proximal
bundle method (Lemaréchal 1975; Kiwiel 1990, *Proximity control in bundle methods for convex
nondifferentiable minimization*) keeps the planes, and goes to where all of them together promise
most, not too far from the best multipliers so far. With weights ``lambda`` on the planes the next
multipliers are ``c + t * sum(lambda * slope)``, and the weights solve a small quadratic problem:
least ``t / 2 * |sum(lambda * slope)|^2 + sum(lambda * error)``, non-negative, sum one.

The subgradient (:mod:`skolnat.network.bound`) is quicker while far away; this is for the end of
the root, and for every node of the tree.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from skolnat.network.bound import LEVEL, Bound, own_limits, relaxed, tighten
from skolnat.network.compiled import compiled
from skolnat.network.filling import Room, room
from skolnat.network.kernel import Problem, load_cost
from skolnat.network.market import FloatArray, IntArray

SIZE = 100
"""Planes that are kept; then what weighs nothing is dropped, and the lightest two become one."""

_SERIOUS = 0.1
"""Part of the promised rise that makes a step one: then the best multipliers move."""

_GOOD = 0.5
"""Part of it from which the next step may be longer at once."""

_FIRST = 0.3
"""First length of step, as a part of what would close the gap along the first plane."""

_EXCHANGES = 300
"""Weights moved from one plane to another before each step, at most."""


class _Planes(NamedTuple):
    """What the relaxation was at earlier multipliers: a bundle, each plane with its solution."""

    slope: FloatArray  # (B, P * I) seats that each cell lacked
    error: FloatArray  # (B,) how far the plane lies above the bound at the best multipliers
    weight: FloatArray  # (B,)
    product: FloatArray  # (B, B) of the slopes, cells weighted by pupils and years
    share: FloatArray  # (B, P, J)
    load: FloatArray  # (B, P, J)
    teaching: FloatArray  # (B, P, J)


@compiled
def _balance(planes: _Planes, count: int, t: float) -> None:
    """Find the weights: pairwise exchange, from those of the step before."""
    weight, error, product = planes.weight, planes.error, planes.product
    rise = np.empty(count)
    for a in range(count):
        rise[a] = error[a]
        for b in range(count):
            rise[a] += t * product[a, b] * weight[b]
    for _ in range(_EXCHANGES):
        to, of = 0, -1
        for a in range(count):
            if rise[a] < rise[to]:
                to = a
            if weight[a] > 0.0 and (of < 0 or rise[a] > rise[of]):
                of = a
        gain = rise[of] - rise[to]
        if gain < 1e-3:
            return
        bend = t * (product[to, to] + product[of, of] - 2.0 * product[to, of])
        moved = weight[of] if bend <= 1e-12 else min(weight[of], gain / bend)
        weight[to] += moved
        weight[of] -= moved
        if weight[of] < 1e-14:
            weight[of] = 0.0
        for a in range(count):
            rise[a] += t * moved * (product[a, to] - product[a, of])


@compiled
def _led(slope: FloatArray, scale: FloatArray, periods: int) -> FloatArray:
    """A slope, and more of its mean in each period."""
    places = slope.size // periods
    found = slope.copy()
    for p in range(periods):
        here = slice(p * places, (p + 1) * places)
        found[here] += LEVEL * np.dot(scale[here], slope[here]) / max(scale[here].sum(), 1e-9)
    return found


@compiled
def _multiply(planes: _Planes, count: int, k: int, scale: FloatArray) -> None:
    """Set the products of plane k with all others."""
    scaled = scale * _led(planes.slope[k], scale, planes.share.shape[1])
    for a in range(count):
        value = np.dot(planes.slope[a], scaled)
        planes.product[a, k] = value
        planes.product[k, a] = value


@compiled
def _place(planes: _Planes, count: int, scale: FloatArray) -> int:
    """Where the next plane goes, when the bundle is full."""
    idle, first, second = -1, -1, -1
    for a in range(count):
        if planes.weight[a] <= 0.0:
            if idle < 0 or planes.error[a] > planes.error[idle]:
                idle = a
        elif first < 0 or planes.weight[a] < planes.weight[first]:
            first, second = a, first
        elif second < 0 or planes.weight[a] < planes.weight[second]:
            second = a
    if idle >= 0:
        return idle
    # The lightest two become one, which keeps what they say together.
    whole = planes.weight[first] + planes.weight[second]
    part = planes.weight[first] / whole
    planes.weight[second] = whole
    planes.slope[second] = part * planes.slope[first] + (1.0 - part) * planes.slope[second]
    for means in (planes.share, planes.load, planes.teaching):
        means[second] = part * means[first] + (1.0 - part) * means[second]
    planes.error[second] = part * planes.error[first] + (1.0 - part) * planes.error[second]
    _multiply(planes, count, second, scale)
    return first


@compiled
def _enter(
    problem: Problem, planes: _Planes, count: int, k: int, use: FloatArray, closes: IntArray,
    loads: FloatArray, error: float, scale: FloatArray,
) -> None:  # fmt: skip
    """Write a new plane with its solution into place k; it has no weight yet."""
    planes.slope[k] = 1.0 - use.ravel()
    planes.weight[k] = 0.0
    planes.error[k] = max(error, 0.0)
    for j in range(closes.size):
        for p in range(problem.years.size):
            open_ = closes[j] > p
            planes.share[k, p, j] = 1.0 if open_ else 0.0
            planes.load[k, p, j] = loads[p, j] if open_ else 0.0
            planes.teaching[k, p, j] = load_cost(problem, p, j, loads[p, j]) if open_ else 0.0
    _multiply(planes, count, k, scale)


@compiled
def _planes(size: int, periods: int, places: int, units: int) -> _Planes:
    return _Planes(
        np.zeros((size, periods * places)), np.zeros(size), np.zeros(size),
        np.zeros((size, size)), np.zeros((size, periods, units)),
        np.zeros((size, periods, units)), np.zeros((size, periods, units)),
    )  # fmt: skip


@compiled
def _shift(planes: _Planes, count: int, step: FloatArray, rise: float) -> None:
    """Measure every plane from the new best multipliers."""
    for a in range(count):
        above = planes.error[a] + np.dot(planes.slope[a], step) - rise
        planes.error[a] = max(above, 0.0)


@compiled
def _climb(
    problem: Problem, u: FloatArray, target: float, rounds: int, tolerance: float,
    enough: float, filling: Room,
) -> tuple[float, FloatArray, _Planes, int]:  # fmt: skip
    """The proximal bundle method; the bound, its multipliers, the planes and how many they are."""
    periods, places = problem.pupils.shape
    units = problem.fixed.size
    use, worth = np.empty((periods, places)), np.empty((units, periods + 1))
    closes, loads = np.empty(units, np.int64), np.zeros((periods, units))
    planes = _planes(SIZE, periods, places, units)
    scale = np.empty(periods * places)
    for p in range(periods):
        scale[p * places : (p + 1) * places] = problem.years[p] * problem.pupils[p]
    best = relaxed(problem, u, filling, use, closes, loads, worth)
    count, in_a_row, nulls = 1, 0, 0
    _enter(problem, planes, count, 0, use, closes, loads, 0.0, scale)
    planes.weight[0] = 1.0
    t = _FIRST * max(target - best, 0.0) / max(planes.product[0, 0], 1e-9)
    for _ in range(rounds):
        if target - best <= tolerance * abs(target):
            break
        _balance(planes, count, t)
        step = np.zeros(periods * places)
        promise = 0.0
        for a in range(count):
            if planes.weight[a] > 0.0:
                promise += planes.weight[a] * planes.error[a]
                step += planes.weight[a] * planes.slope[a]
        led = _led(step, scale, periods)
        promise += t * np.dot(step, scale * led)
        if promise < enough * abs(target):
            break
        step = t * led
        there = u + step.reshape(periods, places)
        value = relaxed(problem, there, filling, use, closes, loads, worth)
        error = value - np.dot(1.0 - use.ravel(), scale * step) - best
        k = count if count < SIZE else _place(planes, count, scale)
        count = max(count, k + 1)
        _enter(problem, planes, count, k, use, closes, loads, error, scale)
        if value >= best + _SERIOUS * promise:
            _shift(planes, count, scale * step, value - best)
            in_a_row, nulls = in_a_row + 1, 0
            if value >= best + _GOOD * promise or in_a_row >= 3:
                t *= 2.0
            u, best = there, value
        else:
            in_a_row, nulls = 0, nulls + 1
            if error > 3.0 * promise and nulls >= 3:
                t *= 0.7
    return best, u, planes, count


@compiled
def _settled(
    problem: Problem, u: FloatArray, target: float, filling: Room
) -> tuple[float, FloatArray]:
    """Forbid what no cheaper plan uses; the bound, and what each option is worth."""
    periods, places = problem.pupils.shape
    units = problem.fixed.size
    use, worth = np.empty((periods, places)), np.empty((units, periods + 1))
    closes, loads = np.empty(units, np.int64), np.zeros((periods, units))
    value = relaxed(problem, u, filling, use, closes, loads, worth)
    if value < target:
        tighten(problem, u, filling, worth, value, target)
    return value, worth


def sharpened(
    bound: Bound, target: float, *, rounds: int, tolerance: float = 1e-4, promise: float = 1e-8
) -> Bound:
    """Bound the cost of every plan better, from a bound that is near already.

    Parameters
    ----------
    bound
        Where to begin: its multipliers, and the layout with what is forbidden in it. The layout
        may be that of a node of a tree.
    target
        Cost of a known plan, euros over the horizon; what no cheaper plan can use is forbidden.
    rounds, tolerance
        Steps at most, and the gap as a share of the target at which to stop.
    promise
        Stop too where the planes promise no more than this share of the target.

    Returns
    -------
    Bound
        Its share, load and teaching are the relaxation's own solution, by the planes' weights.
    """
    layout = own_limits(bound.layout)
    filling = room(layout)
    value, u, planes, count = _climb(
        layout, bound.multipliers.copy(), target, rounds, tolerance, promise, filling
    )
    value, worth = _settled(layout, u, target, filling)
    mean = [
        np.tensordot(planes.weight[:count], values[:count], axes=1)
        for values in (planes.share, planes.load, planes.teaching)
    ]
    return replace(
        bound, value=min(float(value), target), multipliers=u,
        share=mean[0], load=mean[1], teaching=mean[2], worth=worth, layout=layout,
    )  # fmt: skip
