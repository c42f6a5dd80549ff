"""A municipality's own file is read in every shape it comes in, and its faults told at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.sources.population_file import PopulationFile, read_population

AGES = [*map(str, range(100)), "100 -"]


def long_file(
    area: str = "Asikkala", years: tuple[int, ...] = (2020, 2021), separator: str = ","
) -> str:
    """Return a file with sexes and years as rows: two of each age in 2020, three in 2021."""
    lines = [separator.join(["Alue", "Ikä", "Sukupuoli", "Vuosi", "Väestö 31.12."])]
    for year in years:
        for sex in ("Miehet", "Naiset"):
            lines += [
                separator.join([f'"{area}"', f'"{age}"', sex, str(year), str(year - 2018)])
                for age in AGES
            ]
    return "\n".join(lines)


def read(tmp_path: Path, text: str, encoding: str = "utf-8") -> PopulationFile:
    file = tmp_path / "11re.csv"
    file.write_bytes(text.encode(encoding))
    return read_population(file)


def faults(tmp_path: Path, text: str, encoding: str = "utf-8") -> list[str]:
    with pytest.raises(InvalidInput) as wrong:
        read(tmp_path, text, encoding)
    return [fault.code.partition("_")[2] for fault in wrong.value.faults]


def test_sexes_and_years_as_rows(tmp_path: Path) -> None:
    found = read(tmp_path, long_file())
    assert found.notes == ()
    assert len(found.table) == 2 * 2 * 101
    assert set(found.table["municipality"]) == {"016"}
    assert found.table.groupby("year")["persons"].sum().to_dict() == {2020: 404, 2021: 606}
    assert not found.table["estimated"].any()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "utf-16", "cp850"])
def test_every_encoding_gives_the_same(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, long_file("Äänekoski", separator=";"), encoding)
    assert set(found.table["municipality"]) == {"992"}
    assert bool(found.notes) == (encoding == "cp850")


def test_a_file_put_together_from_two_encodings(tmp_path: Path) -> None:
    file = tmp_path / "mixed.csv"
    later = long_file("Äänekoski", years=(2021,)).split("\n", 1)[1]
    file.write_bytes(
        long_file("Äänekoski", years=(2020,)).encode("latin-1") + b"\n" + later.encode("utf-8")
    )
    assert set(read_population(file).table["municipality"]) == {"992"}


def test_a_wrongly_saved_encoding_is_put_right_and_said(tmp_path: Path) -> None:
    garbled = long_file("Äänekoski").encode("utf-8").decode("cp1252")
    found = read(tmp_path, garbled)
    assert set(found.table["municipality"]) == {"992"}
    assert [note.code for note in found.notes] == ["sources.population_garbled"]


def test_lost_letters_are_told_with_their_row(tmp_path: Path) -> None:
    assert faults(tmp_path, long_file("\ufffd\ufffdnekoski")) == ["lost_letters"]


def test_sexes_and_years_as_columns_with_title_and_totals(tmp_path: Path) -> None:
    """The shape of PxWeb's own export, as kept in Finnish."""
    heading = [f'"{sex} {year} Väestö 31.12."' for year in (2018, 2019)
               for sex in ("Yhteensä", "Miehet", "Naiset")]  # fmt: skip
    lines = ['"11re -- Väestö iän (1-v.) ja sukupuolen mukaan alueittain, 1972-2019"', ""]
    lines += [";".join(['"Alue"', '"Ikä"', *heading])]
    lines += ['"KOKO MAA";"Yhteensä";9;5;4;9;5;4', '"Sysmä";"Yhteensä";303;101;202;303;101;202']
    lines += [f'"Sysmä";"{age}";3;1;2;3;1;2' for age in AGES]
    found = read(tmp_path, "\r\n".join(lines), "latin-1")
    assert set(found.table["municipality"]) == {"781"}
    women = found.table[found.table["sex"] == "f"]
    assert women["persons"].tolist() == [2.0] * 202


@pytest.mark.parametrize("area", ["KU016", "016", "Asikkala"])
def test_codes_and_names_mean_the_same(tmp_path: Path, area: str) -> None:
    text = long_file(area).replace("Alue", "Region").replace("Miehet", "1").replace("Naiset", "2")
    assert set(read(tmp_path, text).table["municipality"]) == {"016"}


def test_swedish_headings(tmp_path: Path) -> None:
    text = long_file("Nykarleby")
    words = {"Alue": "Område", "Ikä": "Ålder", "Sukupuoli": "Kön", "Vuosi": "År"}
    for finnish, swedish in (words | {"Miehet": "Män", "Naiset": "Kvinnor"}).items():
        text = text.replace(finnish, swedish)
    assert set(read(tmp_path, text).table["municipality"]) == {"893"}


def test_merged_municipalities_are_added_and_said(tmp_path: Path) -> None:
    text = long_file("Nurmes") + "\n" + long_file("Valtimo").split("\n", 1)[1]
    found = read(tmp_path, text)
    assert found.table.groupby("year")["persons"].sum().to_dict() == {2020: 808, 2021: 1212}
    assert [note.code for note in found.notes] == ["sources.population_merged"]
    by_code = long_file("541") + "\n" + long_file("KU911").split("\n", 1)[1]
    assert read(tmp_path, by_code).table["persons"].sum() == 2020


