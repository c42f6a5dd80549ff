"""A number that reads wrongly, or breaks over a line, is a wrong number to a council."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.common.languages import LANGUAGES, Language
from skolnat.report.numbers import Numbers


@pytest.mark.parametrize("language", ["sv", "fi"])
def test_swedish_and_finnish(language: Language) -> None:
    n = Numbers(language)
    assert n.number(1234.5, 1) == "1\u00a0234,5"
    assert n.number(-1234567.0) == "\u22121\u00a0234\u00a0567"
    assert n.percent(0.123, 1) == "12,3\u00a0%"


def test_english() -> None:
    n = Numbers("en")
    assert n.number(1234.5, 1) == "1,234.5"
    assert n.percent(-0.5) == "\u221250%"


def test_sign_of_zero_is_never_shown() -> None:
    n = Numbers("sv")
    assert n.number(-0.2) == "0"
    assert n.number(0.2, signed=True) == "0"
    assert n.number(0.6, signed=True) == "+1"


def test_the_unknown_is_no_zero() -> None:
    n = Numbers("fi")
    assert n.number(float("nan")) == n.number(None) == n.percent(None) == "–"
    assert n.thousand_euros(None) == "–"


def test_intervals_stay_readable_below_zero() -> None:
    assert Numbers("sv").interval("1,2", "3,4") == "1,2–3,4"
    assert Numbers("fi").interval("\u22121,2", "3,4") == "\u22121,2…3,4"
    assert Numbers("en").interval("\u22121.2", "3.4") == "\u22121.2 to 3.4"
    assert Numbers("en").interval("7", "7") == "7"


def test_euros() -> None:
    n = Numbers("sv")
    assert n.thousand_euros(1_234_567.0, signed=True) == "+1\u00a0235"
    assert n.millions(1_234_567.0) == "1,23"
    assert n.whole_thousands(316_115.0) == "316\u00a0000"


@given(st.floats(-1e9, 1e9), st.sampled_from(LANGUAGES))
def test_no_ordinary_space_and_the_value_survives(value: float, language: Language) -> None:
    n = Numbers(language)
    text = n.number(value, 2)
    assert " " not in text
    plain = text.replace("\u2212", "-").replace(n.thousands, "").replace(n.point, ".")
    assert float(plain) == pytest.approx(value, abs=0.00501)
