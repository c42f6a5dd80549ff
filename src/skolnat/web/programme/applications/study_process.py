"""Runs one study and tells on stdout, a line of JSON each, how far it has come.

Used by :mod:`.studies` as ``python -m`` with the study file and the folder of the result; it knows
nothing of Django and of no database.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from skolnat.common.faults import InvalidInput, render
from skolnat.common.languages import LANGUAGES


class Teller:
    """Says on stdout what it hears."""

    def begins(self, step: str) -> None:
        """Hear that a step begins."""
        _say(step=step, ended=0)

    def comes(self, step: str, share: float) -> None:
        """Hear how much of a step is done."""

    def ends(self, step: str, *, cached: bool = False) -> None:
        """Hear that a step is done."""
        _say(step=step, ended=1)


def _say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(file: str, out: str) -> int:
    """Run the study; return 0, or 2 where its input has faults."""
    from skolnat.study.run import run_study

    try:
        run_study(Path(file), Path(out), jobs=2, listener=Teller())
    except InvalidInput as wrong:
        told = {code: "\n".join(render(one, code) for one in wrong.faults) for code in LANGUAGES}
        _say(fault=told)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
