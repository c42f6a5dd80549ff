"""The command ``skolnat-web``: sets up, fills, serves; thin as ``skolnat`` is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from skolnat.common.languages import catalogue, environment_language

_WORDS: Final = catalogue("skolnat.web", "command", environment_language())

app = typer.Typer(
    name="skolnat-web",
    help=_WORDS["skolnat-web"],
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    app()


def _begin() -> None:
    """Make the data folder, compile the catalogues, start Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skolnat.web.settings")
    from skolnat.web.catalogues import compile_all
    from skolnat.web.environment import Environment

    Environment.read().prepare()
    compile_all()
    import django

    django.setup()


def _called() -> str:
    """Return how this program was called, as one would write it again."""
    here = Path(sys.argv[0])
    inside = here.is_absolute() and here.is_relative_to(Path.cwd())
    return str(here.relative_to(Path.cwd())) if inside else str(here)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


@app.command(help=_WORDS["seed.help"])
def seed(
    empty: Annotated[bool, typer.Option("--empty", help=_WORDS["seed.empty"])] = False,
) -> None:
    """Bring the database up to date and fill it."""
    _begin()
    _migrate()
    from skolnat.web.seed import fill

    typer.echo(_WORDS["seed.done" if fill(empty=empty) else "seed.held"])


@app.command(help=_WORDS["officer.help"])
def officer(
    email: Annotated[str, typer.Argument(help=_WORDS["officer.email"], metavar="EMAIL")],
) -> None:
    """Make an account of the association and print the link by which its password is set."""
    _begin()
    _migrate()
    from skolnat.web.seed import officer_link

    typer.echo(officer_link(email))


@app.command(help=_WORDS["demo.help"])
def demo() -> None:
    """Make accounts of every role, an event and a call to try the site with."""
    _begin()
    _migrate()
    from skolnat.web.demo import RealSite, prepare

    try:
        made = list(prepare())
    except RealSite:
        typer.echo(_WORDS["demo.real"], err=True)
        raise typer.Exit(2) from None
    for email, password in made:
        typer.echo(f"{email:24}{password}")


@app.command(help=_WORDS["serve.help"])
def serve(
    host: Annotated[str, typer.Option(help=_WORDS["serve.host"])] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=_WORDS["serve.port"])] = 8000,
    processes: Annotated[int, typer.Option(help=_WORDS["serve.processes"], min=1)] = 2,
) -> None:
    """Bring up to date, fill if nothing is there, and serve."""
    os.environ.setdefault("SKOLNAT_URL", f"http://{host}:{port}")
    _begin()
    _migrate()
    from skolnat.web import processes as running
    from skolnat.web.seed import fill, has_officer

    fill(empty=False)
    typer.echo(_WORDS["serve.at"].format(url=os.environ["SKOLNAT_URL"]))
    if not has_officer():
        # As it was called: the folder of programs need not be among those that are searched.
        typer.echo(_WORDS["serve.officer"].format(command=_called()))
    raise typer.Exit(running.serve(host, port, processes))


@app.command(help=_WORDS["work.help"])
def work(
    queue: Annotated[str, typer.Argument(help=_WORDS["work.queue"], metavar="QUEUE")] = "default",
) -> None:
    """Do the queued tasks of one queue."""
    _begin()
    from skolnat.web import processes

    processes.work(queue)


@app.command(help=_WORDS["retention.help"])
def retention(
    apply: Annotated[
        bool, typer.Option("--apply/--dry-run", help=_WORDS["retention.apply"])
    ] = False,
) -> None:
    """Tell which personal data are older than they are kept, or forget them."""
    _begin()
    _migrate()
    from skolnat.web.common import retention as keeping

    if not apply:
        for name, days, count in keeping.counted():
            typer.echo(_WORDS["retention.would"].format(name=name, days=days, count=count))
        typer.echo(_WORDS["retention.dry"])
        return
    for name, count in keeping.apply():
        typer.echo(_WORDS["retention.done"].format(name=name, count=count))


@app.command(help=_WORDS["messages.help"])
def messages(
    update: Annotated[bool, typer.Option("--update", help=_WORDS["messages.update"])] = False,
) -> None:
    """Compile the catalogues; list what lacks words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skolnat.web.settings")
    from skolnat.web import catalogues

    if update:
        catalogues.update()
    catalogues.compile_all(always=True)
    lacking = catalogues.lacking()
    for fault in lacking:
        typer.echo(fault)
    raise typer.Exit(1 if lacking else 0)


if __name__ == "__main__":
    main()
