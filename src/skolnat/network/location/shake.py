"""Iterated local search on open sites, compiled: open one, close one near it, search, compare."""

from __future__ import annotations

import numpy as np

from skolnat.network.compiled import compiled
from skolnat.network.location.moves import improve
from skolnat.network.location.plan import BoolArray, FloatArray, IntArray


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
    cost, excess = 0.0, 0.0
    for i in range(seat.size):
        cost += to_site[seat[i], i]
    for j in range(capacity.size):
        if is_open[j]:
            cost += opening[j]
        excess += max(0, load[j] - capacity[j])
    return cost, excess


@compiled
def open_site(
    to_site: FloatArray,
    demand: IntArray,
    capacity: IntArray,
    seat: IntArray,
    load: IntArray,
    is_open: BoolArray,
    site: int,
) -> None:
    """Open a site and give it the customers that save most a unit of its room."""
    places = demand.size
    saves = np.empty(places)
    for i in range(places):
        saved = to_site[seat[i], i] - to_site[site, i]
        saves[i] = -saved / max(1, demand[i])
    is_open[site] = True
    for i in np.argsort(saves):
        if saves[i] >= 0.0:
            break
        if load[site] + demand[i] <= capacity[site]:
            load[seat[i]] -= demand[i]
            load[site] += demand[i]
            seat[i] = site


@compiled
def close_site(
    to_site: FloatArray,
    demand: IntArray,
    capacity: IntArray,
    seat: IntArray,
    load: IntArray,
    is_open: BoolArray,
    site: int,
    price: float,
) -> None:
    """Close a site; each of its customers goes where it is cheapest, what does not fit counted."""
    is_open[site] = False
    opened = np.nonzero(is_open)[0]
    for i in range(demand.size):
        if seat[i] != site:
            continue
        best, into = np.inf, opened[0]
        for j in opened:
            more = max(0, load[j] + demand[i] - capacity[j]) - max(0, load[j] - capacity[j])
            cost = to_site[j, i] + price * more
            if cost < best:
                best, into = cost, j
        seat[i] = into
        load[into] += demand[i]
    load[site] = 0


@compiled
def _closed(
    to_site: FloatArray,
    similar: IntArray,
    demand: IntArray,
    capacity: IntArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    site: int,
    price: float,
    rng: np.random.Generator,
) -> None:
    """Close a site; every second time open one like it."""
    if is_open.sum() < 2:
        return
    close_site(to_site, demand, capacity, seat, load, is_open, site, price)
    if similar.shape[1] > 0 and rng.random() < 0.5:
        other = similar[site][int(similar.shape[1] * rng.random())]
        if not is_open[other]:
            open_site(to_site, demand, capacity, seat, load, is_open, other)


@compiled
def _opened(
    to_site: FloatArray,
    similar: IntArray,
    demand: IntArray,
    capacity: IntArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    site: int,
    price: float,
    free: bool,
    rng: np.random.Generator,
) -> None:
    """Open a site; close one of the nearest open ones, always where their number is fixed."""
    before = np.nonzero(is_open)[0]
    open_site(to_site, demand, capacity, seat, load, is_open, site)
    if free and rng.random() >= 0.6:
        return
    wanted, leaves = 1 + int(4 * rng.random()), -1
    for other in similar[site]:
        if is_open[other]:
            leaves = other
            wanted -= 1
            if wanted == 0:
                break
    if leaves < 0:
        leaves = before[int(before.size * rng.random())]
    close_site(to_site, demand, capacity, seat, load, is_open, leaves, price)


@compiled
def shaken(
    to_site: FloatArray,
    near: IntArray,
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
) -> tuple[float, BoolArray, IntArray, BoolArray, IntArray]:
    """Shake a plan and search, many times.

    Parameters
    ----------
    to_site, near, similar, demand, capacity, opening
        As in :func:`skolnat.network.location.moves.improve`.
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
        Cost, open sites and seats of the best plan that fits (infinite where none was met), and
        open sites and seats of the plan at the end.
    """
    sites = capacity.size
    load = np.zeros(sites, np.int64)
    for i in range(seat.size):
        load[seat[i]] += demand[i]
    best, over = cost_and_excess(to_site, capacity, opening, is_open, seat, load)
    if over > 0.0:
        best = np.inf
    best_open, best_seat = is_open.copy(), seat.copy()
    now_open, now_seat, now_load = is_open.copy(), seat.copy(), load.copy()
    now, now_over = cost_and_excess(to_site, capacity, opening, is_open, seat, load)
    least, most = price / 30.0, price * 30.0
    for k in range(rounds):
        heat = warm * (cold / warm) ** (k / rounds)
        trial_open, trial_seat, trial_load = now_open.copy(), now_seat.copy(), now_load.copy()
        enters = likely[int(likely.size * rng.random() ** 2)]
        if free and trial_open[enters]:
            _closed(
                to_site, similar, demand, capacity, trial_open, trial_seat, trial_load, enters,
                price, rng,
            )  # fmt: skip
        elif not trial_open[enters]:
            _opened(
                to_site, similar, demand, capacity, trial_open, trial_seat, trial_load, enters,
                price, free, rng,
            )  # fmt: skip
        else:
            continue
        improve(
            to_site, near, similar, demand, capacity, opening,
            trial_open, trial_seat, trial_load, price, free, 20,
        )  # fmt: skip
        cost, over = cost_and_excess(to_site, capacity, opening, trial_open, trial_seat, trial_load)
        change = cost + price * over - now - price * now_over
        if change < -heat * np.log(max(1e-300, rng.random())):
            now_open, now_seat, now_load = trial_open, trial_seat, trial_load
            now, now_over = cost, over
        if over <= 0.0 and cost < best * (1.0 - 1e-10):
            best, best_open, best_seat = cost, trial_open.copy(), trial_seat.copy()
        price = min(most, price * 1.02) if now_over > 0.0 else max(least, price / 1.02)
    return best, best_open, best_seat, now_open, now_seat
