"""The keys of a study file, with their bounds and what they are when left out.

All are told to users in ``docs/study-file.md``; a test keeps the two together.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from skolnat.common.languages import LANGUAGES, Language
from skolnat.plan.agreement import JOINT_FORMS
from skolnat.region.schemas import GRADES, TEACHING_LANGUAGES


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Names(_Table):
    """A name in the three languages, which are equal."""

    sv: str = Field(min_length=1)
    fi: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, language: Language) -> str:
        """Return the name in one language."""
        return {"sv": self.sv, "fi": self.fi, "en": self.en}[language]


class Candidate(_Table):
    """A site where a school could be opened.

    Parameters
    ----------
    school, name
        Id, unlike those of the schools that exist, and the name shown.
    municipality
        Code or name in the file; code once read.
    language, grades
        Teaching language and grades.
    lat, lon
        Degrees, WGS 84.
    capacity
        Pupils.
    property_eur_per_year
        What the building costs a year, in euros.
    """

    school: str = Field(min_length=1)
    name: str = Field(min_length=1)
    municipality: str
    language: str = Field(pattern=f"^({'|'.join(TEACHING_LANGUAGES)})$")
    grades: str = Field(pattern=f"^({'|'.join(GRADES)})$")
    lat: float = Field(ge=59, le=71)
    lon: float = Field(ge=19, le=32)
    capacity: float = Field(gt=0)
    property_eur_per_year: float = Field(ge=0)


class TimeLimits(_Table):
    """The region's own longest daily journey, there and back with waiting, in minutes.

    Parameters
    ----------
    lower, upper
        For grades 1-6 and 7-9; None leaves it at the law's. The stricter of the two holds.
    """

    lower: float | None = Field(default=None, gt=0, le=1440)
    upper: float | None = Field(default=None, gt=0, le=1440)


class NetworkTable(_Table):
    """How the network of schools is planned.

    Parameters
    ----------
    periods
        Planning periods into which the years are divided.
    first_change
        First year in which a school may open or close; None: the first year of the plan.
    effort
        How hard the plans are searched: counts of steps, never seconds, so that the same study
        gives the same plan on every machine.
    time_limits
        The region's own limits of the journey, stricter than the law.
    candidates
        Sites where a school could be opened.
    """

    periods: int = Field(default=3, ge=1, le=10)
    first_change: int | None = None
    effort: Literal["brisk", "thorough", "deep"] = "thorough"
    time_limits: TimeLimits = TimeLimits()
    candidates: tuple[Candidate, ...] = ()


class Override(_Table):
    """A rule that the region sets itself, with its reason; the report lists every one."""

    value: bool | int | float
    why: str = Field(min_length=1)


class ScenariosTable(_Table):
    """What has been decided already and holds in every scenario.

    Parameters
    ----------
    stay_open
        Ids of schools that no scenario may close.
    closing
        Id of a school to the year in whose autumn it teaches no more.
    """

    stay_open: tuple[str, ...] = ()
    closing: dict[str, int] = Field(default_factory=dict)


class WishesTable(_Table):
    """What ``skolnat optimise`` wishes of a plan for children and the map.

    Parameters
    ----------
    most_changes
        So often, at most, a child changes school within a stage; None: as often as it may be.
    contiguous
        Catchments hang together on the map.
    siblings
        Siblings stay at one site where it has all grades.
    """

    most_changes: int | None = Field(default=None, ge=0, le=20)
    contiguous: bool = False
    siblings: bool = False


class OptimiseTable(_Table):
    """For which futures ``skolnat optimise`` plans.

    Parameters
    ----------
    futures
        Number of futures that are planned with, catchments adapted in each; None: their mean.
    quantile
        The mean cost of the futures beyond this quantile is sought least; None: that of all.
    """

    futures: int | None = Field(default=None, ge=2, le=50)
    quantile: float | None = Field(default=None, gt=0, lt=1)


class SensitivityTable(_Table):
    """Factors on every capacity with which the run is repeated; what turns is not robust."""

    capacity: tuple[Annotated[float, Field(gt=0, le=5)], ...] = Field(
        default=(0.9, 1.2), max_length=6
    )


class CooperationTable(_Table):
    """Pairs of orders that are sampled for sharing the gain fairly, see the Shapley value."""

    pairs: int = Field(default=6, ge=2, le=10_000)


class StagePrices(_Table):
    """Euros a pupil and year of grades 1-6 and 7-9; None where nothing is agreed."""

    lower: float | None = Field(default=None, ge=0)
    upper: float | None = Field(default=None, ge=0)


class AgreementTable(_Table):
    """An agreement between municipalities, see :class:`skolnat.plan.agreement.Agreement`.

    Parameters
    ----------
    name, form
        What it is called, and its form of cooperation.
    parties
        Municipalities by name or code; a private or state school by its register number.
    responsible
        The responsible municipality, where the form has one.
    stages
        Stages it concerns.
    price, price_eur
        Price rule (None: as of the form), and euros a pupil where it is fixed.
    start, end
        First and last day; None: until further notice.
    notice_months
        Notice; None: as the rules have it for the form.
    after_end
        What becomes of compensation paid after the end.
    key, shares
        By what the parties share the cost of an account, and the part of each party by name.
    """

    name: str = Field(min_length=1)
    form: Literal[
        "agreement",
        "responsible_municipality",
        "joint_post",
        "joint_authority",
        "distance_group",
        "travelling_teacher",
        "bought",
    ]
    parties: tuple[str, ...]
    start: date
    end: date | None = None
    responsible: str | None = None
    stages: tuple[Literal["1-6", "7-9"], ...] = Field(default=("1-6", "7-9"), min_length=1)
    price: Literal["statute", "fixed", "cost", "shared"] | None = None
    price_eur: StagePrices | None = None
    notice_months: int | None = Field(default=None, ge=0, le=120)
    after_end: Literal["statute", "settled"] = "statute"
    key: Literal["pupils", "population", "equal", "shares"] | None = None
    shares: dict[str, Annotated[float, Field(ge=0, le=1)]] | None = None

    @property
    def price_rule(self) -> Literal["statute", "fixed", "cost", "shared"]:
        """The price rule; where none is told, forms with one account share its cost."""
        if self.price is not None:
            return self.price
        return "shared" if self.form in JOINT_FORMS else "statute"


class MeasureTable(_Table):
    """A measure that shares teaching, see :class:`skolnat.plan.measure.Measure`.

    Parameters
    ----------
    name, kind, stage
        What it is called, what it is, and the stage of its hours.
    employer
        Municipality whose teacher it is.
    start, end
        First and last day; None: for all years.
    scenarios
        Scenarios in which it is taken.
    hours, post_hours, changes, km
        Of a post or a teacher who travels: weekly hours by municipality and of the post, changes
        of site a week, kilometres of a change.
    pupils, weekly_hours, spares, supervision_hours, real_time
        Of a distance group: pupils by municipality, its hours, whose own groups it replaces,
        hours with an adult beside the pupils, and whether they meet in real time.
    """

    name: str = Field(min_length=1)
    kind: Literal["joint_post", "travelling_teacher", "distance_group"]
    stage: Literal["1-6", "7-9"]
    employer: str
    start: date
    end: date | None = None
    scenarios: tuple[Literal["today", "alone", "together", "together_keeping"], ...] = Field(
        default=("together", "together_keeping"), min_length=1
    )
    hours: dict[str, Annotated[float, Field(ge=0, le=40)]] | None = None
    post_hours: float | None = Field(default=None, ge=0, le=40)
    changes: int | None = Field(default=None, ge=0, le=50)
    km: float | None = Field(default=None, ge=0, le=500)
    pupils: dict[str, Annotated[float, Field(ge=0)]] | None = None
    weekly_hours: float | None = Field(default=None, gt=0, le=40)
    spares: tuple[str, ...] | None = None
    supervision_hours: float | None = Field(default=None, ge=0, le=40)
    real_time: bool | None = None


class BellsTable(_Table):
    """When school begins and ends, and when transport comes and goes: ``"08:15"``.

    Parameters
    ----------
    lower, upper
        First and last bell of grades 1-6 and 7-9.
    arrivals, departures
        When transport arrives in the morning and leaves in the afternoon.
    """

    lower: tuple[str, ...] | None = None
    upper: tuple[str, ...] | None = None
    arrivals: tuple[str, ...] = ()
    departures: tuple[str, ...] = ()


class JourneysTable(_Table):
    """On what the region's children travel to school.

    Parameters
    ----------
    roads
        Folder that ``skolnat roads`` has written, beside the study file.
    hard_roads
        GeoJSON of roads and areas that the municipalities call hard or dangerous.
    bells
        Bell times.
    secondary
        Ids of schools where a place is secondary: the guardian bears the journey (§ 32).
    """

    roads: str | None = Field(default=None, min_length=1)
    hard_roads: str | None = Field(default=None, min_length=1)
    bells: BellsTable = BellsTable()
    secondary: tuple[str, ...] = ()


class BusesTable(_Table):
    """Bus routes as a part of the study: what they cost stands in place of the cost by distance.

    Parameters
    ----------
    routes
        Whether routes are planned, for every scenario and period.
    mixed
        Whether pupils of different units may ride together.
    hub
        Id of a school at which pupils may change; "" for none.
    vehicles, bells
        CSV files of the region's own vehicles, and of bells by school, beside the study file.
    rounds
        Effort of the search in each direction, scenario and period.
    """

    routes: bool = False
    mixed: bool = True
    hub: str = ""
    vehicles: str | None = Field(default=None, min_length=1)
    bells: str | None = Field(default=None, min_length=1)
    rounds: int = Field(default=500, ge=1, le=100_000)


class RegionTable(_Table):
    """Where the region's own figures stand: a workbook, beside the study file."""

    workbook: str | None = Field(default=None, min_length=1)


