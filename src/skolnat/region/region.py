"""The Region: the validated tables of the municipalities that plan together."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Self

import pandas as pd

from skolnat.common.faults import Fault, raise_if_any
from skolnat.region import check
from skolnat.region.schemas import TABLES


@dataclass(frozen=True, eq=False)
class Region:
    """Municipalities with their schools, children and agreements. Treat as read-only.

    The columns of each table, with their units, stand in :mod:`skolnat.region.schemas`.

    Parameters
    ----------
    municipalities
        One row a municipality of the study, in the order in which it names them.
    cells
        One row a 1 km square where people live: the spatial weight of the children.
    schools
        One row a site, existing or candidate. What is not known is NaN or "", and what was
        estimated is listed in the column ``estimated``.
    population
        Persons by municipality, year, single year of age and sex.
    flows
        Pupils who go to school in another municipality today.
    boundaries
        Polygons of *all* municipalities of the country (WKB), so that a place can be told from
        the sea and a map has its neighbours.
    """

    municipalities: pd.DataFrame
    cells: pd.DataFrame
    schools: pd.DataFrame
    population: pd.DataFrame
    flows: pd.DataFrame
    boundaries: pd.DataFrame

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the municipalities, in the order of the study."""
        return tuple(self.municipalities["municipality"])

    @property
    def home_boundaries(self) -> pd.DataFrame:
        """Boundaries of the study's own municipalities, in the order of the study."""
        own = self.boundaries.set_index("municipality").loc[list(self.codes)]
        return own.reset_index()

    def check(self) -> list[Fault]:
        """Return every fault of the tables, errors and warnings, in the order of the tables."""
        return check.check_tables(self.tables())

    def checked(self) -> Self:
        """Return the region itself.

        Raises
        ------
        InvalidInput
            With all faults, when one of them is an error.
        """
        raise_if_any(self.check())
        return self

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def with_schools(self, schools: pd.DataFrame) -> Self:
        """Return the same region with another table of schools."""
        return replace(self, schools=schools)

    def save(self, folder: Path) -> None:
        """Write each table to ``folder/<table>.parquet``; the folder is made where it lacks."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in self.tables().items():
            frame[[column.name for column in TABLES[name]]].to_parquet(
                folder / f"{name}.parquet", index=False
            )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what :meth:`save` wrote."""
        return cls(**{name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES})
