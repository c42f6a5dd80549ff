"""Annealing of open sites, compiled: open one, close one, search around them, compare."""

from __future__ import annotations

import numpy as np

from skolnat.network.compiled import compiled
from skolnat.network.location.around import improve_around, touch_beside
from skolnat.network.location.moves import excess
from skolnat.network.location.plan import BoolArray, FloatArray, IntArray

ANYWHERE, TRIED = 0.3, 6
"""How often the site that closes lies anywhere, and of how many the one that is missed least."""


@compiled
def cost_and_excess(
    to_site: FloatArray,
    capacity: IntArray,
    opening: FloatArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
) -> tuple[float, float]:
    """Cost of a plan, and how much demand does not fit."""
    cost, over = 0.0, 0.0
    for i in range(seat.size):
        cost += to_site[seat[i], i]
    for j in range(capacity.size):
        if is_open[j]:
            cost += opening[j]
        over += excess(load[j], capacity[j])
    return cost, over


@compiled
def _change(
    to_site: FloatArray,
    capacity: IntArray,
    opening: FloatArray,
    old_open: BoolArray,
    old_seat: IntArray,
    old_load: IntArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
) -> tuple[float, float]:
    """Return how much cost and excess of two plans differ."""
    cost, over = 0.0, 0.0
    for i in range(seat.size):
        if seat[i] != old_seat[i]:
            cost += to_site[seat[i], i] - to_site[old_seat[i], i]
    for j in range(capacity.size):
        if is_open[j] != old_open[j]:
            cost += opening[j] if is_open[j] else -opening[j]
        if load[j] != old_load[j]:
            over += excess(load[j], capacity[j]) - excess(old_load[j], capacity[j])
    return cost, over


@compiled
def open_site(
    to_site: FloatArray,
    close: IntArray,
    demand: IntArray,
    capacity: IntArray,
    seat: IntArray,
    load: IntArray,
    is_open: BoolArray,
    touched: BoolArray,
    site: int,
) -> None:
    """Open a site and give it those close to it that save most a unit of its room."""
    who = close[site]
    saves = np.empty(who.size)
    for k in range(who.size):
        i = who[k]
        saves[k] = (to_site[site, i] - to_site[seat[i], i]) / max(1, demand[i])
    is_open[site] = touched[site] = True
    for k in np.argsort(saves):
        if saves[k] >= 0.0:
            break
        i = who[k]
        if load[site] + demand[i] <= capacity[site]:
            touched[seat[i]] = True
            load[seat[i]] -= demand[i]
            load[site] += demand[i]
            seat[i] = site


@compiled
def close_site(
    to_site: FloatArray,
    near: IntArray,
    demand: IntArray,
    capacity: IntArray,
    seat: IntArray,
    load: IntArray,
    is_open: BoolArray,
    touched: BoolArray,
    site: int,
    price: float,
) -> None:
    """Close a site; each of its customers goes where it is cheapest, what does not fit counted."""
    is_open[site] = False
    for i in range(demand.size):
        if seat[i] != site:
            continue
        best, into = np.inf, np.int64(-1)
        for j in near[i]:
            if to_site[j, i] >= best:
                break
            if not is_open[j]:
                continue
            more = excess(load[j] + demand[i], capacity[j]) - excess(load[j], capacity[j])
            cost = to_site[j, i] + price * more
            if cost < best:
                best, into = cost, j
        if into < 0:  # none of the cheapest sites is open
            for j in np.nonzero(is_open)[0]:
                more = excess(load[j] + demand[i], capacity[j]) - excess(load[j], capacity[j])
                cost = to_site[j, i] + price * more
                if cost < best:
                    best, into = cost, j
        seat[i] = into
        load[into] += demand[i]
        touched[into] = True
    load[site] = 0


@compiled
def _missed_least(
    to_site: FloatArray,
    near: IntArray,
    close: IntArray,
    opening: FloatArray,
    is_open: BoolArray,
    seat: IntArray,
    spared: int,
    rng: np.random.Generator,
) -> int:
    """Find, of a few open sites anywhere, the one whose customers have the least further to go."""
    opened = np.nonzero(is_open)[0]
    best, found = np.inf, -1
    for _ in range(TRIED):
        j = opened[int(opened.size * rng.random())]
        if j == spared:
            continue
        missed = -opening[j]
        for i in close[j]:
            if seat[i] != j:
                continue
            for b in near[i]:
                if b != j and is_open[b]:
                    missed += to_site[b, i] - to_site[j, i]
                    break
        if missed < best:
            best, found = missed, j
    return found


