"""One specification serves page, PDF and notebook: it must draw, and keep to the page's inks."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from skolnat.report import charts, money_tables
from skolnat.report.numbers import Numbers
from skolnat.report.results import Results

AHEAD = pd.DataFrame(
    {"year": [2025, 2040], "p10": [1500.0, 900.0], "p50": [1500.0, 1200.0], "p90": [1500.0, 1600.0]}
)
KNOWN = pd.DataFrame({"year": [2018, 2019], "persons": [1600, 1580], "estimated": [False, False]})


@pytest.fixture(scope="module")
def drawings(results: Results) -> dict[str, str]:
    n = Numbers("sv")
    steps = money_tables.waterfall(results)
    shares = pd.DataFrame(
        {"row": ["a"] * 3, "part": ["x", "y", "z"], "share": [0.5, 0.1, 0.4], "text": list("pqr")}
    )
    gains = pd.DataFrame(
        {"name": ["A", "B"], "before_transfer": [5.0, -2.0], "share": [2.0, float("nan")]}
    )
    specs = {
        "fan": charts.fan(KNOWN, AHEAD),
        "waterfall": charts.waterfall(steps, list(steps["kind"]), n),
        "stacked": charts.stacked(shares, ["a"], ["x", "y", "z"], {"a": "Rad"}),
        "winners": charts.winners(gains, n),
    }
    return {key: charts.to_svg(spec, "sv", key, f"om {key} & mer") for key, spec in specs.items()}


KINDS = ["fan", "waterfall", "stacked", "winners"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_stands_by_itself_and_says_what_it_shows(
    drawings: dict[str, str], kind: str
) -> None:
    svg = drawings[kind].replace("xlink:href", "href")
    root = ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert root.get("role") == "img"
    assert root.get("aria-label") == f"om {kind} & mer"
    assert "href" not in svg
    assert "http" not in drawings[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_every_ink_follows_dark_and_light(drawings: dict[str, str], kind: str) -> None:
    assert not re.findall(r'(?:fill|stroke)="#[0-9a-fA-F]{3,8}"', drawings[kind])
    assert not re.findall(r'(?:fill|stroke)="(?:black|white)"', drawings[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_ids_are_the_drawing_s_own(drawings: dict[str, str], kind: str) -> None:
    assert all(
        name.startswith(f"{kind}-") for name in re.findall(r'\bid="([^"]+)"', drawings[kind])
    )


def test_axes_speak_the_language() -> None:
    spec = charts.fan(KNOWN, AHEAD)
    assert "1\u00a0500" in charts.to_svg(spec, "fi", "a")
    assert "1,500" in charts.to_svg(spec, "en", "a")
    assert "2,025" not in charts.to_svg(spec, "en", "a")  # a year is no number


def test_a_withheld_share_has_no_mark() -> None:
    gains = pd.DataFrame({"name": ["A"], "before_transfer": [5.0], "share": [float("nan")]})
    spec = charts.winners(gains, Numbers("en"))
    assert not any(layer["mark"].get("shape") == "diamond" for layer in spec["layer"])


def test_ticks_of_years_keep_apart() -> None:
    assert charts._ticks(2018, 2025, 2040) == [2018, 2025, 2030, 2040]
    assert charts._ticks(2025, 2025, 2032) == [2025, 2030]
