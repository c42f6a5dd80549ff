"""The optimiser in five lines: a plan with its proof, wishes kept, clashes named, stopped early."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.network.solve import Effort
from skolnat.network.wishes import Wishes
from skolnat.study.optimise import (
    RENEWED,
    ClashError,
    Optimum,
    Progress,
    optimise,
)
from skolnat.study.optimise_clash import clashes
from skolnat.study.optimise_front import front, front_table, mean_pupils
from skolnat.study.optimise_told import listener, told, told_clashes, wishes_from, write_optimum
from skolnat.study.optimise_why import told_reasons
from skolnat.study.prepare import Prepared

SLIGHT = Effort(kicks=2, roundings=2, steps=60, moves=5_000, last_moves=5_000, nodes=0)


@pytest.fixture(scope="module")
def prepared(prepared_example: Callable[[str], Prepared]) -> Prepared:
    """Tunturi-Lappi."""
    return prepared_example("tunturi-lappi")


@pytest.fixture(scope="module")
def best(prepared: Prepared) -> Optimum:
    """Its cheapest plan under open borders."""
    return optimise(prepared, effort=SLIGHT)


def test_a_plan_has_its_proof_and_its_figures_are_the_evaluated_ones(best: Optimum) -> None:
    assert 0.0 < best.bound <= best.cost
    assert best.keeps_wishes
    assert best.gap < 0.05
    years = best.prepared.years
    figures = best.what_if().figures
    follows = sum(
        (plan.loads.sum(axis=1) * plan.market.years).sum() * plan.price.pupil for plan in best.plans
    )
    frozen = years - best.years
    assert frozen == 2
    held = sum(
        plan.market.years[0]
        * (
            np.where(
                plan.open[0], plan.market.load_costs(plan.loads[0], 0) + plan.market.fixed, 0.0
            ).sum()
            + (
                plan.market.pupils[0]
                * plan.market.arc_cost[np.arange(len(plan.market.cells)), plan.seat[0]]
            ).sum()
        )
        for plan in best.plans
    )
    assert figures.cost * years == pytest.approx(best.cost * best.years + follows + held)


def test_the_same_study_gives_the_same_plan_whoever_listens(
    prepared: Prepared, best: Optimum
) -> None:
    heard: list[Progress] = []

    def hears(progress: Progress) -> bool:
        heard.append(progress)
        return True

    again = optimise(prepared, effort=SLIGHT, listener=hears, jobs=1)
    for one, other in zip(best.solved, again.solved, strict=True):
        assert (one.plan.seat == other.plan.seat).all()
        assert one.bound == other.bound
    assert heard[0].gap > heard[-1].gap
    assert heard[-1].cost == pytest.approx(best.cost)
    assert [p.cost for p in heard] == sorted((p.cost for p in heard), reverse=True)


def test_a_search_that_is_stopped_has_a_plan_and_goes_on_from_it(
    prepared: Prepared, best: Optimum
) -> None:
    stopped = optimise(prepared, effort=SLIGHT, listener=lambda _: False)
    assert stopped.bound <= best.cost <= stopped.cost + 1e-6
    assert stopped.gap > best.gap
    renewed = optimise(prepared, effort=RENEWED, start=best)
    assert renewed.cost <= best.cost + 1e-6


def test_wishes_are_kept(prepared: Prepared, best: Optimum) -> None:
    table = best.table()
    closed = table[(table["period"] == table["period"].max()) & ~table["open"]]
    school = str(closed["unit"].iloc[0]).rpartition(":")[0]
    kept = optimise(prepared, effort=SLIGHT, wishes=Wishes(keep=(school,)))
    rows = kept.table()
    assert rows.loc[rows["unit"].str.startswith(school + ":"), "open"].all()
    assert kept.cost >= best.bound
    assert kept.keeps_wishes
    alone = optimise(prepared, effort=SLIGHT, regime="alone")
    parted = Wishes(agreements=((0, 1),))
    some = optimise(prepared, effort=SLIGHT, wishes=parted)
    assert best.bound <= some.cost
    assert some.bound <= alone.cost


def test_wishes_about_children_and_the_map_are_kept(prepared: Prepared, best: Optimum) -> None:
    """All three at once, checked apart from the search; words in three languages."""
    wishes = Wishes(most_changes=1, contiguous=True, siblings=True)
    kept = optimise(prepared, effort=SLIGHT, wishes=wishes)
    assert kept.keeps_wishes
    assert kept.broken.nothing
    assert kept.changes()["changes"].max() <= 1
    assert kept.parted == (0.0, 0.0)
    assert kept.cost >= best.bound - 1e-6
    assert kept.gap < 0.05
    assert "Skilda från syskon" in told(kept, "sv")[3]
    free = dataclasses.replace(best, wishes=Wishes(most_changes=0))
    assert not free.keeps_wishes
    assert free.gap == float("inf")
    assert "Ei löytynyt suunnitelmaa" in told(free, "fi")[3]
    assert best.changes()["share"].sum() == pytest.approx(1.0)


def test_a_school_that_closes_and_no_change_of_school_clash(prepared: Prepared) -> None:
    wishes = Wishes(most_changes=0, close={"04122": 2032})
    found = clashes(prepared, "together", wishes)
    assert found
    assert [wish.kind for wish in found[0].clash.wishes] == ["most_changes", "close"]
    assert found[0].clash.relaxed == (1.0, None)
    lines = told_clashes(prepared, found, "en")
    assert lines[1] == (
        "  - no child changes school more than 0 times: they can when a child may change school "
        "1 times"
    )


def test_siblings_and_a_site_that_closes_clash_in_words(prepared: Prepared) -> None:
    """Every site of both stages closes: nobody who had one site can have one."""
    units = [unit for case in prepared.cases for unit in case.market.units]
    both = sorted({u[:-4] for u in units if u[:-4] + ":1-6" in units and u[:-4] + ":7-9" in units})
    wishes = Wishes(siblings=True, close=dict.fromkeys(both[1:], 2033), longest_km={"7-9": 400.0})
    found = [one for one in clashes(prepared, "alone", wishes) if one.stage == "1-9"]
    assert found
    lines = told_clashes(prepared, tuple(found), "en")
    assert any(line.startswith("  - siblings stay at one site: they can when") for line in lines)
    assert any(re.search(r" closes \([17]-[69]\): they can when this", line) for line in lines)


def test_why_a_school_closes(best: Optimum) -> None:
    told_of = best.reasons()
    assert len(told_of) >= 3
    low, high = told_of["keeping_low_eur_per_year"], told_of["keeping_high_eur_per_year"]
    assert (low <= high + 1e-6).all()
    assert (told_of["pupils"] > 0.0).all()
    assert (told_of["turns"].dropna() >= told_of.loc[told_of["turns"].notna(), "closes"]).all()
    proven = told_of["turns_proven"].notna()
    assert (told_of.loc[proven, "turns_proven"] >= told_of.loc[proven, "turns"]).all()
    assert (told_of.loc[proven, "keeping_low_eur_per_year"] > 0.0).all()
    # Areas by the school of today, never a square.
    names = set(best.prepared.region.schools["name"])
    for areas in told_of.loc[told_of["pupils"] > 20.0, "areas"]:
        assert areas
        assert {re.sub(r" \(\d{3}\)$", "", area) for area in areas.split("; ")} <= names


def test_reasons_in_words_hold_no_count_of_pupils(best: Optimum) -> None:
    table = best.reasons()
    lines = told(best, "en", with_why=True)[len(told(best, "en")) :]
    assert len(lines) == len(table)
    for line, row in zip(lines, table.to_dict("records"), strict=True):
        assert line.startswith(f"{row['name']}, grades ")
        assert "pupils" not in line
        assert (f"turns in {row['turns']}" in line) == (row["turns"] is not pd.NA)
        proven = row["keeping_low_eur_per_year"] > 0.0
        assert proven == (" EUR a year more. " in line and " at most " not in line)
    made = table.head(1).assign(what="opens", closes=pd.NA, areas="")
    assert ", öppnas: att klara sig utan den " in told_reasons(made, "sv")[0]
    free = table.head(1).assign(keeping_low_eur_per_year=-5.0, keeping_high_eur_per_year=-1.0)
    assert "ei osoittautunut maksavan mitään" in told_reasons(free, "fi")[0]
    assert told_reasons(table.head(0), "en") == ["No school closes and none opens."]


def test_wishes_that_clash_are_named_in_words(prepared: Prepared) -> None:
    wishes = Wishes(longest_km={"1-6": 40.0}, keep=("04122",))
    with pytest.raises(ClashError) as raised:
        optimise(prepared, wishes=wishes)
    assert raised.value.clashes == clashes(prepared, "together", wishes)
    lines = told_clashes(prepared, raised.value.clashes, "sv")
    assert lines[0].startswith("Årskurserna 1-6 (finska), 2028–")
    assert re.fullmatch(
        r"  - ingen skolväg över 40 km: det går om gränsen för skolvägen är [\d.]+ km", lines[1]
    )
    assert len(lines) == 3
    km = clashes(prepared, "together", wishes)[0].clash.relaxed[0]
    assert km is not None
    mended = dataclasses.replace(wishes, longest_km={"1-6": km})
    assert not [c for c in clashes(prepared, "together", mended) if c.stage == "1-6"
                and c.clash.period == 0]  # fmt: skip


def test_the_front_has_a_dozen_plans_of_which_none_is_better(prepared: Prepared) -> None:
    brisk = Effort(kicks=1, roundings=1, steps=30, moves=1_000, last_moves=1_000, nodes=0)
    plans = front(prepared, effort=brisk)
    assert len(plans) >= 12
    table = front_table(plans, mean_pupils(prepared))
    assert table["cost_eur_per_year"].is_monotonic_increasing
    assert (table["gap"] < 0.2).all()
    assert (table["bound_eur_per_year"] <= [plan.weighted + 1e-6 for plan in plans]).all()


def test_words_become_wishes(prepared: Prepared) -> None:
    wishes = wishes_from(
        prepared, longest_km=["30", "7-9=60"], smallest=["1-6=20"], within_seats=True,
        keep=["04122"], close=["04111=2030"], agreement=["Muonio, Kittilä"], budget=1e6,
        most_changes=2, contiguous=True, siblings=True,
    )  # fmt: skip
    codes = prepared.region.codes
    pair = (codes.index("498"), codes.index("261"))
    assert wishes == Wishes(
        {"1-6": 30.0, "7-9": 60.0},
        {"1-6": 20.0},
        within_seats=True,
        keep=("04122",),
        close={"04111": 2030},
        agreements=(pair,),
        budget=1e6,
        most_changes=2,
        contiguous=True,
        siblings=True,
    )
    with pytest.raises(InvalidInput) as raised:
        wishes_from(
            prepared, longest_km=["far"], smallest=["5-6=3"], keep=["none"], close=["04111"],
            agreement=["Muonio"],
        )  # fmt: skip
    assert {fault.column for fault in raised.value.faults} == {
        "--longest-km", "--smallest", "--keep", "--close", "--agreement",
    }  # fmt: skip


def test_a_plan_is_told_and_written(best: Optimum, tmp_path: Path) -> None:
    said: list[str] = []
    hears = listener("fi", said.append, None)
    assert hears(Progress(1_234_567.0, 1_000_000.0, 0.19, ()))
    assert said == ["tähän mennessä 1 234 567 euroa vuodessa, ero 19.00 %"]
    assert not listener("fi", said.append, 0.0)(Progress(1.0, 1.0, 0.0, ()))
    poor = dataclasses.replace(best, wishes=Wishes(budget=1.0))
    assert "1" in told(best, "en")[0]
    assert told(poor, "en")[3].startswith("No plan keeps the budget of 1 EUR a year")
    files = write_optimum(best, tmp_path / "out", with_front=False)
    assert [file.name for file in files] == ["plan.csv", "reasons.csv", "changes.csv"]
    assert all(file.stat().st_size > 100 for file in files)