@compiled
def _closed(
    to_site: FloatArray,
    near: IntArray,
    close: IntArray,
    similar: IntArray,
    demand: IntArray,
    capacity: IntArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    touched: BoolArray,
    site: int,
    price: float,
    rng: np.random.Generator,
) -> None:
    """Close a site; every second time open one like it."""
    if is_open.sum() < 2:
        return
    close_site(to_site, near, demand, capacity, seat, load, is_open, touched, site, price)
    touch_beside(similar, is_open, touched, site)
    if similar.shape[1] > 0 and rng.random() < 0.5:
        other = similar[site][int(similar.shape[1] * rng.random())]
        if not is_open[other]:
            open_site(to_site, close, demand, capacity, seat, load, is_open, touched, other)


@compiled
def _opened(
    to_site: FloatArray,
    near: IntArray,
    close: IntArray,
    similar: IntArray,
    demand: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    touched: BoolArray,
    site: int,
    price: float,
    free: bool,
    rng: np.random.Generator,
) -> None:
    """Open a site; close one beside it or anywhere, always where their number is fixed."""
    before = np.nonzero(is_open)[0]
    open_site(to_site, close, demand, capacity, seat, load, is_open, touched, site)
    touch_beside(similar, is_open, touched, site)
    if free and rng.random() >= 0.6:
        return
    leaves = -1
    if rng.random() < ANYWHERE:
        leaves = _missed_least(to_site, near, close, opening, is_open, seat, site, rng)
    else:
        wanted = 1 + int(4 * rng.random())
        for other in similar[site]:
            if is_open[other]:
                leaves = other
                wanted -= 1
                if wanted == 0:
                    break
    if leaves < 0:
        leaves = before[int(before.size * rng.random())]
    close_site(to_site, near, demand, capacity, seat, load, is_open, touched, leaves, price)
    touch_beside(similar, is_open, touched, leaves)


@compiled
def shaken(
    to_site: FloatArray,
    near: IntArray,
    near_cost: FloatArray,
    close: IntArray,
    similar: IntArray,
    demand: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    likely: IntArray,
    is_open: BoolArray,
    seat: IntArray,
    price: float,
    free: bool,
    rounds: int,
    rng: np.random.Generator,
    warm: float,
    cold: float,
) -> tuple[float, BoolArray, IntArray, BoolArray, IntArray, float]:
    """Shake a plan and search, many times.

    Parameters
    ----------
    to_site, near, near_cost, close, similar, demand, capacity, opening
        As in :func:`skolnat.network.location.around.improve_around`.
    likely
        Sites worth opening, most likely first.
    is_open, seat
        The plan to begin from, which need not fit; left as it is.
    price
        Of a unit that does not fit; it rises while plans do not fit, and falls while they do.
    free
        Whether the number of open sites is free.
    rounds, rng
        How often, and chance.
    warm, cold
        First and last temperature of Metropolis's rule (1953).

    Returns
    -------
    tuple
        Cost, open sites and seats of the best plan that fits (infinite where none was met); open
        sites and seats of the plan at the end, and the price there.
    """
    sites = capacity.size
    now_open, now_seat, now_load = is_open.copy(), seat.copy(), np.zeros(sites, np.int64)
    for i in range(seat.size):
        now_load[seat[i]] += demand[i]
    now, now_over = cost_and_excess(to_site, capacity, opening, is_open, seat, now_load)
    best = now if now_over <= 0.0 else np.inf
    best_open, best_seat = is_open.copy(), seat.copy()
    trial_open, trial_seat, trial_load = now_open.copy(), now_seat.copy(), now_load.copy()
    touched = np.zeros(sites, np.bool_)
    head, after = np.empty(sites, np.int64), np.empty(seat.size, np.int64)
    for k in range(rounds):
        heat = warm * (cold / warm) ** (k / rounds)
        trial_open[:], trial_seat[:], trial_load[:] = now_open, now_seat, now_load
        enters = likely[int(likely.size * rng.random() ** 2)]
        if free and trial_open[enters]:
            _closed(
                to_site, near, close, similar, demand, capacity, trial_open, trial_seat,
                trial_load, touched, enters, price, rng,
            )  # fmt: skip
        elif not trial_open[enters]:
            _opened(
                to_site, near, close, similar, demand, capacity, opening, trial_open, trial_seat,
                trial_load, touched, enters, price, free, rng,
            )  # fmt: skip
        else:
            continue
        improve_around(
            to_site, near, near_cost, close, similar, demand, capacity, opening, trial_open,
            trial_seat, trial_load, price, free, touched, head, after, 20,
        )  # fmt: skip
        cost, over = _change(
            to_site, capacity, opening, now_open, now_seat, now_load,
            trial_open, trial_seat, trial_load,
        )  # fmt: skip
        if cost + price * over < -heat * np.log(max(1e-300, rng.random())):
            now_open[:], now_seat[:], now_load[:] = trial_open, trial_seat, trial_load
            now, now_over = now + cost, now_over + over
        if now_over <= 0.0 and now < best * (1.0 - 1e-10):
            best = now
            best_open[:], best_seat[:] = now_open, now_seat
        price = price * 1.02 if now_over > 0.0 else price / 1.02
    return best, best_open, best_seat, now_open, now_seat, price
