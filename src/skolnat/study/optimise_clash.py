"""The markets of a study under wishes, and the wishes that cannot all be had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from skolnat.network.clash import Clash, Wish, find_clash
from skolnat.network.clash_map import find_map_clash
from skolnat.network.clash_paths import find_path_clash
from skolnat.network.clash_siblings import Side, find_sibling_clash
from skolnat.network.scenarios import Case
from skolnat.network.wishes import Wished, Wishes, wished
from skolnat.study.optimise_kept import Ground, ground_of, pairs_of, with_siblings
from skolnat.study.prepare import Prepared

Regime = Literal["alone", "together"]


@dataclass(frozen=True)
class MarketClash:
    """A clash of wishes, with the market it is in; ``1-9`` where it is between two stages."""

    stage: str
    language: str
    clash: Clash


def markets_of(prepared: Prepared, regime: Regime, wishes: Wishes | None) -> tuple[Wished, ...]:
    """Return the markets of a study as a regime and wishes leave them."""
    starts = tuple(period.years[0] for period in prepared.periods if not period.frozen)
    return tuple(
        wished(case, case.closed if regime == "alone" else case.open, wishes or Wishes(), starts)
        for case in prepared.cases
    )


def clashes(
    prepared: Prepared, regime: Regime, wishes: Wishes, ground: Ground | None = None
) -> tuple[MarketClash, ...]:
    """Return a smallest clashing set of wishes for each market that has one.

    A wish alone in its set cannot be had whatever else is wished.

    Parameters
    ----------
    prepared, regime, wishes
        See :func:`skolnat.study.optimise.optimise`.
    ground
        Schools of before and the map, where they are known already.
    """
    if ground is None or (wishes.contiguous and ground.around is None):
        ground = ground_of(prepared, with_map=wishes.contiguous)
    free = markets_of(prepared, regime, Wishes(agreements=wishes.agreements))
    narrow = with_siblings(prepared, free, ground) if wishes.siblings else free
    planned = [period.years[0] for period in prepared.periods if not period.frozen]
    found = []
    for k, (case, market) in enumerate(zip(prepared.cases, free, strict=True)):
        asked = (case.market, market.allowed, case.options, wish_list(case, wishes, planned))
        bits, before = ground.cohorts.bits(case.market.stage), ground.before[k]
        clash = find_clash(*asked) or find_path_clash(*asked, before, bits)
        if clash is None and ground.around is not None:
            # With siblings a square stands in nobody's way to where it may not go with them.
            clash = find_map_clash(*asked, before, bits, ground.around[k], narrow[k].allowed)
        if clash is not None:
            found.append(MarketClash(case.market.stage, case.market.language, clash))
    return (*found, *(_between_stages(prepared, free, wishes, planned, ground)))


def _between_stages(
    prepared: Prepared, free: Sequence[Wished], wishes: Wishes, planned: Sequence[int],
    ground: Ground,
) -> Iterator[MarketClash]:  # fmt: skip
    """Clashes of the wish for siblings, language by language."""
    if not wishes.siblings:
        return
    for k, (lower, _) in pairs_of(prepared, free, ground).items():
        asked = [Wish("siblings")]
        sides = []
        for at in (lower, k):
            case = prepared.cases[at]
            stage = case.market.stage
            asked += [replace(w, stage=stage) for w in wish_list(case, wishes, planned)]
            sides.append(Side(case.market, free[at].allowed, case.options, ground.before[at]))
        clash = find_sibling_clash(sides[0], sides[1], asked)
        if clash is not None:
            yield MarketClash("1-9", prepared.cases[k].market.language, clash)


def wish_list(case: Case, wishes: Wishes, starts: Sequence[int]) -> list[Wish]:
    """Return the wishes that concern one market, one by one; that for siblings concerns two."""
    market = case.market
    found: list[Wish] = []
    if market.stage in wishes.longest_km:
        found.append(Wish("longest_km", wishes.longest_km[market.stage]))
    if market.stage in wishes.smallest:
        found.append(Wish("smallest", wishes.smallest[market.stage]))
    if wishes.within_seats:
        found.append(Wish("within_seats"))
    if wishes.most_changes is not None:
        found.append(Wish("most_changes", float(wishes.most_changes)))
    if wishes.contiguous:
        found.append(Wish("contiguous"))
    for unit in market.units:
        school = unit.rpartition(":")[0]
        if school in wishes.keep:
            found.append(Wish("keep", unit=unit))
        if school in wishes.close:
            when = int(np.searchsorted(starts, wishes.close[school]))
            found.append(Wish("close", float(when), unit=unit))
    return found
