"""A rule is dated data with a source: the right value on the right day, none without its source.

The three languages are equal: a source that is missing in one is missing.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from skolnat.common.faults import InvalidInput, render
from skolnat.common.languages import LANGUAGES
from skolnat.rules.rules import Rule, default_rules, unsourced


def test_the_value_of_a_year_is_what_held_on_the_first_of_august() -> None:
    rules = default_rules()
    # Decree 112/2023 from 1.8.2024: 20+20+22+24+25+25; three hours more from 1.8.2025.
    assert rules.number("teaching.weekly_hours_1_6", 2024) == 136
    assert rules.number("teaching.weekly_hours_1_6", 2025) == 139
    assert rules.number("teaching.weekly_hours_1_6", 2030) + rules.number(
        "teaching.weekly_hours_7_9", 2030
    ) == pytest.approx(228)
    assert rules.number("compensation.base_eur", 2017) == 6693.89
    assert rules.number("compensation.base_eur", 2018) == 6511.92


@pytest.mark.parametrize("rule", list(default_rules().rules.values()), ids=lambda rule: rule.rule)
def test_every_rule_has_names_unit_and_sources(rule: Rule) -> None:
    assert set(rule.name) == set(LANGUAGES)
    assert all(rule.name.values())
    for value in rule.values:
        assert set(value.source) == set(LANGUAGES)
        assert all(text == text.strip() != "" for text in value.source.values())
    assert unsourced(rule) == []
    assert rule.unit or isinstance(rule.values[0].value, bool)
    assert rule.paragraph or rule.file in {"assumptions", "forms", "teaching", "buildings", "buses"}


def test_a_source_missing_in_any_language_is_found() -> None:
    rule = default_rules().rules["teaching.weekly_hours_1_6"]
    first, last = rule.values
    without_finnish = replace(first, source={"sv": "Förordning", "en": "Decree"})
    blank_english = replace(last, source={**last.source, "en": " "})
    faults = unsourced(replace(rule, values=(without_finnish, blank_english)))
    assert {(fault.code, fault.file) for fault in faults} == {("rules.no_source", "law.toml")}
    assert [fault.column for fault in faults] == [
        "teaching.weekly_hours_1_6: 2024-08-01, source.fi",
        "teaching.weekly_hours_1_6: 2025-08-01, source.en",
    ]


def test_an_override_holds_in_every_year_and_keeps_its_reason() -> None:
    rules = default_rules().with_overrides({"transport.km_eur": (0.5, "Own tender of 2026")})
    assert rules.number("transport.km_eur", 2000) == 0.5
    assert rules.overrides == {"transport.km_eur": "Own tender of 2026"}
    source = rules.rules["transport.km_eur"].at(2026).source
    assert source == dict.fromkeys(LANGUAGES, "Own tender of 2026")
    assert default_rules().number("transport.km_eur", 2026) == 0.30


def test_all_faults_of_overrides_are_told_at_once_with_the_nearest_name() -> None:
    with pytest.raises(InvalidInput) as caught:
        default_rules().with_overrides(
            {
                "transport.km_euro": (1.0, "x"),
                "meals.pupil_eur": (True, "y"),
                "groups.single": (1, " "),
            }
        )
    codes = [fault.code for fault in caught.value.faults]
    assert codes == ["rules.unknown", "rules.wrong_kind", "rules.no_source"]
    assert caught.value.faults[0].values["nearest"] == "transport.km_eur"


def test_a_price_below_zero_is_refused_and_another_figure_is_not() -> None:
    faults = default_rules().faults_of(
        {"transport.km_eur": (-0.1, "x"), "price.growth": (-0.01, "y"), "meals.pupil_eur": (0, "z")}
    )
    assert [(fault.code, fault.values["rule"]) for fault in faults] == [
        ("rules.below_zero", "transport.km_eur")
    ]
    assert "EUR/pupil/km" in render(faults[0])
