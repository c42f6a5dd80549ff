"""Raw files mix encodings, lose leading zeros and break names; each fault is made here small."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.raw import MissingRawFile, code, decode, locate, mend, read_csv


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-8-sig"])
def test_a_file_reads_the_same_in_either_encoding(encoding: str) -> None:
    assert decode("Hämeenlinna,Åland,Närpiö".encode(encoding)) == "Hämeenlinna,Åland,Närpiö"


def test_names_read_in_the_wrong_encoding_are_mended_and_whole_names_left() -> None:
    assert mend("HÃ¤meenlinna") == "Hämeenlinna"
    assert mend("Hämeenlinna") == "Hämeenlinna"
    assert mend("Å") == "Å"


@given(st.text(alphabet="abcåäöÅÄÖ -", max_size=20))
def test_mending_undoes_exactly_one_wrong_reading(name: str) -> None:
    assert mend(name.encode("utf-8").decode("latin-1")) == name
    assert mend(name) == name


@pytest.mark.parametrize(
    ("text", "digits", "whole"),
    [("5", 3, "005"), ("5.0", 3, "005"), ("005", 3, "005"), (" 91", 3, "091"), ("7", 2, "07")],
)
def test_lost_zeros_are_put_back(text: str, digits: int, whole: str) -> None:
    assert code(text, digits) == whole


@pytest.mark.parametrize("text", ["", "SSS", "0912", "5.5", "-5"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no code of 3 digits"):
        code(text)


def test_a_packed_latin_1_table_with_a_foreword_keeps_every_value_as_text(tmp_path: Path) -> None:
    content = '"title"\n\n"Alue";"Ikä"\n" Närpiö ";"007"\n'
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(content.encode("latin-1")))
    table = read_csv(tmp_path, "t.csv.gz", separator=";", skip_lines=2)
    assert table.to_dict("list") == {"Alue": ["Närpiö"], "Ikä": ["007"]}


def test_a_missing_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(MissingRawFile, match=r"raw file a/b\.csv is missing .* with --data"):
        locate(tmp_path, "a/b.csv")