def test_unknown_areas_are_all_told_and_larger_ones_left_out(tmp_path: Path) -> None:
    body = long_file("Asikala").split("\n", 1)[1] + "\n" + long_file("KU999").split("\n", 1)[1]
    assert faults(tmp_path, long_file() + "\n" + body) == ["area", "area"]
    larger = long_file() + "\n" + long_file("MK07").split("\n", 1)[1]
    larger += "\n" + long_file("Päijät-Häme").split("\n", 1)[1]
    assert set(read(tmp_path, larger).table["municipality"]) == {"016"}


def test_a_year_missing_in_the_middle(tmp_path: Path) -> None:
    assert faults(tmp_path, long_file(years=(2018, 2019, 2021, 2022))) == ["gap"]
    text = long_file(years=(2019, 2020, 2021))
    text += "\n" + long_file("Sysmä", years=(2019, 2021)).split("\n", 1)[1]
    assert faults(tmp_path, text) == ["own_gap"]


def test_age_classes_are_split_and_marked(tmp_path: Path) -> None:
    lines = ["Alue,Ikä,Sukupuoli,Vuosi,Väestö"]
    for sex in ("Miehet", "Naiset"):
        lines += [f"Asikkala,{first} - {first + 4},{sex},2020,100" for first in range(0, 65, 5)]
        lines += [f"Asikkala,65 -,{sex},2020,700"]
    found = read(tmp_path, "\n".join(lines))
    assert found.table["estimated"].all()
    assert [note.code for note in found.notes] == ["sources.population_split"]
    boys = found.table[(found.table["sex"] == "m") & found.table["age"].between(5, 9)]
    assert len(boys) == 5
    assert np.isclose(boys["persons"].sum(), 100.0)
    assert np.isclose(found.table["persons"].sum(), 2 * (13 * 100 + 700))


def test_single_ages_win_over_the_class_that_holds_them(tmp_path: Path) -> None:
    text = long_file(years=(2020,)) + "\nAsikkala,0-4,Miehet,2020,10\nAsikkala,0-4,Naiset,2020,10"
    found = read(tmp_path, text)
    assert not found.table["estimated"].any()
    assert found.table["persons"].sum() == 404


def test_both_sexes_together_are_split_and_marked(tmp_path: Path) -> None:
    lines = ["Alue,Ikä,Vuosi,Väestö", *(f"Asikkala,{age},2020,10" for age in AGES)]
    found = read(tmp_path, "\n".join(lines))
    assert found.table["estimated"].all()
    assert np.allclose(found.table.groupby("age")["persons"].sum(), 10.0)


def test_totals_that_disagree_with_their_ages(tmp_path: Path) -> None:
    text = long_file() + "\nAsikkala,Yhteensä,Miehet,2020,999\nAsikkala,SSS,Naiset,2021,303"
    assert faults(tmp_path, text) == ["total"]
    both = long_file(years=(2020,)) + "\n" + "\n".join(
        f"Asikkala,{age},Yhteensä,2020,{5 if age == '7' else 4}" for age in AGES
    )  # fmt: skip
    assert faults(tmp_path, both) == ["sexes"]


def test_numbers_ages_years_and_sexes_that_are_none(tmp_path: Path) -> None:
    text = long_file()
    text = text.replace('"Asikkala","7",Miehet,2020,2', '"Asikkala","7",Miehet,2020,..')
    text = text.replace('"Asikkala","8",Miehet,2020,2', '"Asikkala","8",Miehet,2020,-4')
    text += "\nAsikkala,seven,Miehet,2020,2\nAsikkala,7,Miehet,20,2\nAsikkala,7,Boys,2020,2"
    text += "\nAsikkala,9,Miehet,2020,2\nAsikkala,9"
    found = faults(tmp_path, text)
    for code in ("number", "age", "year", "sex", "twice", "short_row", "ages"):
        assert code in found


def test_a_dash_is_nobody(tmp_path: Path) -> None:
    text = long_file().replace('"Asikkala","7",Miehet,2020,2', '"Asikkala","7",Miehet,2020,-')
    assert read(tmp_path, text).table["persons"].sum() == 404 + 606 - 2


def test_many_faults_of_one_kind_are_counted(tmp_path: Path) -> None:
    text = long_file().replace(",2020,2", ",2020,x")
    found = faults(tmp_path, text)
    assert found.count("number") == 20
    assert found[20] == "more"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04\0\0", "no_text"),
        (b"a,b\n1,2\n", "no_heading"),
        ("Alue,Ikä\nAsikkala,7\n".encode(), "no_figures"),
        ("Alue,Ikä,Miehet\nAsikkala,7,1\n".encode(), "no_year"),
        ("Alue,Ikä,Miehet 2020\nKOKO MAA,7,1\n".encode(), "empty"),
    ],
)
def test_files_that_are_no_population_file(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(InvalidInput) as wrong:
        read_population(file)
    assert [fault.code for fault in wrong.value.faults] == [f"sources.population_{code}"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no such file"):
        read_population(tmp_path / "nothing.csv")
