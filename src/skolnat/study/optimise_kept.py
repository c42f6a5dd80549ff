"""Wishes about children and the map, kept in a study's plans: what is asked, and what is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from skolnat.network.catchments import Neighbours, cut_off, map_links, neighbours_of
from skolnat.network.cohorts import FREE, Cohorts
from skolnat.network.keep import Kept, broken_fees, keep
from skolnat.network.kernel import problem
from skolnat.network.market import IntArray
from skolnat.network.scenarios import today
from skolnat.network.search import Found, fill
from skolnat.network.siblings import Pair, narrowed, pair_of
from skolnat.network.solve import Solved
from skolnat.network.tree import latest
from skolnat.network.wishes import Wished, Wishes
from skolnat.study.prepare import Prepared, settled_squares

STAGES = ("1-6", "7-9")

ROUNDS = 4
"""Times that both stages are sought, the lower with fewer changes where the upper lacked some."""


@dataclass(frozen=True)
class Ground:
    """What plans of a study are held against, market by market.

    Parameters
    ----------
    before
        Unit of each square before the first planned period, shapes (I,).
    cohorts
        Children by the year in which they enter grade 1.
    around
        Neighbours on the map; None where nobody asked.
    """

    before: tuple[IntArray, ...]
    cohorts: Cohorts
    around: tuple[Neighbours, ...] | None = None


def ground_of(prepared: Prepared, *, with_map: bool) -> Ground:
    """Return what plans of a study are held against.

    Parameters
    ----------
    prepared
        The study.
    with_map
        Whether neighbours on the map are wanted.
    """
    held = {(c.market.stage, c.market.language): c for c in prepared.frozen}
    before = []
    for case in prepared.cases:
        frozen = held.get((case.market.stage, case.market.language))
        before.append(
            today(case if frozen is None else frozen).plan.seat[0 if frozen is None else -1]
        )
    planned = [period for period in prepared.periods if not period.frozen]
    around = _around(prepared) if with_map else None
    return Ground(tuple(before), Cohorts.of(planned), around)


def _around(prepared: Prepared) -> tuple[Neighbours, ...]:
    graph = settled_squares(prepared.region.cells)
    links = map_links(graph)
    squares = prepared.demand.cells.set_index("cell")[["x", "y"]]
    schools = prepared.region.schools.set_index("school")[["x", "y"]]
    return tuple(
        neighbours_of(
            graph.points, links,
            squares.loc[list(case.market.cells)].to_numpy(np.float64),
            schools.loc[[u.rpartition(":")[0] for u in case.market.units]].to_numpy(np.float64),
        )
        for case in prepared.cases
    )  # fmt: skip


def pairs_of(
    prepared: Prepared, markets: Sequence[Wished], ground: Ground
) -> dict[int, tuple[int, Pair]]:
    """Return for each market of grades 7-9 that of grades 1-6 in its language, and the pair."""
    at = {(c.market.stage, c.market.language): k for k, c in enumerate(prepared.cases)}
    found = {}
    for (stage, language), k in at.items():
        lower = at.get((STAGES[0], language))
        if stage == STAGES[1] and lower is not None:
            found[k] = (
                lower,
                pair_of(
                    prepared.cases[lower].market, prepared.cases[k].market,
                    markets[lower].allowed, markets[k].allowed,
                    ground.before[lower], ground.before[k],
                ),
            )  # fmt: skip
    return found


def with_siblings(
    prepared: Prepared, markets: Sequence[Wished], ground: Ground
) -> tuple[Wished, ...]:
    """Narrow grades 1-6 to what lets siblings who had one site go on having one."""
    left = list(markets)
    for lower, pair in pairs_of(prepared, markets, ground).values():
        left[lower] = replace(left[lower], allowed=narrowed(pair, left[lower].allowed))
    return tuple(left)


def kept_plans(
    prepared: Prepared, markets: Sequence[Wished], wishes: Wishes, ground: Ground,
    solved: Sequence[Solved], seed: int,
) -> tuple[Solved, ...]:  # fmt: skip
    """Return plans that keep the wishes about children and the map, as far as was found.

    Grades 1-6 are sought first; grades 7-9 then with what is left of each child's changes, and
    after its siblings. The bounds stay: what a wish forbids can only cost.

    Parameters
    ----------
    prepared, markets, wishes, ground
        The study and what is wished.
    solved
        Plan and bound of each market without these wishes.
    seed
        Of the search.
    """
    pairs = pairs_of(prepared, markets, ground)
    lowers = {upper: lower for upper, (lower, _) in pairs.items()}
    found, best, least = list(solved), tuple(solved), np.inf
    taken: dict[int, IntArray] = {}
    for _ in range(ROUNDS):
        for k in sorted(range(len(found)), key=lambda k: k in lowers):
            lower = found[lowers[k]].plan if k in lowers else None
            kept = _asked(prepared, markets, wishes, ground, k, pairs.get(k), lower)
            if k in taken:
                kept = kept._replace(spare=kept.spare - taken[k])
            plan = _best(markets[k], kept, solved[k].plan, seed)
            found[k] = replace(solved[k], plan=plan)
        plans = [one.plan for one in found]
        broken = broken_of(prepared, markets, wishes, ground, plans)
        lacking = broken.changes + broken.cut_off + broken.parted
        if lacking < least:
            best, least = tuple(found), lacking
        if broken.changes < 1e-6 or not _left_for_later(pairs, wishes, ground, plans, taken):
            break
    return best


def _left_for_later(
    pairs: dict[int, tuple[int, Pair]], wishes: Wishes, ground: Ground, plans: Sequence[Found],
    taken: dict[int, IntArray],
) -> bool:  # fmt: skip
    """Take from grades 1-6 the changes that grades 7-9 lacked, in place; False where none did."""
    some = False
    for k, (lower, pair) in pairs.items():
        known = np.flatnonzero(pair.square >= 0)
        below = ground.cohorts.changes(STAGES[0], plans[lower].seat, ground.before[lower])
        above = ground.cohorts.changes(STAGES[1], plans[k].seat, ground.before[k])
        beyond = below[pair.square[known]] + above[known] - (wishes.most_changes or 0)
        beyond = np.minimum(np.maximum(beyond, 0), below[pair.square[known]])
        here = taken.setdefault(lower, np.zeros_like(below))
        here[pair.square[known]] += beyond
        some |= bool(beyond.any())
    return some


def _asked(
    prepared: Prepared, markets: Sequence[Wished], wishes: Wishes, ground: Ground, k: int,
    pair: tuple[int, Pair] | None, lower: Found | None,
) -> Kept:  # fmt: skip
    market = prepared.cases[k].market
    places, units = len(market.cells), len(market.units)
    cohorts = ground.cohorts
    spare = np.full((places, cohorts.entry.size), FREE, dtype=np.int64)
    if wishes.most_changes is not None:
        spare[:] = wishes.most_changes
        if pair is not None and lower is not None:
            at, both = pair
            seen = cohorts.changes(STAGES[0], lower.seat, ground.before[at])
            known = both.square >= 0
            spare[known] -= seen[both.square[known]]
    partner = np.full(market.pupils.shape, -1, dtype=np.int64)
    strict = np.zeros(places, dtype=np.bool_)
    if wishes.siblings and pair is not None and lower is not None:
        partner, strict = pair[1].partner(lower.seat), pair[1].strict
    start = np.zeros(places + units + 1, dtype=np.int64)
    neighbour = np.zeros(0, dtype=np.int64)
    if wishes.contiguous and ground.around is not None:
        start, neighbour = ground.around[k]
    return Kept(
        ground.before[k], cohorts.bits(market.stage), spare, start, neighbour, partner, strict,
        np.ascontiguousarray(markets[k].allowed),
    )  # fmt: skip


def _best(asked: Wished, kept: Kept, plan: Found, seed: int) -> Found:
    """Mend the cheapest plan, and the one in which nothing closes; return the better."""
    market = asked.market
    layout = problem(market, asked.allowed)._replace(options=asked.options)
    starts = [plan, fill(market, layout, latest(asked.options))]
    found = [keep(market, layout, kept, one, seed=seed) for one in starts if one is not None]
    return min(found, key=lambda one: one.cost + broken_fees(market, layout, kept, one))


@dataclass(frozen=True)
class Broken:
    """What a plan breaks of the wishes about children and the map.

    Parameters
    ----------
    changes
        Children who change school more often than wished.
    cut_off
        Pupils of squares that do not hang together with their school, most in any period.
    parted
        Pupils of grades 7-9 who are parted from their siblings, most in any period.
    """

    changes: float = 0.0
    cut_off: float = 0.0
    parted: float = 0.0

    @property
    def nothing(self) -> bool:
        """Whether all is kept."""
        return max(self.changes, self.cut_off, self.parted) < 1e-6


def broken_of(
    prepared: Prepared, markets: Sequence[Wished], wishes: Wishes, ground: Ground,
    plans: Sequence[Found],
) -> Broken:  # fmt: skip
    """Check plans against the wishes about children and the map, apart from the search."""
    changes = cut = parted = 0.0
    if wishes.most_changes is not None:
        table = children_by_changes(prepared, ground, plans)
        changes = float(table.loc[table["changes"] > wishes.most_changes, "children"].sum())
    if wishes.contiguous and ground.around is not None:
        for case, asked, around, plan in zip(
            prepared.cases, markets, ground.around, plans, strict=True
        ):
            apart = cut_off(case.market, asked.allowed, around, plan.closes, plan.seat)
            cut += float((apart * case.market.pupils).sum(axis=1).max())
    if wishes.siblings:
        parted = parted_pupils(prepared, markets, ground, plans)[0]
    return Broken(changes, cut, parted)


def parted_pupils(
    prepared: Prepared, markets: Sequence[Wished], ground: Ground, plans: Sequence[Found]
) -> tuple[float, float]:
    """Pupils of grades 7-9 parted from their siblings, most in any period, and their share."""
    total = np.zeros(prepared.cases[0].market.periods)
    parted = np.zeros_like(total)
    for k, (lower, pair) in pairs_of(prepared, markets, ground).items():
        pupils = pair.upper.pupils
        apart = pair.parted(plans[lower].seat, plans[k].closes, plans[k].seat)
        parted += (apart * pupils).sum(axis=1)
        total += pupils.sum(axis=1)
    worst = int(np.argmax(parted))
    return float(parted[worst]), float(parted[worst] / max(total[worst], 1e-12))


def children_by_changes(prepared: Prepared, ground: Ground, plans: Sequence[Found]) -> pd.DataFrame:
    """Tell how many children change school how often; the step from grade 6 to 7 is none.

    Returns
    -------
    DataFrame
        ``changes, children, share``: children who are pupils in some planned year, in municipal
        schools of the plan.
    """
    at = {(c.market.stage, c.market.language): k for k, c in enumerate(prepared.cases)}
    periods = [period for period in prepared.periods if not period.frozen]
    cohorts = ground.cohorts
    count = np.zeros(2 * len(periods) + 1)
    for language in sorted({case.market.language for case in prepared.cases}):
        ks = [at[stage, language] for stage in STAGES if (stage, language) in at]
        squares = list(dict.fromkeys(c for k in ks for c in prepared.cases[k].market.cells))
        place = {cell: i for i, cell in enumerate(squares)}
        seen = np.zeros((len(squares), cohorts.entry.size), dtype=np.int64)
        size = np.zeros(seen.shape)
        for k in ks:
            market = prepared.cases[k].market
            rows = [place[cell] for cell in market.cells]
            here = cohorts.children(market, periods)
            changes = cohorts.changes(market.stage, plans[k].seat, ground.before[k])
            # Nobody changes where nobody is.
            seen[rows] += np.where(here > 0.0, changes, 0)
            size[rows] = np.maximum(size[rows], here)
        count += np.bincount(seen.ravel(), size.ravel(), count.size)
    most = int(np.flatnonzero(count > 0.0).max(initial=0))
    told = count[: most + 1]
    return pd.DataFrame(
        {"changes": np.arange(most + 1), "children": told, "share": told / max(told.sum(), 1e-12)}
    )
