"""The shipped tables against independent totals: a wrong but plausible number must not pass.

The builder checks the same before it writes; here it is checked of what ships, by other ways
where there are any.
"""

from __future__ import annotations

import re

import pandas as pd
import pytest
import shapely

from skolnat.region.places import Where
from skolnat.region.schemas import BOUNDARIES, CELLS, MUNICIPALITIES, POPULATION, wrong_values
from skolnat.sources import reference

CLASSES = {"0-2": (0, 2), "3-6": (3, 6), "7-12": (7, 12), "13-15": (13, 15)}


def region_of() -> pd.Series:
    return reference.municipalities().set_index("municipality")["region"]


# --- what ships ---------------------------------------------------------------------------------


def test_every_table_ships_has_a_source_and_is_small() -> None:
    folder = reference.resources.files("skolnat").joinpath("reference")
    sizes = {
        file.name.removesuffix(".parquet"): len(file.read_bytes())
        for file in folder.iterdir()
        if file.name.endswith(".parquet")
    }
    assert sorted(sizes) == sorted(reference.TABLES) == sorted(reference.sources())
    assert sum(sizes.values()) < 8_000_000


@pytest.mark.parametrize("name", reference.TABLES)
def test_a_table_is_documented_and_whole(name: str) -> None:
    table = getattr(reference, name)()
    source = reference.sources()[name]
    assert source.licence.startswith("CC BY 4.0")
    assert re.fullmatch(r"\d{4}-\d{2}", source.retrieved)
    text = reference.resources.files("skolnat").joinpath("reference", "SOURCES.md")
    assert f"## {name}\n" in text.read_text(encoding="utf-8")
    assert len(table) > 0
    assert not table.isna().to_numpy().any()
    if "municipality" in table:
        assert set(table["municipality"]) <= set(region_of().index)
    if "region" in table:
        assert set(table["region"]) == set(region_of())


def test_a_caller_cannot_spoil_a_table_for_the_next() -> None:
    mine = reference.mergers()
    mine.loc[0, "new"] = "000"
    assert "000" not in set(reference.mergers()["new"])


@pytest.mark.parametrize(
    ("table", "schema"),
    [
        ("municipalities", MUNICIPALITIES),
        ("grid", CELLS),
        ("population", POPULATION),
        ("boundaries", BOUNDARIES),
    ],
)
def test_tables_that_a_region_takes_over_keep_to_its_schema(table: str, schema: object) -> None:
    assert wrong_values(getattr(reference, table)(), schema, Where(table)) == []


# --- municipalities -----------------------------------------------------------------------------


def test_the_municipalities_of_2026() -> None:
    table = reference.municipalities().set_index("municipality")
    assert len(table) == 308
    assert table["region"].nunique() == 19
    assert table["language_status"].value_counts().to_dict() == {
        "fi": 259,
        "fi_sv": 18,
        "sv": 16,
        "sv_fi": 15,
    }
    assert table.index[table["aland"]].size == 16
    assert table.loc["016", "name_fi"] == "Asikkala"
    assert table.loc["398", ["name_sv", "name_fi", "region"]].tolist() == ["Lahtis", "Lahti", "07"]
    assert table.loc["545", "name_sv"] == "Närpes"
    # No name was read in the wrong encoding.
    assert not table.filter(like="name").map(lambda name: "Ã" in name or "�" in name).any(axis=None)


def test_boundaries_meet_without_gaps_or_overlaps_and_hold_their_squares() -> None:
    table = reference.boundaries().set_index("municipality")
    assert sorted(table.index) == sorted(region_of().index)
    shapes = shapely.from_wkb(table["wkb"].to_numpy())
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    cells = reference.grid()
    own = shapes[table.index.get_indexer(cells["municipality"])]
    inside = shapely.intersects(own, shapely.points(cells["x"], cells["y"]))
    assert inside.mean() > 0.99


# --- people -------------------------------------------------------------------------------------


def test_the_register_sums_to_the_country() -> None:
    table = reference.population()
    # The country's own rows of the two exports.
    assert table.groupby(["year", "sex"])["persons"].sum().to_dict() == {
        (2018, "f"): 2_794_629,
        (2018, "m"): 2_723_290,
        (2019, "f"): 2_797_030,
        (2019, "m"): 2_728_262,
    }
    assert table.query("year == 2019 and age == 7")["persons"].sum() == 61_642
    assert len(table) == 308 * 2 * 101 * 2


