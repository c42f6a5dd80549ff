"""Makes a Region of the reference tables and of what a workbook brings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault, InvalidInput
from skolnat.region.estimate import mark_estimated, with_grades
from skolnat.region.grades import grades_from_name
from skolnat.region.region import Region
from skolnat.region.schemas import (
    BOUNDARIES,
    CELLS,
    FLOWS,
    MUNICIPALITIES,
    POPULATION,
    SCHOOLS,
    conformed,
    empty,
    is_blank,
)
from skolnat.sources import reference
from skolnat.sources.grid import cell_centres, projected
from skolnat.sources.places import own_square, squares_of
from skolnat.sources.workbook import WorkbookData


def build_region(municipalities: Sequence[str], workbook: WorkbookData | None = None) -> Region:
    """Return the region of some municipalities.

    A municipality that stands among the workbook's schools has those schools and no others; one
    that stands among its pupil places has its children there and nowhere else. What is said of
    municipalities outside the region is left out, but for flows to and from it. Grades that are
    unknown are estimated and marked; pupils and capacities that are unknown stay so.

    Parameters
    ----------
    municipalities
        Three-digit codes, in the order wanted.
    workbook
        What the region brings itself; None where it brings nothing.

    Returns
    -------
    Region
        Not yet checked: see :meth:`skolnat.region.region.Region.checked`.

    Raises
    ------
    InvalidInput
        When a code is none of Finland's municipalities.
    """
    known = reference.municipalities().set_index("municipality", drop=False)
    unknown = [code for code in municipalities if code not in known.index]
    if unknown:
        code = "sources.unknown_municipality"
        raise InvalidInput([Fault(code, values={"value": value}) for value in unknown])
    brought = workbook or WorkbookData()
    codes = list(dict.fromkeys(municipalities))
    cells = _cells(codes, brought)
    population = reference.population()
    return Region(
        municipalities=conformed(known.loc[codes], MUNICIPALITIES),
        cells=cells,
        schools=with_grades(_schools(codes, brought), cells),
        population=conformed(population[population["municipality"].isin(codes)], POPULATION),
        flows=_flows(codes, brought),
        boundaries=conformed(reference.boundaries(), BOUNDARIES),
    )


def _schools(codes: Sequence[str], brought: WorkbookData) -> pd.DataFrame:
    """Return the workbook's schools, and the reference's where the workbook is silent."""
    own = brought.schools[brought.schools["municipality"].isin(codes)]
    silent = [code for code in codes if code not in set(own["municipality"])]
    known = reference.schools()
    known = known[known["municipality"].isin(silent)].assign(
        pupils=np.nan, capacity=np.nan, property_eur_per_year=np.nan
    )
    tables = [conformed(known, SCHOOLS)]
    if len(own):
        tables.append(conformed(_completed(own), SCHOOLS))
    schools = pd.concat(tables, ignore_index=True)
    order = {code: at for at, code in enumerate(codes)}
    by_municipality = schools["municipality"].map(order).sort_values(kind="stable").index
    return schools.loc[by_municipality].reset_index(drop=True)


def _completed(own: pd.DataFrame) -> pd.DataFrame:
    """Return the workbook's schools with what follows from what it says."""
    x, y = projected(own["lat"], own["lon"])
    unknown = is_blank(own["grades"])
    named = [
        grades_from_name(name, kind) or ""
        for name, kind in zip(own["name"], own["kind"], strict=True)
    ]
    completed = own.assign(
        x=x,
        y=y,
        provider=own["provider"].mask(is_blank(own["provider"]), "municipal"),
        kind=own["kind"].mask(is_blank(own["kind"]), "comprehensive"),
        grades=own["grades"].mask(unknown, pd.Series(named, index=own.index, dtype="str")),
        estimated="",
    )
    return mark_estimated(completed, "grades", unknown)


def _cells(codes: Sequence[str], brought: WorkbookData) -> pd.DataFrame:
    """Return the squares, with the children where the workbook says that they live."""
    grid = reference.grid()
    grid = conformed(grid[grid["municipality"].isin(codes)], CELLS)
    places = brought.pupil_places[brought.pupil_places["municipality"].isin(codes)]
    if places.empty:
        return grid
    squares = squares_of(places).rename("cell")
    children = places.groupby([places["municipality"], squares])["pupils"].sum()
    replaced = grid["municipality"].isin(children.index.get_level_values("municipality"))
    there = pd.MultiIndex.from_frame(grid[["municipality", "cell"]])
    weights = children.reindex(there, fill_value=0.0).to_numpy()
    grid["children"] = grid["children"].where(~replaced, weights)
    return pd.concat([grid, _new_cells(children[~children.index.isin(there)], grid)])[
        [column.name for column in CELLS]
    ].reset_index(drop=True)


def _new_cells(children: pd.Series, grid: pd.DataFrame) -> pd.DataFrame:
    """Return squares in which the census found nobody of the municipality.

    A square that the grid gives to a neighbour (it lies across the border) takes an id of its
    own, so that ids stay unlike.
    """
    table = children.rename("children").reset_index()
    x, y = cell_centres(list(table["cell"]))
    taken = table["cell"].isin(grid["cell"]) | table["cell"].duplicated(keep="first")
    return conformed(
        table.assign(
            cell=[
                own_square(cell, code) if beyond else cell
                for cell, code, beyond in zip(
                    table["cell"], table["municipality"], taken, strict=True
                )
            ],
            x=x,
            y=y,
            population=0,
            border=False,
        ),
        CELLS,
    )


def _flows(codes: Sequence[str], brought: WorkbookData) -> pd.DataFrame:
    flows = brought.flows
    concerned = flows["residence"].isin(codes) | flows["provider"].isin(codes)
    if not concerned.any():
        return empty(FLOWS)
    return conformed(flows[concerned].assign(estimated=False), FLOWS)
