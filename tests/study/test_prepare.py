"""From the study file to markets: overrides, limits of one's own, and capacities."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skolnat.forecast import forecast
from skolnat.forecast.result import Forecast
from skolnat.study.file import read_study
from skolnat.study.inputs import read_inputs
from skolnat.study.prepare import Prepared, cases_with_capacity, prepare, rules_of

STUDY = """\
[study]
name = { sv = "Två", fi = "Kaksi", en = "Two" }
municipalities = ["Muonio", "Enontekiö"]
draws = 20
"""


@cache
def futures() -> Forecast:
    return forecast(until=2040, draws=20, seed=1)


def written(folder: Path, more: str) -> Path:
    path = folder / "study.toml"
    path.write_text(STUDY + more, encoding="utf-8")
    return path


def prepared_of(path: Path) -> Prepared:
    inputs = read_inputs(path)
    return prepare(inputs.study, inputs.region, futures())


@pytest.mark.parametrize(
    ("limits", "lower", "upper"),
    [
        ("", 150.0, 180.0),
        ("{ lower = 120.0 }", 120.0, 180.0),
        ("{ lower = 170.0, upper = 100.0 }", 150.0, 100.0),
    ],
)
def test_limits_of_ones_own_hold_where_they_are_stricter(
    tmp_path: Path, limits: str, lower: float, upper: float
) -> None:
    more = f"[network]\ntime_limits = {limits}\n" if limits else ""
    rules = rules_of(read_study(written(tmp_path, more)))
    assert rules.number("journey.daily_minutes", 2026) == lower
    assert rules.number("journey.daily_minutes_from_13", 2026) == upper


def test_overrides_reach_the_markets(tmp_path: Path) -> None:
    more = '[rules."transport.pupil_eur"]\nvalue = 1000.0\nwhy = "own tender"\n'
    base, other = prepared_of(written(tmp_path, "")), prepared_of(written(tmp_path, more))
    for one, two in zip(base.cases, other.cases, strict=True):
        paid = one.market.km > 5.0
        assert (two.market.arc_cost - one.market.arc_cost)[paid] == pytest.approx(700.0)
        assert (two.market.arc_cost == one.market.arc_cost)[~paid].all()


def test_without_a_first_change_nothing_is_frozen(tmp_path: Path) -> None:
    prepared = prepared_of(written(tmp_path, ""))
    assert prepared.frozen == ()
    assert prepared.years == 15
    assert sum(case.market.years[0] for case in prepared.cases[:1]) == 5.0


def test_what_is_decided_reaches_the_options(tmp_path: Path) -> None:
    schools = prepared_of(written(tmp_path, "")).units["school"].unique()
    more = (
        "[network]\nfirst_change = 2028\nperiods = 2\n"
        f'[scenarios]\nstay_open = ["{schools[0]}"]\nclosing = {{ "{schools[1]}" = 2026 }}\n'
    )
    prepared = prepared_of(written(tmp_path, more))
    for held, cases in ((True, prepared.frozen), (False, prepared.cases)):
        for case in cases:
            for j, unit in enumerate(case.market.units):
                last = case.market.periods
                if unit.startswith(schools[0]):
                    assert np.flatnonzero(case.options[j]).tolist() == [last]
                elif unit.startswith(schools[1]):
                    assert np.flatnonzero(case.options[j]).tolist() == [0]
                elif not held:
                    assert case.options[j].all()
                    assert np.flatnonzero(case.keeping[j]).tolist() == [last]


def test_known_flows_are_kept(tmp_path: Path) -> None:
    inputs = read_inputs(written(tmp_path, ""))
    codes = inputs.region.codes
    flows = {
        "residence": [codes[0], codes[0]], "provider": [codes[1], "261"],
        "stage": "7-9", "language": "fi", "pupils": [3.0, 2.0], "estimated": False,
    }  # fmt: skip
    region = dataclasses.replace(inputs.region, flows=pd.DataFrame(flows))
    prepared = prepare(inputs.study, region, futures())
    told = prepared.flows[~prepared.flows["estimated"].astype(bool)]
    # The provider outside the region is no partner of the study.
    assert told[["residence", "provider", "stage"]].to_numpy().tolist() == [[0, 1, "7-9"]]
    assert told["pupils"].iloc[0] >= 3.0
    case = next(c for c in prepared.cases if c.market.stage == "7-9")
    crossing = case.closed & (
        case.market.cell_municipality[:, None] != case.market.unit_municipality[None, :]
    )
    assert case.market.pupils[0, crossing.any(axis=1)].sum() == pytest.approx(
        told["pupils"].iloc[0]
    )


def test_other_capacities_change_nothing_else(
    prepared_example: Callable[[str], Prepared],
) -> None:
    prepared = prepared_example("tunturi-lappi")
    for case, other in zip(prepared.cases, cases_with_capacity(prepared, 1.2), strict=True):
        assert other.market.capacity == pytest.approx(1.2 * case.market.capacity)
        for name in ("pupils", "km", "arc_cost", "fixed", "closing", "load_cost"):
            assert (getattr(other.market, name) == getattr(case.market, name)).all()
        assert (other.closed == case.closed).all()
        assert (other.open == case.open).all()
        assert (other.options == case.options).all()


def test_seats_of_years_to_come_reach_the_markets_by_period(tmp_path: Path) -> None:
    """Workbook, check, period and market in one: 30 seats from 2030 in a school that has 90."""
    import openpyxl

    from skolnat.common.faults import InvalidInput
    from skolnat.sources.workbook_layout import SEATS_SHEET, title
    from skolnat.sources.workbook_template import prefilled, write_workbook

    write_workbook(tmp_path / "book.xlsx", prefilled(["498"]), "fi")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    schools = book.worksheets[1]
    heads = [cell.value for cell in schools[1]]
    school = schools.cell(2, heads.index("Tunnus") + 1).value
    schools.cell(2, heads.index("Vuosiluokat") + 1).value = "1-6"
    schools.cell(2, heads.index("Kapasiteetti (oppilasta)") + 1).value = 90
    page = book[title(SEATS_SHEET.name, "fi")]
    page.append([school, 2030, 30])
    book.save(tmp_path / "book.xlsx")
    path = written(tmp_path, '[network]\nperiods = 3\n[region]\nworkbook = "book.xlsx"\n')
    inputs = read_inputs(path)
    found = prepare(inputs.study, inputs.region, futures(), inputs.workbook)
    case = next(c for c in found.cases if f"{school}:1-6" in c.market.units)
    j = case.market.units.index(f"{school}:1-6")
    assert [len(p.years) for p in found.periods] == [5, 5, 5]
    # 2026-2030: four years of 90 and one of 30.
    assert case.market.capacity[:, j].tolist() == [78.0, 30.0, 30.0]
    tighter = next(
        c for c in cases_with_capacity(found, 0.5) if c.market.units == case.market.units
    )
    assert tighter.market.capacity[:, j].tolist() == [39.0, 15.0, 15.0]

    page.append([school, 2030, 40])
    page.append(["99999x", 2030, -1])
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(InvalidInput) as raised:
        read_inputs(path)
    told = {(f.code, f.row) for f in raised.value.faults if f.severity == "error"}
    assert ("sources.seats_twin_row", 3) in told
    assert ("region.negative", 4) in told
    for _ in range(2):
        page.delete_rows(3)
    page.append(["99999x", 2030, 1])
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(InvalidInput) as raised:
        read_inputs(path)
    assert [f.code for f in raised.value.faults if f.severity == "error"] == [
        "study.seats_unknown_school"
    ]
