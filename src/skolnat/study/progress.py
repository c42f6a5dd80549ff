"""How far a run has come: told to a terminal, to a log, or to nobody.

The steps themselves know nothing of terminals: they say that they begin, how far they are, and
that they are done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from skolnat.common.languages import Language, catalogue


class Listener(Protocol):
    """What listens to a run."""

    def begins(self, step: str) -> None:
        """Hear that a step begins."""

    def comes(self, step: str, share: float) -> None:
        """Hear how much of a step is done, from 0 to 1."""

    def ends(self, step: str, *, cached: bool = False) -> None:
        """Hear that a step is done, or was done already."""


class Silent:
    """Listens and says nothing."""

    def begins(self, step: str) -> None:
        """Hear that a step begins."""

    def comes(self, step: str, share: float) -> None:
        """Hear how much of a step is done."""

    def ends(self, step: str, *, cached: bool = False) -> None:
        """Hear that a step is done."""


@contextmanager
def telling(language: Language) -> Iterator[Listener]:
    """Give a listener that tells stderr: bars on a terminal, else a line for each step done.

    Parameters
    ----------
    language
        Language of the names of the steps.
    """
    console = Console(file=sys.stderr, highlight=False)
    if not console.is_terminal:
        yield _Lines(console, language)
        return
    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=console) as progress:
        yield _Bars(progress, language)


class _Bars:
    """A bar for each step, moving as long as nothing is known of its share."""

    def __init__(self, progress: Progress, language: Language) -> None:
        self._progress = progress
        self._language = language
        self._tasks: dict[str, TaskID] = {}

    def begins(self, step: str) -> None:
        name = step_name(step, self._language)
        self._tasks[step] = self._progress.add_task(name, total=None, note="")

    def comes(self, step: str, share: float) -> None:
        if step not in self._tasks:
            self.begins(step)
        self._progress.update(self._tasks[step], total=1.0, completed=share)

    def ends(self, step: str, *, cached: bool = False) -> None:
        self.comes(step, 1.0)
        note = step_name("cached", self._language) if cached else ""
        self._progress.update(self._tasks[step], note=note)


class _Lines:
    """A line for each step that is done, with its seconds."""

    def __init__(self, console: Console, language: Language) -> None:
        self._console = console
        self._language = language
        self._began: dict[str, float] = {}

    def begins(self, step: str) -> None:
        self._began[step] = time.monotonic()

    def comes(self, step: str, share: float) -> None:
        """Say nothing: a log needs no bars."""

    def ends(self, step: str, *, cached: bool = False) -> None:
        seconds = time.monotonic() - self._began.pop(step, time.monotonic())
        note = step_name("cached", self._language) if cached else f"{seconds:.1f} s"
        self._console.print(f"{step_name(step, self._language)}: {note}", markup=False)


def step_name(step: str, language: Language) -> str:
    """Return what a step is called; a step without a text is called by its own name."""
    return catalogue("skolnat.study", "steps", language).get(step, step)
