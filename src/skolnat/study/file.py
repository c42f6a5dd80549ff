"""The study file: what a region asks, as a person writes it and as the other rooms read it.

Every fault of the file is found in one go, with its line, its key and what mends it. All keys,
with their units and defaults, are told in ``docs/study-file.md``.
"""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from skolnat.access.bells import wrong_with
from skolnat.access.graph import MANIFEST
from skolnat.common.faults import Fault, InvalidInput, raise_if_any
from skolnat.common.languages import Language
from skolnat.plan.agreement import Agreement
from skolnat.plan.measure import Measure
from skolnat.region.names import MunicipalityNames
from skolnat.study.keys import (
    AgreementTable,
    BusesTable,
    Candidate,
    CooperationTable,
    JourneysTable,
    MeasureTable,
    Names,
    NetworkTable,
    OptimiseTable,
    Override,
    ScenariosTable,
    SensitivityTable,
    StudyKeys,
    StudyTable,
    WishesTable,
)
from skolnat.study.toml_lines import key_lines, line_of_item
from skolnat.study.wording import faults_of_validation

_T = TypeVar("_T", bound=BaseModel)

FILE_KEYS: Final = ("population", "housing")
"""Keys of ``[study]`` that name a file."""

BUS_FILES: Final = ("vehicles", "bells")
"""Keys of ``[buses]`` that name a file."""


