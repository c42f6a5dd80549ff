"""The command ``skolnat``: reads the words, calls the library, and tells what came of it.

Nothing is computed here, and nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape

import skolnat
from skolnat.common.faults import Fault, InvalidInput, attempted, raise_if_any, render
from skolnat.common.languages import Language, catalogue, environment_language, language_of

INVALID_INPUT: Final = 2
"""Exit status when what was given has faults; nothing has been written then."""

_EUROS_OF_BUSES: Final = ("eur_a_year", "ledger_transport_eur_a_year")

_WORDS: Final = catalogue("skolnat", "cli", environment_language())

app = typer.Typer(
    name="skolnat",
    help=_WORDS["skolnat"],
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
importing = typer.Typer(no_args_is_help=True, help=_WORDS["import"])
app.add_typer(importing, name="import")


class Tongue(StrEnum):
    """Languages of messages and workbooks."""

    SV = "sv"
    FI = "fi"
    EN = "en"


class By(StrEnum):
    """How scores of a back-test are grouped, beside method, horizon and age group."""

    METHOD = "method"
    SIZE = "size"
    ORIGIN = "origin"


Lang = Annotated[
    Tongue,
    typer.Option(help=_WORDS["lang"], default_factory=lambda: Tongue(environment_language())),
]


def main() -> None:
    """Run the command line."""
    app()


@app.callback(invoke_without_command=True)
def _skolnat(
    version: Annotated[
        bool, typer.Option("--version", help=_WORDS["version"], is_eager=True)
    ] = False,
) -> None:
    if version:
        typer.echo(skolnat.__version__)
        raise typer.Exit


@app.command(help=_WORDS["run.help"])
def run(
    study: Annotated[Path, typer.Argument(help=_WORDS["study"], metavar="STUDY")],
    out: Annotated[Path, typer.Option(help=_WORDS["run.out"])],
    lang: Lang,
    jobs: Annotated[int, typer.Option(min=1, help=_WORDS["run.jobs"])] = 2,
) -> None:
    """Run a study and write its results and reports."""
    with _telling_faults(lang):
        from skolnat.study.progress import telling
        from skolnat.study.run import run_study

        with telling(language_of(lang)) as progress:
            run_study(study, out, jobs, progress)
    _tell_reports(out, language_of(lang))


@app.command(help=_WORDS["buses.help"])
def buses(
    results: Annotated[Path, typer.Argument(help=_WORDS["buses.results"], metavar="RESULTS")],
    out: Annotated[Path, typer.Option(help=_WORDS["buses.out"])],
    lang: Lang,
    scenario: Annotated[str, typer.Option(help=_WORDS["buses.scenario"])] = "together",
    period: Annotated[int | None, typer.Option(help=_WORDS["buses.period"])] = None,
    mixed: Annotated[bool, typer.Option("--mixed/--no-mixed", help=_WORDS["buses.mixed"])] = True,
    vehicles: Annotated[Path | None, typer.Option(help=_WORDS["buses.vehicles"])] = None,
    bells: Annotated[Path | None, typer.Option(help=_WORDS["buses.bells"])] = None,
    roads: Annotated[Path | None, typer.Option(help=_WORDS["buses.roads"])] = None,
    hard_roads: Annotated[Path | None, typer.Option(help=_WORDS["buses.hard_roads"])] = None,
    hub: Annotated[str, typer.Option(help=_WORDS["buses.hub"])] = "",
    rounds: Annotated[int, typer.Option(min=1, help=_WORDS["buses.rounds"])] = 4000,
    seed: Annotated[int, typer.Option(min=0, help=_WORDS["buses.seed"])] = 1,
) -> None:
    """Plan bus routes for a plan of a finished study."""
    with _telling_faults(lang):
        from skolnat.study.buses import Wish, plan_study_buses

        wish = Wish(scenario, period, mixed, vehicles, bells, hub, rounds, seed, roads, hard_roads)
        told = plan_study_buses(results, out, wish, language_of(lang))
    words = catalogue("skolnat", "cli", language_of(lang))
    typer.echo(words["buses.told"].format(**told, **told["buses"]))
    eur, ledger = (_euros(told[key], language_of(lang)) for key in _EUROS_OF_BUSES)
    typer.echo(words["buses.cost"].format(eur=eur, ledger=ledger))
    if roads is None:
        typer.echo(words["buses.no_roads"])
    if vehicles is None:
        typer.echo(words["buses.assumed"])
    if told["pupils_over_limit"] >= 1:
        typer.echo(words["buses.over"].format(pupils=round(told["pupils_over_limit"])))
    if told["pupils_boarding"]:
        typer.echo(words["buses.board"].format(pupils=told["pupils_boarding"]))
    if told["pupils_stranded"]:
        typer.echo(words["buses.left"].format(pupils=told["pupils_stranded"]))
    typer.echo(words["buses.where"].format(out=out, public=out / "public"))


@app.command(help=_WORDS["optimise.help"])
def optimise(
    study: Annotated[Path, typer.Argument(help=_WORDS["study"], metavar="STUDY")],
    lang: Lang,
    alone: Annotated[bool, typer.Option("--alone", help=_WORDS["optimise.alone"])] = False,
    agreement: Annotated[list[str] | None, typer.Option(help=_WORDS["optimise.agreement"])] = None,
    longest_km: Annotated[
        list[str] | None, typer.Option(help=_WORDS["optimise.longest_km"])
    ] = None,
    smallest: Annotated[list[str] | None, typer.Option(help=_WORDS["optimise.smallest"])] = None,
    within_seats: Annotated[
        bool, typer.Option("--within-seats", help=_WORDS["optimise.within_seats"])
    ] = False,
    keep: Annotated[list[str] | None, typer.Option(help=_WORDS["optimise.keep"])] = None,
    close: Annotated[list[str] | None, typer.Option(help=_WORDS["optimise.close"])] = None,
    budget: Annotated[float | None, typer.Option(min=0, help=_WORDS["optimise.budget"])] = None,
    most_changes: Annotated[
        int | None, typer.Option(min=0, help=_WORDS["optimise.most_changes"])
    ] = None,
    contiguous: Annotated[
        bool, typer.Option("--contiguous", help=_WORDS["optimise.contiguous"])
    ] = False,
    siblings: Annotated[bool, typer.Option("--siblings", help=_WORDS["optimise.siblings"])] = False,
    futures: Annotated[
        int | None, typer.Option(min=2, max=50, help=_WORDS["optimise.futures"])
    ] = None,
    quantile: Annotated[
        float | None, typer.Option(min=0, max=0.9999, help=_WORDS["optimise.quantile"])
    ] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help=_WORDS["optimise.seconds"])] = None,
    why: Annotated[bool, typer.Option("--why", help=_WORDS["optimise.why"])] = False,
    front: Annotated[bool, typer.Option("--front", help=_WORDS["optimise.front"])] = False,
    out: Annotated[Path | None, typer.Option(help=_WORDS["optimise.out"])] = None,
    jobs: Annotated[int, typer.Option(min=1, help=_WORDS["run.jobs"])] = 2,
) -> None:
    """Find the cheapest plan under some wishes, and prove how far it is from the best."""
    language = language_of(lang)
    with _telling_faults(lang):
        from skolnat.study import optimise as optimiser
        from skolnat.study import optimise_futures_told as future_words
        from skolnat.study import optimise_told as words
        from skolnat.study.optimise_clash import Regime
        from skolnat.study.optimise_front import front_refused
        from skolnat.study.optimise_futures import optimise_futures

        prepared = optimiser.open_study(study)
        wishes = words.wishes_from(
            prepared, longest_km=longest_km or (), smallest=smallest or (),
            within_seats=within_seats, keep=keep or (), close=close or (),
            agreement=agreement or (), budget=budget, most_changes=most_changes,
            contiguous=contiguous, siblings=siblings,
        )  # fmt: skip
        if front:
            front_refused(wishes)
        several = future_words.futures_from(
            prepared, futures, quantile, with_front=front, with_why=why
        )
    regime: Regime = "alone" if alone else "together"
    hears = words.listener(language, lambda line: typer.echo(line, err=True), seconds)
    try:
        with _telling_faults(lang):
            if several is not None:
                hedged = optimise_futures(
                    prepared, futures=several[0], quantile=several[1], regime=regime,
                    wishes=wishes, jobs=jobs, listener=hears,
                )  # fmt: skip
            else:
                best = optimiser.optimise(
                    prepared, regime=regime, wishes=wishes, jobs=jobs, listener=hears
                )
    except optimiser.ClashError as clash:
        for line in words.told_clashes(prepared, clash.clashes, language):
            typer.echo(line, err=True)
        raise typer.Exit(INVALID_INPUT) from None
    if several is not None:
        lines = future_words.told_futures(hedged, language)
    else:
        lines = words.told(best, language, with_why=why)
    for line in lines:
        typer.echo(line)
    if out is None:
        return
    if several is not None:
        files = future_words.write_futures(hedged, out)
    else:
        files = words.write_optimum(best, out, with_front=front)
    for file in files:
        typer.echo(file)


@app.command(help=_WORDS["check.help"])
def check(
    study: Annotated[Path, typer.Argument(help=_WORDS["study"], metavar="STUDY")],
    lang: Lang,
) -> None:
    """Tell every fault of a study file, its workbook and the region of both."""
    with _telling_faults(lang):
        from skolnat.study.inputs import read_inputs

        inputs = read_inputs(study)
    words = catalogue("skolnat", "cli", language_of(lang))
    _tell_notes(inputs.warnings, language_of(lang))
    schools, pupils = len(inputs.region.schools), len(inputs.region.municipalities)
    typer.echo(words["check.sound"].format(study=study, schools=schools, municipalities=pupils))


@app.command(help=_WORDS["why.help"])
def why(
    cost_id: Annotated[str, typer.Argument(help=_WORDS["why.cost_id"], metavar="COST_ID")],
    study: Annotated[Path, typer.Option(help=_WORDS["why.study"])],
    lang: Lang,
) -> None:
    """Tell the parts, rules and sources of a figure."""
    with _telling_faults(lang):
        from skolnat.study.why import why as explain

        lines = explain(study, cost_id, language_of(lang))
    for line in lines:
        typer.echo(line)


@app.command(help=_WORDS["template.help"])
def template(
    file: Annotated[Path, typer.Argument(help=_WORDS["template.file"], metavar="FILE")],
    lang: Lang,
    study: Annotated[Path | None, typer.Option(help=_WORDS["template.study"])] = None,
    municipality: Annotated[
        list[str] | None, typer.Option(help=_WORDS["template.municipality"])
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help=_WORDS["template.replace"])] = False,
) -> None:
    """Write a workbook to fill in, with the schools that are known already."""
    with _telling_faults(lang):
        from skolnat.sources.municipalities import codes_of
        from skolnat.sources.workbook_template import prefilled, write_workbook
        from skolnat.study.file import read_study

        codes = list(codes_of(municipality or []))
        if study is not None:
            codes += read_study(study).municipalities
        data = prefilled(list(dict.fromkeys(codes)))
        write_workbook(file, data, language_of(lang), replace=replace)
    words = catalogue("skolnat", "cli", language_of(lang))
    typer.echo(words["template.written"].format(file=file, schools=len(data.schools)))


@importing.command(help=_WORDS["population.help"])
def population(
    file: Annotated[Path, typer.Argument(help=_WORDS["population.file"], metavar="FILE")],
    lang: Lang,
    out: Annotated[Path | None, typer.Option(help=_WORDS["population.out"])] = None,
    replace: Annotated[bool, typer.Option("--replace", help=_WORDS["population.replace"])] = False,
) -> None:
    """Write an exported table of population as one that studies and forecasts can name."""
    with _telling_faults(lang):
        from skolnat.sources.population_table import import_population

        done = import_population(file, out, replace=replace)
    _tell_notes(done.notes, language_of(lang))
    words = catalogue("skolnat", "cli", language_of(lang))
    years = done.table["year"]
    told = words["population.written"].format(
        file=done.path,
        municipalities=done.table["municipality"].nunique(),
        first=years.min(),
        last=years.max(),
    )
    typer.echo(told)


@app.command(help=_WORDS["roads.help"])
def roads(
    file: Annotated[Path, typer.Argument(help=_WORDS["roads.file"], metavar="FILE")],
    lang: Lang,
    out: Annotated[Path, typer.Option(help=_WORDS["roads.out"])] = Path("roads"),
) -> None:
    """Make a road graph of an OpenStreetMap extract."""
    with _telling_faults(lang):
        from skolnat.access.graph import check_place, save_graph

        check_place(out)
        from skolnat.access.build_graph import build_graph

        graph = build_graph(file)
        save_graph(graph, out)
    words = catalogue("skolnat", "cli", language_of(lang))
    about = graph.about
    told = words["roads.written"].format(
        out=out, nodes=graph.nodes, edges=graph.edges, date=about["date"] or words["roads.no_date"]
    )
    typer.echo(told)
    for profile, facts in about["profiles"].items():
        typer.echo(words["roads.profile"].format(who=words[f"roads.{profile}"], **facts))
    if about["missing_nodes"]:
        typer.echo(words["roads.missing"].format(count=about["missing_nodes"]))


@app.command(help=_WORDS["forecast.help"])
def forecast(
    out: Annotated[Path, typer.Option(help=_WORDS["forecast.out"])],
    lang: Lang,
    municipality: Annotated[
        list[str] | None, typer.Option(help=_WORDS["forecast.municipality"])
    ] = None,
    base_year: Annotated[int | None, typer.Option(help=_WORDS["forecast.base_year"])] = None,
    until: Annotated[int, typer.Option(help=_WORDS["forecast.until"])] = 2045,
    draws: Annotated[int, typer.Option(min=1, help=_WORDS["forecast.draws"])] = 1000,
    seed: Annotated[int, typer.Option(min=0, help=_WORDS["forecast.seed"])] = 1,
    scenario: Annotated[str, typer.Option(help=_WORDS["forecast.scenario"])] = "reference",
    population: Annotated[Path | None, typer.Option(help=_WORDS["forecast.population"])] = None,
    housing: Annotated[Path | None, typer.Option(help=_WORDS["forecast.housing"])] = None,
    trajectories: Annotated[
        bool, typer.Option("--trajectories", help=_WORDS["forecast.trajectories"])
    ] = False,
) -> None:
    """Write a forecast of children by municipality, year and age."""
    with _telling_faults(lang):
        from skolnat.forecast.api import base_year_of, check_years, unused
        from skolnat.forecast.api import forecast as sample
        from skolnat.forecast.inputs import ForecastInputs, read_forecast_inputs
        from skolnat.sources.municipalities import codes_of
        from skolnat.sources.tables import check_table_path, write_tables

        faults: list[Fault] = []
        attempted(faults, lambda: check_table_path(out))
        codes = attempted(faults, lambda: codes_of(municipality or []))
        brought = attempted(faults, lambda: read_forecast_inputs(population, housing, scenario))
        told = brought or ForecastInputs()
        base = base_year_of(base_year, told.population)
        attempted(faults, lambda: check_years(base, until, draws, told.population))
        raise_if_any(faults)
        _tell_notes([*told.notes, *unused(base, told.population)], language_of(lang), err=True)
        found = sample(
            base_year=base, until=until, draws=draws, seed=seed,
            scenario=told.scenario, population=told.population, housing=told.housing,
        )  # fmt: skip
        found = found.select(codes) if codes else found
        write_tables(found.trajectories() if trajectories else [found.frame()], out)
    typer.echo(out)


@app.command(help=_WORDS["backtest.help"])
def backtest(
    data: Annotated[Path, typer.Option(help=_WORDS["backtest.data"])],
    lang: Lang,
    horizons: Annotated[str, typer.Option(help=_WORDS["backtest.horizons"])] = "5,10",
    origins: Annotated[str | None, typer.Option(help=_WORDS["backtest.origins"])] = None,
    draws: Annotated[int, typer.Option(min=2, help=_WORDS["forecast.draws"])] = 1000,
    seed: Annotated[int, typer.Option(min=0, help=_WORDS["forecast.seed"])] = 1,
    by: Annotated[By, typer.Option(help=_WORDS["backtest.by"])] = By.METHOD,
    out: Annotated[Path | None, typer.Option(help=_WORDS["backtest.out"])] = None,
    picture: Annotated[Path | None, typer.Option(help=_WORDS["backtest.picture"])] = None,
) -> None:
    """Tell how well the forecast would have done on years that are known."""
    with _telling_faults(lang):
        from skolnat.forecast.backtest import backtest as test
        from skolnat.forecast.backtest_chart import check_picture_path, write_picture
        from skolnat.sources.tables import check_table_path, write_table

        faults: list[Fault] = []
        if out is not None:
            attempted(faults, lambda: check_table_path(out))
        if picture is not None:
            attempted(faults, lambda: check_picture_path(picture))
        years = attempted(faults, lambda: _whole_numbers(origins, "--origins"))
        ahead = attempted(faults, lambda: _whole_numbers(horizons, "--horizons"))
        raise_if_any(faults)
        tested = test(data, horizons=ahead or (), origins=years, draws=draws, seed=seed)
        scores = {By.METHOD: tested.table, By.SIZE: tested.by_size, By.ORIGIN: tested.by_origin}
        table = scores[by]()
        if out is not None:
            write_table(table, out)
        if picture is not None:
            write_picture(tested, picture, language=language_of(lang))
    typer.echo(table.to_string(index=False, float_format="{:.2f}".format))


def _euros(eur: float, language: Language) -> str:
    """Return euros in whole thousands, as they are written in a language."""
    text = f"{round(eur, -3):,.0f}"
    return text if language == "en" else text.replace(",", "\u00a0")


def _whole_numbers(text: str | None, option: str) -> list[int] | None:
    """Return numbers that are written with commas between them; None where none were given."""
    if text is None:
        return None
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        fault = Fault("sources.not_whole_numbers", column=option, values={"value": text})
        raise InvalidInput([fault]) from None


@contextmanager
def _telling_faults(lang: Tongue) -> Iterator[None]:
    """Turn faults of what was given into one message on stderr and exit status 2."""
    try:
        yield
    except InvalidInput as invalid:
        _tell(invalid.faults, language_of(lang))
        raise typer.Exit(INVALID_INPUT) from None


def _tell(faults: tuple[Fault, ...], language: Language) -> None:
    words = catalogue("skolnat", "cli", language)
    errors = [fault for fault in faults if fault.severity == "error"]
    console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    head = words["faults.one" if len(errors) == 1 else "faults.many"]
    console.print(f"[bold red]{escape(head.format(count=len(errors)))}[/]")
    for fault in dict.fromkeys(faults):
        mark = "" if fault.severity == "error" else f"{words['warning']}: "
        console.print(f"  {escape(mark + render(fault, language))}")


def _tell_notes(notes: Iterable[Fault], language: Language, *, err: bool = False) -> None:
    """Say what was noticed or mended and does not stop the work."""
    word = catalogue("skolnat", "cli", language)["warning"]
    for note in notes:
        typer.echo(f"{word}: {render(note, language)}", err=err)


def _tell_reports(out: Path, language: Language) -> None:
    """Say where the reports lie, first the one in the language of the user."""
    pages = sorted(
        out.glob("report/*/index.html"), key=lambda page: (page.parent.name != language, page)
    )
    for page in pages:
        typer.echo(page)
