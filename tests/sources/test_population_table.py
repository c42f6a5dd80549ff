"""An import is read by studies years later: nothing wrong may get into it, or be read from it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from skolnat.common.faults import InvalidInput
from skolnat.sources import reference
from skolnat.sources.population_table import KINDS, import_population, read_newer

SEXES = {"Miehet": "m", "Naiset": "f"}


def exported(
    folder: Path, area: str = "Asikkala", years: tuple[int, ...] = (2024, 2025), each: int = 40
) -> Path:
    """Write a file as PxWeb exports it: so many of each age and sex."""
    path = folder / "11re.csv"
    lines = ["Alue;Ikä;Sukupuoli;Vuosi;Väestö"]
    for year in years:
        for sex in SEXES:
            lines += [f"{area};{age};{sex};{year};{each}" for age in range(101)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def table(years: tuple[int, ...] = (2024, 2025)) -> pd.DataFrame:
    rows = [
        ("016", year, age, sex, 40.0, False)
        for year in years
        for age in range(101)
        for sex in ("m", "f")
    ]
    return pd.DataFrame(rows, columns=list(KINDS))


def told(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        read_newer(path)
    assert {fault.file for fault in caught.value.faults} == {str(path)}
    return [(fault.code.partition(".")[2], fault.column) for fault in caught.value.faults]


def test_what_is_imported_is_read_as_the_file_itself(tmp_path: Path) -> None:
    file = exported(tmp_path)
    done = import_population(file)
    assert done.path == tmp_path / "11re.parquet"
    assert done.notes == ()
    again, straight = read_newer(done.path), read_newer(file)
    pd.testing.assert_frame_equal(again.table, straight.table)
    assert list(again.table.columns) == list(KINDS)
    assert again.table["municipality"].unique().tolist() == ["016"]
    assert again.table["persons"].sum() == 2 * 2 * 101 * 40


def test_the_shipped_register_passes_unchanged(tmp_path: Path) -> None:
    """All municipalities, and no region with more children than it has."""
    path = tmp_path / "all.parquet"
    reference.population().assign(estimated=False).to_parquet(path)
    read = read_newer(path)
    assert read.table["persons"].sum() == reference.population()["persons"].sum()
    assert read.notes == ()


def test_splits_are_remembered(tmp_path: Path) -> None:
    file = exported(tmp_path)
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if ";0;" not in line and ";1;" not in line]
    kept += [f"Asikkala;0-1;{sex};{year};80" for sex in SEXES for year in (2024, 2025)]
    file.write_text("\n".join(kept), encoding="utf-8")
    done = import_population(file)
    assert [note.code for note in done.notes] == ["sources.population_split"] * 2
    read = read_newer(done.path)
    assert [note.code for note in read.notes] == ["sources.population_marked"]
    assert read.notes[0].severity == "warning"
    assert set(read.table.loc[read.table["estimated"], "age"]) == {0, 1}


def test_nothing_is_written_over_unasked(tmp_path: Path) -> None:
    file = exported(tmp_path)
    path = import_population(file).path
    with pytest.raises(InvalidInput, match="--replace"):
        import_population(file)
    import_population(exported(tmp_path, each=50), replace=True)
    assert read_newer(path).table["persons"].unique().tolist() == [50.0]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["11re.csv", "11re.parquet"]


def test_faults_of_file_and_place_are_told_together_and_nothing_is_written(tmp_path: Path) -> None:
    file = exported(tmp_path, area="Asikala")
    for out, code in (
        (tmp_path / "out.csv", "population_ending"),
        (tmp_path / "none" / "out.parquet", "no_folder"),
    ):
        with pytest.raises(InvalidInput) as caught:
            import_population(file, out)
        codes = [fault.code for fault in caught.value.faults]
        assert f"sources.{code}" in codes
        assert "sources.population_area" in codes
    assert list(tmp_path.iterdir()) == [file]


def test_more_children_than_the_region_has_are_told(tmp_path: Path) -> None:
    file = exported(tmp_path, each=4000)
    with pytest.raises(InvalidInput, match="in the whole region") as caught:
        import_population(file)
    known = reference.regional_population()
    lahti = known[(known["region"] == "07") & (known["age"] < 16)]
    assert [fault.values["told"] for fault in caught.value.faults] == [2 * 16 * 4000] * 2
    assert [fault.values["known"] for fault in caught.value.faults] == [
        lahti.loc[lahti["year"] == year, "persons"].sum() for year in (2024, 2025)
    ]


def test_files_that_are_no_population(tmp_path: Path) -> None:
    assert told(tmp_path / "none.parquet") == [("population_no_file", "")]
    other = tmp_path / "other.parquet"
    other.write_text("municipality,year\n", encoding="utf-8")
    assert told(other) == [("population_no_table", "")]
    other.write_bytes(b"PAR1 cut off")
    assert told(other) == [("population_no_table", "")]
    table().drop(columns=["sex", "persons"]).to_parquet(other)
    assert told(other) == [("population_columns", "")]
    table().iloc[:0].to_parquet(other)
    assert told(other) == [("population_empty", "")]


def test_tables_that_were_changed_by_others(tmp_path: Path) -> None:
    path = tmp_path / "changed.parquet"
    wrong = table()
    wrong.loc[0, "persons"] = -1.0
    wrong.loc[1, "sex"] = "x"
    wrong["age"] = wrong["age"] + 0.5
    pd.concat([wrong, wrong.tail(1)]).to_parquet(path)
    assert told(path) == [
        ("population_cells", "age"),
        ("population_cells", "sex"),
        ("population_cells", "persons"),
        ("population_rows_twice", "municipality, year, age, sex"),
    ]
    sound = table((2022, 2023, 2025))
    sound = sound[(sound["year"] != 2023) | (sound["age"] != 7)]
    pd.concat([sound, table().assign(municipality="998")]).to_parquet(path)
    assert told(path) == [
        ("population_old_code", ""),
        ("population_ages", ""),
        ("population_own_gap", ""),
    ]