@dataclass(frozen=True)
class StudyFile:
    """A study file that has been read and found sound.

    Parameters
    ----------
    path
        The file.
    name
        Name of the region, by language: ``study.name["sv"]``.
    municipalities
        Three-digit codes, in the order of the file.
    base_year, first_year, last_year
        Years, see :class:`skolnat.study.keys.StudyTable`.
    seed, draws
        Seed and number of sampled futures.
    languages
        Languages of the report.
    workbook
        The region's workbook, resolved beside the study file; None where it has none.
    population, housing
        A newer register and a housing plan, resolved likewise; None where there is none.
    forecast_scenario
        Name of the future that is planned for.
    agreements, measures
        Agreements between the municipalities, and measures that share teaching; parties as codes.
    journeys
        On what children travel; ``roads`` and ``hard_roads`` are its folder and file, resolved
        beside the study file, None where it names none.
    buses
        Bus routes; ``vehicles`` and ``bells`` are its files, resolved likewise.
    network, scenarios, sensitivity, cooperation, wishes, optimise
        The tables of the same names; municipalities of candidate sites as codes.
    rules
        Dotted id of a rule to what the region sets instead.
    """

    path: Path
    name: Names
    municipalities: tuple[str, ...]
    base_year: int
    first_year: int
    last_year: int
    seed: int
    draws: int
    languages: tuple[Language, ...]
    workbook: Path | None
    network: NetworkTable
    rules: Mapping[str, Override]
    scenarios: ScenariosTable
    sensitivity: SensitivityTable
    cooperation: CooperationTable
    population: Path | None = None
    housing: Path | None = None
    forecast_scenario: str = "reference"
    agreements: tuple[Agreement, ...] = ()
    measures: tuple[Measure, ...] = ()
    journeys: JourneysTable = field(default_factory=JourneysTable)
    roads: Path | None = None
    hard_roads: Path | None = None
    wishes: WishesTable = field(default_factory=WishesTable)
    optimise: OptimiseTable = field(default_factory=OptimiseTable)
    buses: BusesTable = field(default_factory=BusesTable)
    vehicles: Path | None = None
    bells: Path | None = None

    @property
    def named_files(self) -> tuple[Path, ...]:
        """Files that the study names, which its results depend on as on the study itself."""
        # Of roads the manifest stands for all: it holds a digest of what lies beside it.
        graph = None if self.roads is None else self.roads / MANIFEST
        named = (self.workbook, self.population, self.housing, graph, self.hard_roads,
                 self.vehicles, self.bells)  # fmt: skip
        return tuple(file for file in named if file is not None)

    @property
    def overrides(self) -> dict[str, tuple[bool | int | float, str]]:
        """Value and reason of each rule that the region sets itself, by the rule's id."""
        return {rule: (own.value, own.why) for rule, own in self.rules.items()}

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the plan, in order."""
        return tuple(range(self.first_year, self.last_year + 1))


def read_study(path: Path) -> StudyFile:
    """Read a study file.

    Parameters
    ----------
    path
        A TOML file, UTF-8.

    Raises
    ------
    InvalidInput
        With every fault of the file, each with line, key and remedy.
    """
    text = _text_of(path)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = Fault("study.not_toml", file=str(path), values={"message": str(error)})
        raise InvalidInput([fault]) from None
    if isinstance(raw.get("rules"), dict):
        raw["rules"] = dict(_flat_rules(raw["rules"]))
    try:
        keys = StudyKeys.model_validate(_tuples(raw))
    except ValidationError as error:
        found = faults_of_validation(error, StudyKeys, text, str(path))
        raise InvalidInput([*found, *_faults_despite(raw, text, path)]) from None
    return _resolved(keys, text, path)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        code = "study.no_file"
    except IsADirectoryError:
        code = "study.is_folder"
    except UnicodeDecodeError:
        code = "study.not_text_file"
    except OSError:
        code = "study.unreadable"
    raise InvalidInput([Fault(code, file=str(path))])


def _resolved(keys: StudyKeys, text: str, path: Path) -> StudyFile:
    """Check what one key alone cannot tell, and put codes for names."""
    finder = _Finder(text, path)
    codes = finder.municipalities(keys.study.municipalities, ("study", "municipalities"))
    candidates = tuple(
        site.model_copy(update={"municipality": finder.candidate(site, index)})
        for index, site in enumerate(keys.network.candidates)
    )
    newer = keys.study.population is not None
    finder.years(keys.study.base_year, keys.study.first_year, keys.study.last_year, newer=newer)
    finder.first_change(keys.network.first_change, keys.study.first_year, keys.study.last_year)
    finder.closings(keys.scenarios)
    finder.rules(keys.rules, keys.study.first_year)
    study = keys.study
    for key in FILE_KEYS:
        finder.named_file(getattr(study, key), ("study", key))
    finder.forecast_scenario(study.forecast_scenario)
    finder.journeys(keys.journeys)
    for name in BUS_FILES:
        finder.named_file(getattr(keys.buses, name), ("buses", name))
    agreements = finder.agreements(dict(enumerate(keys.agreement)), codes)
    called = [one.name for one in keys.agreement]
    measures = finder.measures(dict(enumerate(keys.measure)), called, codes, study.first_year)
    raise_if_any(finder.faults)
    return StudyFile(
        path=path,
        name=study.name,
        municipalities=codes,
        base_year=study.base_year,
        first_year=study.first_year,
        last_year=study.last_year,
        seed=study.seed,
        draws=study.draws,
        languages=tuple(dict.fromkeys(study.languages)),
        workbook=_beside(path, keys.region.workbook),
        network=keys.network.model_copy(update={"candidates": candidates}),
        rules=keys.rules,
        scenarios=keys.scenarios,
        sensitivity=keys.sensitivity,
        cooperation=keys.cooperation,
        wishes=keys.wishes,
        optimise=keys.optimise,
        population=_beside(path, study.population),
        housing=_beside(path, study.housing),
        journeys=keys.journeys,
        roads=_beside(path, keys.journeys.roads),
        hard_roads=_beside(path, keys.journeys.hard_roads),
        forecast_scenario=study.forecast_scenario,
        agreements=agreements,
        measures=measures,
        buses=keys.buses,
        vehicles=_beside(path, keys.buses.vehicles),
        bells=_beside(path, keys.buses.bells),
    )


def _beside(path: Path, name: str | None) -> Path | None:
    """Return a file that the study names, as seen from the study file."""
    return None if name is None else path.parent / name


def _faults_despite(raw: Mapping[str, Any], text: str, path: Path) -> list[Fault]:
    """Return what can be told of a file of which some keys are wrong: of what can be read."""
    finder = _Finder(text, path)
    study = raw.get("study")
    if not isinstance(study, dict):
        return []
    names, fields = study.get("municipalities"), StudyTable.model_fields
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        codes = finder.municipalities(tuple(names), ("study", "municipalities"))
        agreements = _readable(raw.get("agreement"), AgreementTable)
        finder.agreements(agreements, codes)
        measures = _readable(raw.get("measure"), MeasureTable)
        called = [one.name for one in agreements.values()]
        finder.measures(measures, called, codes, fields["first_year"].default)
    years = [
        study.get(key, fields[key].default) for key in ("base_year", "first_year", "last_year")
    ]
    if all(type(year) is int for year in years):
        finder.years(*years, newer=study.get("population") is not None)
    for key in FILE_KEYS:
        if isinstance(study.get(key), str) and study[key]:
            finder.named_file(study[key], ("study", key))
    if isinstance(study.get("forecast_scenario"), str):
        finder.forecast_scenario(study["forecast_scenario"])
    return finder.faults


def _readable(tables: Any, model: type[_T]) -> dict[int, _T]:
    """Return the tables of a list of which every key is sound by itself, by their place."""
    found = {}
    for k, table in enumerate(tables if isinstance(tables, list) else []):
        with contextlib.suppress(ValidationError):
            found[k] = model.model_validate(_tuples(table))
    return found


class _Finder:
    """Collects the faults that need more than one key, or the reference data, to be seen."""

    def __init__(self, text: str, path: Path) -> None:
        from skolnat.sources import reference

        self.faults: list[Fault] = []
        self._text = text
        self._path = path
        self._file = str(path)
        self._table = reference.municipalities().set_index("municipality")
        self._names = MunicipalityNames.of(reference.municipalities())

    def municipalities(self, names: tuple[str, ...], key: tuple[str | int, ...]) -> tuple[str, ...]:
        """Return the codes of the names that are known, in order."""
        codes: list[str] = []
        for name in names:
            code = self._municipality(name, key)
            if code in codes:
                self._add("study.twin_municipality", key, name, name=name)
            elif code is not None:
                codes.append(code)
        return tuple(codes)

    def candidate(self, site: Candidate, index: int) -> str:
        """Return the code of a candidate site's municipality, or "" where there is none."""
        key = ("network", "candidates", index, "municipality")
        return self._municipality(site.municipality, key) or ""

    def _municipality(self, name: str, key: tuple[str | int, ...]) -> str | None:
        code = self._names.find(name)
        if code is None:
            like = self._names.nearest(name)
            merged = self._merged(name)
            if merged is not None:
                self._add("study.merged_municipality", key, name, name=name, **merged)
            elif like is None:
                self._add("study.unknown_municipality", key, name, name=name)
            else:
                self._add("study.misspelt_municipality", key, name, name=name, nearest=like)
        elif bool(self._table.loc[code, "aland"]):
            shown = str(self._table.loc[code, "name_sv"])
            self._add("study.aland", key, name, name=shown)
            return None
        return code

    def _merged(self, name: str) -> dict[str, str | int] | None:
        """Return into what a municipality of old was merged, and when; None if it was not."""
        from skolnat.sources import reference

        for row in reference.mergers().itertuples():
            if name.strip().casefold() in {
                str(row.old),
                str(row.old_name_sv).casefold(),
                str(row.old_name_fi).casefold(),
            }:
                new = str(self._table.loc[str(row.new), "name_sv"])
                return {"new": new, "year": int(str(row.year))}
        return None

    def years(self, base: int, first: int, last: int, *, newer: bool) -> None:
        """Find years that are out of order, or of which nothing is known.

        Where a newer register is named, what it knows is seen when it is read.
        """
        from skolnat.sources import reference

        known = int(reference.regional_population()["year"].max())
        if base > known and not newer:
            self._add("study.base_year_unknown", ("study", "base_year"), base=base, known=known)
        if first < base:
            key = ("study", "first_year")
            self._add("study.first_before_base", key, first=first, base=base)
        if last < first:
            self._add("study.last_before_first", ("study", "last_year"), first=first, last=last)

    def named_file(self, name: str | None, key: tuple[str | int, ...]) -> None:
        """Find a file that is named and is not there."""
        if name is not None and not (self._path.parent / name).is_file():
            self._add("study.no_named_file", key, name=name)

    def journeys(self, table: JourneysTable) -> None:
        """Find roads that are not there, bells in the night, and what is idle without roads."""
        bells = table.bells
        if table.roads is not None and not (self._path.parent / table.roads / MANIFEST).is_file():
            self._add("study.no_roads", ("journeys", "roads"), name=table.roads)
        self.named_file(table.hard_roads, ("journeys", "hard_roads"))
        if table.roads is None:
            for key in sorted(table.model_fields_set - {"roads"}):
                self._add("study.needs_roads", ("journeys", key), name=key)
        for code, key, time in wrong_with(
            bells.lower, bells.upper, bells.arrivals, bells.departures
        ):
            self._add(f"study.{code}", ("journeys", "bells", key), time, time=time)

    def forecast_scenario(self, name: str) -> None:
        """Find a future that there is none of."""
        from skolnat.forecast.scenarios import SCENARIOS, unknown_scenario

        if name not in SCENARIOS:
            key = ("study", "forecast_scenario")
            line = line_of_item(self._text, key, "")
            fault = unknown_scenario(name)
            self.faults.append(replace(fault, file=self._file, row=line, column=".".join(key)))

    def first_change(self, change: int | None, first: int, last: int) -> None:
        """Find a first change that is outside the years of the plan."""
        if change is not None and not first <= change <= last:
            key = ("network", "first_change")
            self._add("study.change_outside", key, change=change, first=first, last=last)

    def closings(self, scenarios: ScenariosTable) -> None:
        """Find schools that are to stay open and to close."""
        for school in scenarios.stay_open:
            if school in scenarios.closing:
                key = ("scenarios", "closing", school)
                self._add("study.stays_and_closes", key, school=school)

    def rules(self, overrides: Mapping[str, Override], year: int) -> None:
        """Find overrides of unknown rules, of another kind of value, and sizes that do not fit."""
        from skolnat.rules.rules import default_rules

        sound: dict[str, tuple[bool | int | float, str]] = {}
        for rule, override in overrides.items():
            line = line_of_item(self._text, ("rules", *_key_of_rule(self._text, rule)), "")
            given = {rule: (override.value, override.why)}
            found = default_rules().faults_of(given)
            self.faults += [replace(fault, file=self._file, row=line) for fault in found]
            sound |= {} if found else given
        self._sizes(sound, year)

    def _sizes(self, overrides: Mapping[str, tuple[bool | int | float, str]], year: int) -> None:
        """Find sizes of groups that do not go together and leave pupils outside."""
        from skolnat.rules.rules import default_rules
        from skolnat.teaching.sizes import misfits

        for one in misfits(default_rules().with_overrides(overrides), year):
            told = one.rule if one.rule in overrides else one.other
            code = "study.groups_leave_outside" if one.other else "study.group_of_nobody"
            line = line_of_item(self._text, ("rules", *_key_of_rule(self._text, told)), "")
            values: dict[str, str | int | float] = {
                "rule": one.rule, "value": one.value, "other": one.other, "least": one.least,
            }  # fmt: skip
            self.faults.append(Fault(code, self._file, line, f"rules.{told}", values))

    def agreements(
        self, tables: Mapping[int, AgreementTable], codes: tuple[str, ...]
    ) -> tuple[Agreement, ...]:
        """Return the agreements, and find what cannot be agreed."""
        if not tables:
            return ()
        from skolnat.region.names import shown_names
        from skolnat.rules.rules import default_rules
        from skolnat.sources import reference
        from skolnat.study.agreements import Reader

        names = shown_names(reference.municipalities())
        return Reader(codes, names, self._municipality, self._add, default_rules()).read(tables)

    def measures(
        self, tables: Mapping[int, MeasureTable], called: Sequence[str], codes: tuple[str, ...],
        year: int,
    ) -> tuple[Measure, ...]:  # fmt: skip
        """Return the measures, and find what no teacher can do."""
        if not tables:
            return ()
        from skolnat.region.names import shown_names
        from skolnat.rules.rules import default_rules
        from skolnat.sources import reference
        from skolnat.study.measures import MeasureReader

        names = shown_names(reference.municipalities())
        reader = MeasureReader(codes, names, self._municipality, self._add, default_rules(), year)
        return reader.read(tables, called)

    def _add(
        self, code: str, key: tuple[str | int, ...], item: str = "", **values: str | int
    ) -> None:
        line = line_of_item(self._text, key, item)
        column = ".".join(str(part) for part in key)
        self.faults.append(Fault(code, file=self._file, row=line, column=column, values=values))


def _key_of_rule(text: str, rule: str) -> tuple[str, ...]:
    """Return how a rule's id is cut into keys in a file: quoted as one, or dotted as several."""
    whole = ("rules", rule)
    return (rule,) if whole in key_lines(text) else tuple(rule.split("."))


def _flat_rules(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return overrides by dotted id, whether the id was written with quotes or as tables."""
    pairs: list[tuple[str, Any]] = []
    for key, value in table.items():
        if isinstance(value, dict) and not _OVERRIDE_KEYS & value.keys():
            pairs += _flat_rules(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", value))
    return pairs


_OVERRIDE_KEYS: Final = frozenset(Override.model_fields)


def _tuples(value: Any) -> Any:
    """Return the same with tuples for lists, as frozen tables hold them."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