def test_municipalities_sum_to_their_regions_by_age_and_sex() -> None:
    keys = ["region", "year", "age", "sex"]
    table = reference.population()
    summed = table.assign(region=table["municipality"].map(region_of())).groupby(keys)["persons"]
    regional = reference.regional_population().set_index(keys)["persons"]
    assert summed.sum().equals(regional.reindex(summed.sum().index))


def test_regions_reach_from_1972_to_2025() -> None:
    table = reference.regional_population()
    assert len(table) == 19 * 54 * 101 * 2
    country = table.groupby("year")["persons"].sum()
    assert country.loc[[1972, 2025]].tolist() == [4_653_401, 5_652_881]


def test_the_projection_of_2024_goes_on_from_the_register() -> None:
    projected = reference.regional_projection()
    assert sorted(set(projected["year"])) == list(range(2024, 2046))
    # It starts from the end of 2023: a year later it is within a per cent everywhere, and South
    # Savo holds Pertunmaa, which the source leaves without a region.
    first = projected[projected["year"] == 2024].groupby("region")["persons"].sum()
    counted = reference.regional_population().query("year == 2024").groupby("region")["persons"]
    assert (first / counted.sum() - 1).abs().max() < 0.005
    assert first["10"] == 127_408 + 1_547


def test_the_projection_of_2019_is_near_the_register_a_year_on() -> None:
    projected = reference.projection_2019().query("year == 2019")["persons"].sum()
    counted = reference.population().query("year == 2019 and age <= 20")["persons"].sum()
    assert abs(projected / counted - 1) < 0.001


def test_totals_equal_the_register_and_the_regions() -> None:
    totals = reference.totals().set_index(["municipality", "year"])["persons"]
    register = reference.population().groupby(["municipality", "year"])["persons"].sum()
    assert register.equals(totals.reindex(register.index))
    country = totals.groupby("year").sum()
    regions = reference.regional_population().groupby("year")["persons"].sum()
    assert (country - regions.reindex(country.index)).abs().max() <= 2


@pytest.mark.parametrize(("age_class", "ages"), CLASSES.items())
def test_age_classes(age_class: str, ages: tuple[int, int]) -> None:
    table = reference.age_classes().query("age_class == @age_class")
    by_age = reference.population().query("year == 2018")
    counted = by_age[by_age["age"].between(*ages)].groupby("municipality")["persons"].sum()
    latest = table[table["year"] == 2018].set_index("municipality")["persons"]
    assert (latest - counted).abs().max() == 0
    assert not table.loc[table["year"] == 2018, "estimated"].any()
    assert table.loc[table["year"] < 2018, "estimated"].all()
    # Earlier years are fitted: each region sums to its own series, but for rounding.
    earlier = table[table["year"] < 2018]
    summed = earlier.groupby([earlier["municipality"].map(region_of()), "year"])["persons"].sum()
    regional = reference.regional_population()
    wanted = (
        regional[regional["age"].between(*ages)]
        .groupby(["region", "year"])["persons"]
        .sum()
        .reindex(summed.index)
    )
    assert (summed - wanted).abs().max() < 2


def test_moves_within_the_country_sum_to_nothing() -> None:
    table = reference.migration()
    assert (table["in"] - table["out"]).equals(table["net"])
    assert (table.groupby("year")["net"].sum() == 0).all()
    assert set(table["year"]) == set(range(1990, 2019))


def test_language_shares() -> None:
    table = reference.language_shares().set_index(["municipality", "year"])
    assert table["swedish_share"].between(0, 1).all()
    assert table.loc[("545", 2016), "swedish_share"] > 0.7  # Närpes
    assert table.loc[("398", 2016), "swedish_share"] < 0.01  # Lahti
    people = reference.totals().query("year == 2016").set_index("municipality")["persons"]
    share = (table.xs(2016, level="year")["swedish_share"] * people).sum() / people.sum()
    assert share == pytest.approx(0.0526, abs=5e-4)


# --- the grid -----------------------------------------------------------------------------------


def test_children_of_the_grid_against_the_country() -> None:
    cells = reference.grid()
    assert cells["cell"].is_unique
    counted_out = reference.grid_differences()["abroad"].sum()
    # 855,304 under 15 in the raw squares, less those of Sweden and Norway.
    assert cells["children"].sum() + counted_out == 855_304
    register = reference.regional_population().query("year == 2021 and age < 15")
    assert cells["children"].sum() / register["persons"].sum() == pytest.approx(1, abs=0.005)


