"""The processes of one machine: the site, two workers, and whoever looks what is due."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Final

QUEUES: Final = ("default", "studies")
"""Queues of tasks; studies take minutes, so that letters must not wait behind them."""
THREADS: Final = 4
"""Requests that one process answers at once; more wait for each other inside Python."""
_INTERVAL: Final = 15.0
_log = logging.getLogger("skolnat.web")


def work(queue: str) -> None:
    """Do the tasks of a queue until told to stop; the default queue also looks what is due."""
    from django.core.management import call_command

    os.nice(10)  # whoever waits for a page comes before letters and studies
    if queue == QUEUES[0]:
        threading.Thread(target=_look, daemon=True).start()
    else:
        _go_on()
    call_command("db_worker", queue_name=queue, interval=0.5, verbosity=0, reload=False)


def _go_on() -> None:
    from skolnat.web.programme.applications.studies import go_on

    again = go_on()
    if again:
        _log.info("%d studies that broke off are begun anew", again)


def _look() -> None:
    from django.db import close_old_connections

    from skolnat.web.common.schedule import run_due

    pause = threading.Event()
    while True:
        try:
            run_due()
        except Exception:  # noqa: BLE001 - the next look may go better; the worker must not end
            _log.exception("scheduled work could not be queued")
        close_old_connections()
        pause.wait(_INTERVAL)


def serve(host: str, port: int, processes: int) -> int:
    """Run site and workers until one ends or the person stops them; return the status.

    Parameters
    ----------
    host, port
        Where the site listens.
    processes
        How many processes answer requests.
    """
    site = [
        *(sys.executable, "-m", "gunicorn", "skolnat.web.wsgi:application"),
        *("--bind", f"{host}:{port}", "--workers", str(processes)),
        *("--worker-class", "gthread", "--threads", str(THREADS)),
        *("--log-level", "warning", "--preload", "--graceful-timeout", "8"),
    ]
    workers = [[sys.executable, "-m", "skolnat.web.command", "work", one] for one in QUEUES]
    return _together([site, *workers])


def _together(commands: Sequence[Sequence[str]]) -> int:
    running = [subprocess.Popen(command, env=os.environ) for command in commands]
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while not stopped.wait(0.5) and all(one.poll() is None for one in running):
        pass
    ended = [one.poll() for one in running]
    for one in running:
        if one.poll() is None:
            one.terminate()
    for one in running:
        try:
            one.wait(timeout=10)
        except subprocess.TimeoutExpired:
            one.kill()
    return 0 if stopped.is_set() else next((code or 1 for code in ended if code is not None), 1)
