"""The study file is written by a person: every slip is told at once, with line and remedy.

And what is sound is read as it was meant, defaults included.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skolnat.common.faults import InvalidInput, render
from skolnat.study.file import StudyFile, read_study
from skolnat.study.keys import TimeLimits

SOUND = """\
[study]
name = { sv = "Ett", fi = "Yksi", en = "One" }
municipalities = ["Asikkala", "398", "Heinola"]
"""


def read(folder: Path, text: str) -> StudyFile:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def told(folder: Path, text: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InvalidInput) as caught:
        read(folder, text)
    assert {fault.file for fault in caught.value.faults} == {str(folder / "study.toml")}
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["paijanne-tavastland", "sydosterbotten", "tunturi-lappi"])
def test_the_examples_are_sound(examples: Path, name: str) -> None:
    study = read_study(examples / f"{name}.toml")
    assert study.years == tuple(range(2026, 2041))
    assert study.languages == ("sv", "fi", "en")


def test_municipalities_of_the_examples(examples: Path) -> None:
    codes = {
        "paijanne-tavastland": "016 081 111 098 142 316 398 560 576 781",
        "sydosterbotten": "231 280 287 475 545",
        "tunturi-lappi": "047 261 273 498",
    }
    for name, expected in codes.items():
        assert read_study(examples / f"{name}.toml").municipalities == tuple(expected.split())


def test_the_least_file_and_its_defaults(tmp_path: Path) -> None:
    study = read(tmp_path, SOUND)
    assert study.municipalities == ("016", "398", "111")
    assert study.name["fi"] == "Yksi"
    assert (study.base_year, study.first_year, study.last_year) == (2025, 2026, 2040)
    assert (study.seed, study.draws, study.workbook) == (1, 200, None)
    assert study.network.periods == 3
    assert study.network.time_limits == TimeLimits(lower=None, upper=None)
    assert study.sensitivity.capacity == (0.9, 1.2)
    assert study.rules == {}


def test_a_full_file(tmp_path: Path) -> None:
    study = read(
        tmp_path,
        SOUND
        + """\