class StudyTable(_Table):
    """Who asks, and for which years.

    Parameters
    ----------
    name
        Name of the region in the three languages.
    municipalities
        Names in any of the languages, or three-digit codes.
    base_year
        Last year (31 December) of known population; the forecast begins after it.
    first_year, last_year
        Years of the plan, both included.
    seed, draws
        Seed and number of sampled futures.
    languages
        Languages of the report.
    population, housing
        A newer register and a housing plan, beside the study file.
    forecast_scenario
        The future that is planned for, of :data:`skolnat.forecast.scenarios.SCENARIOS`.
    """

    name: Names
    municipalities: tuple[str, ...] = Field(min_length=1)
    base_year: int = Field(default=2025, ge=2019, le=2070)
    first_year: int = Field(default=2026, ge=2019, le=2070)
    last_year: int = Field(default=2040, ge=2019, le=2070)
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    draws: int = Field(default=200, ge=20, le=10_000)
    languages: tuple[Language, ...] = Field(default=LANGUAGES, min_length=1)
    population: str | None = Field(default=None, min_length=1)
    housing: str | None = Field(default=None, min_length=1)
    forecast_scenario: str = "reference"


class StudyKeys(_Table):
    """Every table and key that a study file may hold."""

    study: StudyTable
    region: RegionTable = RegionTable()
    journeys: JourneysTable = JourneysTable()
    buses: BusesTable = BusesTable()
    network: NetworkTable = NetworkTable()
    rules: dict[str, Override] = Field(default_factory=dict)
    scenarios: ScenariosTable = ScenariosTable()
    wishes: WishesTable = WishesTable()
    optimise: OptimiseTable = OptimiseTable()
    sensitivity: SensitivityTable = SensitivityTable()
    cooperation: CooperationTable = CooperationTable()
    agreement: tuple[AgreementTable, ...] = ()
    measure: tuple[MeasureTable, ...] = ()
