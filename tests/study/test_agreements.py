"""What cannot be agreed is told at once, in the line of the study file where it stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from skolnat.common.faults import InvalidInput, render
from skolnat.common.languages import LANGUAGES
from skolnat.plan.agreement import Agreement
from skolnat.rules.rules import default_rules
from skolnat.sources import reference
from skolnat.study.agreements import reach_km
from skolnat.study.file import StudyFile, read_study

STUDY = """\
[study]
name = { sv = "Ett", fi = "Yksi", en = "One" }
municipalities = ["Hartola", "Heinola", "Sysmä", "Kolari", "Padasjoki"]
"""


def read(folder: Path, *agreements: str) -> StudyFile:
    path = folder / "study.toml"
    text = "".join(f"\n[[agreement]]\n{one}\n" for one in agreements)
    path.write_text(STUDY + text, encoding="utf-8")
    return read_study(path)


def told(folder: Path, *agreements: str) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InvalidInput) as caught:
        read(folder, *agreements)
    for language in LANGUAGES:
        texts = [render(fault, language) for fault in caught.value.faults]
        assert not any(fault.code in text for fault, text in zip(caught.value.faults, texts,
                                                                 strict=True))  # fmt: skip
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


def test_agreements_are_read_as_they_were_meant(tmp_path: Path) -> None:
    study = read(
        tmp_path,
        'name = "Upper grades"\nform = "responsible_municipality"\nresponsible = "Heinola"\n'
        'parties = ["Hartola", "111", "Sysmä"]\nstages = ["7-9"]\nprice = "fixed"\n'
        "price_eur = { upper = 12_500.0 }\nstart = 2028-08-01\nend = 2033-07-31\n"
        'notice_months = 24\nafter_end = "settled"',
        'name = "Teachers"\nform = "joint_post"\nparties = ["Hartola", "Sysmä"]\n'
        "start = 2027-08-01",
    )
    assert study.agreements == (
        Agreement(
            "Upper grades", "responsible_municipality", ("081", "111", "781"), date(2028, 8, 1),
            date(2033, 7, 31), ("7-9",), "111", "fixed", {"7-9": 12_500.0}, 24, "settled",
        ),
        Agreement("Teachers", "joint_post", ("081", "781"), date(2027, 8, 1)),
    )  # fmt: skip
    assert read(tmp_path).agreements == ()


def test_accounts_are_read_with_their_keys_and_share_their_cost_unless_told_otherwise(
    tmp_path: Path,
) -> None:
    study = read(
        tmp_path,
        'name = "Samkommunen"\nform = "joint_authority"\nparties = ["Hartola", "Sysmä"]\n'
        'key = "shares"\nshares = { Hartola = 0.4, "781" = 0.6 }\nstages = ["1-6"]\n'
        "start = 2028-08-01",
        'name = "Upper"\nform = "responsible_municipality"\nresponsible = "Heinola"\n'
        'parties = ["Hartola", "Heinola", "Sysmä"]\nstages = ["7-9"]\nstart = 2028-08-01',
    )
    one, two = study.agreements
    assert (one.price, one.key, one.shares) == ("shared", "shares", {"081": 0.4, "781": 0.6})
    assert one.holder == "authority-samkommunen"
    assert (two.price, two.key, two.shares, two.holder) == ("shared", "pupils", {}, "111")


START = "start = 2028-08-01"
PAIR = 'parties = ["Hartola", "Sysmä"]'


@pytest.mark.parametrize(
    ("text", "code", "row", "key"),
    [
        (f'form = "agreement"\n{PAIR}\n{START}\nend = 2027-07-31', "agreement_ends_first", 10,
         "end"),
        (f'form = "agreement"\nparties = ["Hartola"]\n{START}', "agreement_parties", 8, "parties"),
        (f'form = "agreement"\nparties = ["Hartola", "081"]\n{START}', "agreement_parties", 8,
         "parties"),
        (f'form = "agreement"\nparties = ["Hartola", "Lahti"]\n{START}', "agreement_outside", 8,
         "parties"),
        (f'form = "agreement"\nparties = ["Hartola", "Mariehamn"]\n{START}', "aland", 8,
         "parties"),
        (f'form = "agreement"\nparties = ["Hartola", "Kolari"]\n{START}', "agreement_no_border", 8,
         "parties"),
        (f'form = "joint_fund"\n{PAIR}\n{START}', "unknown_choice", 7, "form"),
        (f'form = "responsible_municipality"\n{PAIR}\n{START}', "agreement_no_responsible", 7,
         "form"),
        (f'form = "responsible_municipality"\n{PAIR}\n{START}\nresponsible = "Heinola"',
         "agreement_responsible_no_party", 10, "responsible"),
        (f'form = "agreement"\n{PAIR}\n{START}\nresponsible = "Hartola"',
         "agreement_responsible_unused", 10, "responsible"),
        (f'form = "agreement"\n{PAIR}\n{START}\nprice = "fixed"', "agreement_no_price", 10,
         "price"),
        (f'form = "agreement"\n{PAIR}\n{START}\nprice_eur = {{ lower = 9e3 }}',
         "agreement_price_unused", 10, "price_eur"),
        (f'form = "agreement"\n{PAIR}\n{START}\nprice = "fixed"\nprice_eur = {{ lower = -1.0 }}',
         "below", 11, "price_eur.lower"),
        (f'form = "joint_authority"\n{PAIR}\n{START}\nkey = "heads"', "unknown_choice", 10,
         "key"),
        (f'form = "joint_authority"\nparties = ["Hartola"]\n{START}', "agreement_parties", 8,
         "parties"),
        (f'form = "joint_authority"\nparties = ["Hartola", "Lahti"]\n{START}',
         "agreement_outside", 8, "parties"),
        (f'form = "joint_authority"\n{PAIR}\n{START}\nprice = "statute"',
         "agreement_authority_price", 10, "price"),
        (f'form = "agreement"\n{PAIR}\n{START}\nprice = "shared"', "agreement_no_account", 10,
         "price"),
        (f'form = "agreement"\n{PAIR}\n{START}\nkey = "equal"', "agreement_key_unused", 10,
         "key"),
        (f'form = "joint_authority"\n{PAIR}\n{START}\nkey = "shares"', "agreement_no_shares",
         10, "key"),
        (f'form = "joint_authority"\n{PAIR}\n{START}\nshares = {{ Hartola = 1.0, "781" = 0.0 }}',
         "agreement_shares_unused", 10, "shares"),
        (f'form = "joint_authority"\n{PAIR}\n{START}\nkey = "shares"\n'
         'shares = { Hartola = 0.5, "781" = 0.4 }', "agreement_shares_sum", 11, "shares"),
        (f'form = "joint_authority"\n{PAIR}\n{START}\nkey = "shares"\n'
         "shares = { Hartola = 1.0 }", "agreement_share_lacks", 11, "shares"),
        (f'form = "joint_authority"\n{PAIR}\n{START}\nkey = "shares"\n'
         'shares = { Hartola = 0.5, "781" = 0.5, Heinola = 0.0 }', "agreement_share_no_party", 11,
         "shares.Heinola"),
        (f'form = "joint_authority"\n{PAIR}\n{START}\nkey = "shares"\n'
         'shares = { Hartola = 0.5, "781" = 0.3, "081" = 0.2 }', "agreement_share_twin", 11,
         "shares.081"),
        (f'form = "joint_authority"\n{PAIR}\n{START}\nkey = "shares"\n'
         'shares = { Hartola = -0.5, "781" = 1.5 }', "below", 11, "shares.Hartola"),
        (f'form = "agreement"\n{PAIR}\nstart = "1.8.2028"', "not_date", 9, "start"),
        (f'form = "agreement"\n{PAIR}\n{START}\nnotice_months = -1', "below", 10,
         "notice_months"),
    ],
)  # fmt: skip
def test_what_cannot_be_agreed_is_told(
    tmp_path: Path, text: str, code: str, row: int, key: str
) -> None:
    found = told(tmp_path, f'name = "x"\n{text}')
    found = [one for one in found if one != ("study.above", 11, "agreement.0.shares.781")]
    assert found == [(f"study.{code}", row, f"agreement.0.{key}")] or (
        # Of two parties without a way to one another, both are told.
        code == "agreement_no_border" and {f[0] for f in found} == {f"study.{code}"}
    )


def test_a_school_that_is_no_municipality_cannot_join_an_authority_but_can_sell(
    tmp_path: Path,
) -> None:
    schools = reference.schools()
    other = schools.loc[schools["provider"] == "state", "school"].iloc[0]
    text = f'name = "x"\nparties = ["Hartola", "{other}"]\n{START}\nform = '
    for form in ("joint_authority", "responsible_municipality", "joint_post", "agreement"):
        codes = [code for code, *_ in told(tmp_path, f'{text}"{form}"')]
        assert "study.agreement_form_party" in codes
    assert read(tmp_path, f'{text}"bought"').agreements[0].parties == ("081", str(other))


def test_neighbours_need_no_short_way_and_distance_groups_no_border(tmp_path: Path) -> None:
    base = f'name = "x"\n{START}\n'
    # Sysmä and Padasjoki share a border in the middle of Päijänne.
    near = f'{base}form = "agreement"\nparties = ["Sysmä", "Padasjoki"]'
    assert len(read(tmp_path, near).agreements) == 1
    far = f'{base}form = "distance_group"\nparties = ["Hartola", "Kolari"]'
    assert len(read(tmp_path, far).agreements) == 1


def test_all_faults_of_all_agreements_are_told_at_once(tmp_path: Path) -> None:
    one = f'name = "x"\nform = "agreement"\n{PAIR}\n{START}\nend = 2027-07-31'
    two = f'name = "x"\nform = "agreement"\nparties = ["Hartola", "Zzqx"]\n{START}'
    assert [code for code, *_ in told(tmp_path, one, two)] == [
        "study.agreement_ends_first", "study.agreement_twin", "study.unknown_municipality",
    ]  # fmt: skip


def test_the_reach_of_a_school_day() -> None:
    # Three hours there and back, 15 minutes of waiting each way, 45 km/h: 75 minutes.
    assert reach_km(default_rules(), 2028) == pytest.approx(56.25)


def test_nobody_has_its_grades_on_two_accounts_and_names_differ_in_ids(tmp_path: Path) -> None:
    one = f'name = "A b"\nform = "joint_authority"\n{PAIR}\n{START}\nend = 2030-07-31'
    other = 'form = "joint_authority"\nparties = ["Heinola", "Sysmä"]\nstart = 2030-07-01'
    assert told(tmp_path, one, f'name = "a-b"\n{other}') == [
        ("study.agreement_twin", 13, "agreement.1.name"),
        ("study.agreement_two_accounts", 15, "agreement.1.parties"),
    ]
    later = other.replace("2030-07-01", "2030-08-01")
    assert len(read(tmp_path, one, f'name = "c"\n{later}').agreements) == 2
    apart = 'stages = ["7-9"]\n'
    lower = one.replace("start", 'stages = ["1-6"]\nstart', 1)
    assert len(read(tmp_path, lower, f'name = "c"\n{apart}{other}').agreements) == 2


def test_faults_of_one_agreement_do_not_hide_those_of_another(tmp_path: Path) -> None:
    """A key that is unknown is found with its table; what is wrong elsewhere is told with it."""
    found = told(
        tmp_path,
        f'name = "a"\nform = "joint_authority"\n{PAIR}\n{START}\nkey = "heads"',
        f'name = "b"\nform = "responsible_municipality"\nresponsible = "Lahti"\n{PAIR}\n{START}',
        f'name = "c"\nform = "agreement"\n{PAIR}\n{START}\nend = 2020-01-01',
    )
    assert sorted(code for code, *_ in found) == [
        "study.agreement_ends_first", "study.agreement_responsible_no_party",
        "study.unknown_choice",
    ]  # fmt: skip