base_year = 2019
first_year = 2027
last_year = 2035
languages = ["fi", "fi"]
[region]
workbook = "region.xlsx"
[network]
time_limits = { lower = 120 }
[[network.candidates]]
school = "new"
name = "New school"
municipality = "Lahti"
language = "fi"
grades = "1-9"
lat = 61.0
lon = 25.6
capacity = 300
property_eur_per_year = 900_000
[scenarios]
stay_open = ["07351"]
closing = { "07353" = 2028 }
[sensitivity]
capacity = []
[rules."compensation.base_eur"]
value = 8_500
why = "decision of the ministry"
[rules.journey]
walk_km_h = { value = 4.5, why = "measured here" }
""",
    )
    assert study.overrides == {
        "compensation.base_eur": (8500, "decision of the ministry"),
        "journey.walk_km_h": (4.5, "measured here"),
    }
    assert study.languages == ("fi",)
    assert study.workbook == tmp_path / "region.xlsx"
    assert study.network.time_limits.lower == 120
    assert study.network.candidates[0].municipality == "398"
    assert study.scenarios.closing == {"07353": 2028}
    assert study.sensitivity.capacity == ()
    assert study.years == tuple(range(2027, 2036))


def test_a_misspelt_key_is_told_with_the_nearest(tmp_path: Path) -> None:
    text = SOUND.replace("municipalities", "municipalites") + "[netwrok]\nperiods = 2\n"
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path, text)
    assert [render(fault, "sv") for fault in caught.value.faults] == [
        f"{tmp_path}/study.toml, rad 1, kolumn study.municipalities: "
        "nyckeln ”municipalities” saknas; lägg till den",
        f"{tmp_path}/study.toml, rad 3, kolumn study.municipalites: "
        "det finns ingen nyckel ”municipalites” här; menade du ”municipalities”?",
        f"{tmp_path}/study.toml, rad 4, kolumn netwrok: "
        "det finns ingen nyckel ”netwrok” här; menade du ”network”?",
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("Asikkala", "Asikala"), ("study.misspelt_municipality", 3, "study.municipalities")),
        (("Asikkala", "Qwerty"), ("study.unknown_municipality", 3, "study.municipalities")),
        (("Asikkala", "Lahtis"), ("study.twin_municipality", 3, "study.municipalities")),
        (("Asikkala", "Mariehamn"), ("study.aland", 3, "study.municipalities")),
        (("Asikkala", "Pertunmaa"), ("study.merged_municipality", 3, "study.municipalities")),
        (('["Asikkala", "398", "Heinola"]', "[]"), ("study.empty_list", 3, "study.municipalities")),
        (('["Asikkala", "398", "Heinola"]', "16"), ("study.not_list", 3, "study.municipalities")),
        (('"Asikkala"', "16"), ("study.not_text", 3, "study.municipalities.0")),
        ((', en = "One"', ""), ("study.missing_key", 2, "study.name.en")),
        (('"Ett"', '""'), ("study.empty_text", 2, "study.name.sv")),
    ],
)
def test_faults_of_the_study(
    tmp_path: Path, change: tuple[str, str], fault: tuple[str, int, str]
) -> None:
    assert told(tmp_path, SOUND.replace(*change)) == [fault]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("base_year = 2025\nfirst_year = 2024", ("study.first_before_base", 5, "study.first_year")),
        ("last_year = 2025", ("study.last_before_first", 4, "study.last_year")),
        ("base_year = 2026", ("study.base_year_unknown", 4, "study.base_year")),
        ("draws = 5", ("study.below", 4, "study.draws")),
        ("draws = 20.5", ("study.not_whole_number", 4, "study.draws")),
        ('seed = "1"', ("study.not_whole_number", 4, "study.seed")),
        ("seed = true", ("study.not_whole_number", 4, "study.seed")),
        ('languages = ["sv", "ru"]', ("study.unknown_choice", 4, "study.languages.1")),
        ("colour = 3", ("study.unknown_key", 4, "study.colour")),
        ("[network]\nperiods = 99", ("study.above", 5, "network.periods")),
        ("[network]\nfirst_change = 2041", ("study.change_outside", 5, "network.first_change")),
        ("[cooperation]\npairs = 1", ("study.below", 5, "cooperation.pairs")),
        ("[network]\ntime_limits = 90", ("study.not_table", 5, "network.time_limits")),
        ("[sensitivity]\ncapacity = [0.9, 0]", ("study.not_above", 5, "sensitivity.capacity.1")),
        ("[rules.a.b]\nvalue = 1", ("study.missing_key", 4, "rules.a.b.why")),
        ('[rules."compensation.base_eur"]\nvalue = "1"\nwhy = "w"',
         ("study.bad_rule_value", 5, "rules.compensation.base_eur.value")),
        ('[rules]\n"compensation.bas_eur" = { value = 1, why = "w" }',
         ("rules.unknown", 5, "rules.compensation.bas_eur")),
        ('[rules.compensation]\nbase_eur = { value = true, why = "w" }',
         ("rules.wrong_kind", 5, "rules.compensation.base_eur")),
        ('[rules]\n"groups.single" = { value = 18, why = "w" }',
         ("study.groups_leave_outside", 5, "rules.groups.single")),
        ('[rules]\n"groups.span_7_9" = { value = 0, why = "w" }',
         ("study.group_of_nobody", 5, "rules.groups.span_7_9")),
        ("[scenarios]\nstay_open = ['1']\nclosing = { '1' = 2027 }",
         ("study.stays_and_closes", 6, "scenarios.closing.1")),
    ],
)  # fmt: skip
def test_faults_of_other_keys(tmp_path: Path, more: str, fault: tuple[str, int, str]) -> None:
    assert told(tmp_path, f"{SOUND}{more}\n") == [fault]


def test_faults_of_a_candidate_site(tmp_path: Path) -> None:
    site = '[[network.candidates]]\nschool = "n"\nname = "N"\nmunicipality = "Lahti"\n'
    site += 'language = "en"\ngrades = "1-9"\nlat = 25.6\nlon = 61.0\ncapacity = 10\n'
    assert told(tmp_path, SOUND + site) == [
        ("study.missing_key", 4, "network.candidates.0.property_eur_per_year"),
        ("study.unknown_choice", 8, "network.candidates.0.language"),
        ("study.below", 10, "network.candidates.0.lat"),
        ("study.above", 11, "network.candidates.0.lon"),
    ]


def test_what_a_study_brings_to_the_forecast(tmp_path: Path) -> None:
    (tmp_path / "newer.csv").touch()
    (tmp_path / "homes.csv").touch()
    named = 'population = "newer.csv"\nhousing = "homes.csv"\nforecast_scenario = "official"\n'
    study = read(tmp_path, SOUND + named)
    assert (study.population, study.housing) == (tmp_path / "newer.csv", tmp_path / "homes.csv")
    assert study.named_files == (tmp_path / "newer.csv", tmp_path / "homes.csv")
    assert study.forecast_scenario == "official"
    assert read(tmp_path, SOUND).named_files == ()


@pytest.mark.parametrize("more", ["", "sede = 2\n"])
def test_files_and_futures_that_are_not_there(tmp_path: Path, more: str) -> None:
    named = 'population = "newer.csv"\nhousing = "."\nforecast_scenario = "hihg_fertility"\n'
    found = told(tmp_path, SOUND + named + more)
    assert [fault for fault in found if fault[0] != "study.misspelt_key"] == [
        ("study.no_named_file", 4, "study.population"),
        ("study.no_named_file", 5, "study.housing"),
        ("forecast.misspelt_scenario", 6, "study.forecast_scenario"),
    ]
    assert told(tmp_path, SOUND + 'forecast_scenario = "none"\nhousing = 3\n') == [
        ("study.not_text", 5, "study.housing"),
        ("forecast.unknown_scenario", 4, "study.forecast_scenario"),
    ]


def test_faults_of_every_kind_are_told_together(tmp_path: Path) -> None:
    text = SOUND.replace("Asikkala", "Asikala") + "first_year = 2020\nsede = 2\ndraws = 1\n"
    assert {code for code, _, _ in told(tmp_path, text)} == {
        "study.misspelt_municipality",
        "study.first_before_base",
        "study.misspelt_key",
        "study.below",
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[study\n", "study.not_toml"),
        (b"\xff\xfe\x00", "study.not_text_file"),
        (b"", "study.missing_key"),
        (b"study = 3", "study.not_table"),
    ],
)
def test_files_that_are_no_study(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "study.toml").write_bytes(content)
    with pytest.raises(InvalidInput) as caught:
        read_study(tmp_path / "study.toml")
    assert [fault.code for fault in caught.value.faults] == [code]


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.toml", "study.no_file"), (tmp_path, "study.is_folder")):
        with pytest.raises(InvalidInput) as caught:
            read_study(path)
        assert [fault.code for fault in caught.value.faults] == [code]


_KEYS = st.sampled_from(
    ["study", "name", "municipalities", "network", "rules", "candidates", "value", "why", "x"]
)
_VALUES = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.text(), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_whatever_stands_in_the_file_is_told_in_our_words(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, object]
) -> None:
    tomlkit = pytest.importorskip("tomlkit")
    folder = tmp_path_factory.mktemp("any")
    with pytest.raises(InvalidInput) as caught:
        read(folder, tomlkit.dumps(content))
    for fault in caught.value.faults:
        for language in ("sv", "fi", "en"):
            assert fault.code not in render(fault, language)  # a bare code would be no text