@pytest.mark.parametrize(
    ("municipality", "as_found"), [("976", 0.78), ("047", 0.41), ("851", 0.28)]
)
def test_the_neighbours_children_are_gone(municipality: str, as_found: float) -> None:
    row = reference.grid_differences().set_index("municipality").loc[municipality]
    assert (row["grid"] + row["abroad"]) / row["register"] - 1 == pytest.approx(as_found, abs=0.005)
    assert abs(row["difference"]) < 0.05


def test_border_squares_lie_in_lapland_and_hold_nobody_abroad() -> None:
    border = reference.grid().query("border")
    assert set(border["municipality"].map(region_of())) == {"19"}
    assert (border["finnish_share"] > 0).all()
    assert (reference.grid().query("not border")["finnish_share"] == 1).all()


def test_every_municipality_over_15_per_cent_is_explained_by_name() -> None:
    cells = reference.grid().groupby("municipality")["children"].sum()
    young = reference.population().query("year == 2019 and age < 15")
    register = young.groupby("municipality")["persons"].sum()
    difference = cells.reindex(register.index, fill_value=0) / register - 1
    large = sorted(difference.index[difference.abs() > 0.15])
    table = reference.grid_differences().set_index("municipality")
    explained = sorted(table.index[table["reasons"] != ""])
    assert large == explained
    parts = table[["cohorts", "coverage", "astride", "chance"]].sum(axis=1)
    assert (parts - (table["grid"] - table["register"])).abs().max() < 0.3
    text = reference.resources.files("skolnat").joinpath("reference", "SOURCES.md")
    document = text.read_text(encoding="utf-8")
    for municipality in large:
        assert f"- **{municipality} " in document


# --- schools ------------------------------------------------------------------------------------


def test_schools() -> None:
    table = reference.schools().set_index("school")
    assert len(table) == 2167
    assert table.index.is_unique
    assert set(table["language"]) <= {"fi", "sv", "se"}
    assert set(table["grades"]) == {"", "1-6", "7-9", "1-9"}
    assert set(table["provider"]) == {"municipal", "private", "state"}
    # What the list of institutions tells is not marked as an estimate; the grades always are.
    assert table["estimated"].str.contains("grades").all()
    assert table.loc["03399", ["provider", "grades"]].tolist() == ["private", "7-9"]
    assert table.loc["03770", "language"] == "sv"  # Lahden ruotsinkielinen koulu
    assert table.loc["07922", "languages"] == "fi;sv;en"  # Tiirismaan peruskoulu


@pytest.mark.parametrize(
    ("school", "home"),
    [
        ("03004", "091"),  # Haagan peruskoulu, in Halsua
        ("03132", "049"),  # Matinlahden koulu, in Seinäjoki
        ("03148", "049"),  # Alberga skola, in Kaarina
        ("03609", "049"),  # Mankkaan koulu, in Jyväskylä
        ("03728", "049"),  # Espoo International School, in Siuntio
        ("00599", "564"),  # Oulun normaalikoulu, in Helsinki
        ("08049", "543"),  # Seitsemän veljeksen koulu, in Lappeenranta
    ],
)
def test_known_geocoding_faults_are_listed_and_not_mended(school: str, home: str) -> None:
    faults = reference.school_faults()
    mine = faults[faults["school"] == school]
    elsewhere = mine[mine["fault"].str.endswith("_elsewhere")]
    assert home in set(elsewhere["detail"])
    assert reference.schools().set_index("school").loc[school, "municipality"] != home


def test_a_school_that_the_map_has_elsewhere_is_listed() -> None:
    faults = reference.school_faults().query("fault == 'map_elsewhere'").set_index("school")
    assert 5000 < int(faults.loc["07192", "detail"]) < 5500  # Kirkkiksen koulu, Heinola
    assert len(faults) == 4


def test_schools_on_one_point_are_all_listed() -> None:
    schools = reference.schools()
    shared = schools[schools.duplicated(["lat", "lon"], keep=False)]
    faults = reference.school_faults().query("fault == 'shared_position'")
    assert sorted(shared["school"]) == sorted(faults["school"])
