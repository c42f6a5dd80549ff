"""The order of the build: read, carry to 2026, check, and only then write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas
import pandas as pd

from reference import (
    boundaries,
    checks,
    document,
    grid,
    grid_check,
    paavo,
    places,
    population,
    regions,
    school_faults,
    schools,
    series,
    store,
)
from reference.raw import code, locate

SOURCES = "sources.toml"
DOCUMENT = "SOURCES.md"


@dataclass(frozen=True)
class Built:
    """The tables by name, and what the checks need beside them."""

    tables: dict[str, pd.DataFrame]
    located: pd.DataFrame
    published: pd.DataFrame


def collect(data: Path) -> Built:
    """Read the raw files and return every table."""
    municipalities = places.municipalities(data)
    known = places.places(municipalities)
    polygons = boundaries.polygons(data, known)
    postal = geopandas.read_file(locate(data, "finland/postal_areas_2019.gpkg")).rename(
        columns={"postinumero": "postal_code"}
    )
    located = grid.locate_squares(grid.squares(data), polygons)
    cells = grid.cells(located)
    cells = cells.assign(postal_code=paavo.area_of(postal, cells))
    totals = series.totals(data, known)
    regional = regions.regional_population(data)
    region_of = municipalities.set_index("municipality")["region"]
    tables = {
        "municipalities": municipalities,
        "mergers": places.mergers(),
        "boundaries": boundaries.boundaries(polygons),
        "population": population.population(data, known),
        "regional_population": regional,
        "regional_projection": regions.regional_projection(data),
        "regional_fertility": regions.fertility(data),
        "projection_2019": series.projection_2019(data, known),
        "age_classes": paavo.age_classes(
            data, known, postal, cells, totals, regional, dict(region_of.items())
        ),
        "postal_ages": paavo.postal_ages(data),
        "totals": totals,
        "migration": series.migration(data, known),
        "language_shares": series.language_shares(data, known),
        "grid": cells,
    }
    register = grid_check.register(
        tables["population"], tables["projection_2019"], regional, totals, region_of
    )
    tables["grid_differences"] = grid_check.differences(cells, located, polygons, register)
    tables |= _schools(data, municipalities, polygons, postal, cells)
    return Built(tables, located, series.published_migration(data, known))


def _schools(
    data: Path,
    municipalities: pd.DataFrame,
    polygons: geopandas.GeoDataFrame,
    postal: geopandas.GeoDataFrame,
    cells: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    raw = schools.raw_schools(data)
    standing = grid.municipality_of(schools.positions(raw), polygons)
    table = schools.schools(raw, municipalities, standing)
    said = pd.Series(
        raw["municipality"].map(code, na_action="ignore").to_numpy(),
        raw["nr"].map(lambda value: code(value, 5)),
    )
    faults = school_faults.school_faults(
        table, said, polygons, postal, cells, municipalities, schools.mapped_schools(data)
    )
    return {"schools": table, "school_faults": faults}


def build(data: Path, out: Path) -> None:
    """Build every table from `data` into `out`, and print what was found.

    Raises
    ------
    MissingRawFile
        When a raw file, or the list of sources in `out`, is missing.
    ValueError
        When a check does not hold, a table has no source, or the tables grow too large. Then
        nothing is written.
    """
    sources = document.read_sources(locate(out, SOURCES))
    built = collect(data)
    results = checks.checks(built.tables, built.located, built.published)
    for check in results:
        print(f"{'holds' if check.holds else 'FAILS'}  {check.title}: {check.result}")
    broken = [check.title for check in results if not check.holds]
    if broken:
        raise ValueError(f"nothing is written: {'; '.join(broken)}")
    packed = {name: store.pack(table) for name, table in built.tables.items()}
    store.within_limit(packed)
    sizes = {name: len(content) for name, content in packed.items()}
    text = document.document(sources, built.tables, sizes, results)
    for name, content in packed.items():
        (out / f"{name}.parquet").write_bytes(content)
    (out / DOCUMENT).write_text(text, encoding="utf-8")
    _tell(built.tables, sizes)


def _tell(tables: dict[str, pd.DataFrame], sizes: dict[str, int]) -> None:
    faults = tables["school_faults"]["fault"].value_counts()
    for fault in school_faults.FAULTS:
        print(f"found  {faults.get(fault, 0):>4} schools: {fault}")
    for name, size in sizes.items():
        print(f"wrote  {name:20} {len(tables[name]):>8,} rows {size:>10,} bytes")
    print(f"wrote  {'in all':20} {'':>13} {sum(sizes.values()):>10,} bytes")
