"""The main job: a study file in, results and reports out.

Steps are kept in a folder beside the result, so that a run that is stopped goes on from its last
whole step, and one with nothing changed does nothing. The result itself is written to a folder
of its own and put in place by renaming: a reader sees the old one or the new one, never half.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from typing import Any

from skolnat.common.faults import Fault, InvalidInput
from skolnat.study.cache import Steps, file_hash, key_of, versions
from skolnat.study.progress import Listener, Silent

MANIFEST = "manifest.json"


def run_study(
    path: Path, out: Path, jobs: int = 2, listener: Listener | None = None
) -> dict[str, Any]:
    """Run a study and write its results and reports.

    Parameters
    ----------
    path
        The study file.
    out
        Folder of the result: made, or replaced when it holds an older result. Nothing is written
        when the input has a fault.
    jobs
        Processes to use.
    listener
        Who is told how the run goes.

    Returns
    -------
    dict
        The summary, as in ``out/summary.json``.

    Raises
    ------
    InvalidInput
        With every fault of the input, or when ``out`` holds something that is no result.
    """
    from skolnat.study.file import read_study

    listener = listener or Silent()
    study = read_study(path)
    _check_place(out)
    inputs = {path.name: file_hash(path)}
    named = {file: file_hash(file) for file in study.named_files if file.is_file()}
    inputs |= {file.name: digest for file, digest in named.items()}
    key = key_of(inputs, list(named.values()))  # in order: two files may have the same name
    done = _finished(out, key)
    if done is not None:
        for step in done["steps"]:
            listener.begins(step)
            listener.ends(step, cached=True)
        summary: dict[str, Any] = json.loads((out / "summary.json").read_text("utf-8"))
        return summary
    from skolnat.study.pipeline import compute

    steps = Steps(_work_folder(out) / "steps", listener)
    with _executor(jobs) as executor:
        result = compute(path, steps, executor)
    manifest = {
        "key": key,
        "study": {
            "name": study.name.model_dump(),
            "municipalities": list(study.municipalities),
            "file": path.name,
        },
        "inputs": inputs,
        "versions": dict(versions()),
        "seed": study.seed,
        "steps": {
            name: {"seconds": steps.seconds[name], "key": steps.keys[name]} for name in steps.keys
        },
    }
    return _publish(out, result, manifest, study.languages, steps)


def _publish(
    out: Path, result: Any, manifest: dict[str, Any], languages: tuple[str, ...], steps: Steps
) -> dict[str, Any]:
    """Write the whole result beside its place, then put it there by renaming."""
    from skolnat.report.build import write_reports

    staging = _work_folder(out) / f"result-{os.getpid()}"
    shutil.rmtree(staging, ignore_errors=True)
    (staging / "tables").mkdir(parents=True)
    for name, table in result.tables.items():
        table.to_parquet(staging / "tables" / f"{name}.parquet", index=False)
    _write_json(staging / "summary.json", result.summary)
    _write_json(staging / MANIFEST, manifest)

    def report() -> None:
        write_reports(staging, staging / "report", languages)

    steps.timed("report", report)
    summary: dict[str, Any] = {**result.summary, "seconds": dict(steps.seconds)}
    manifest["steps"]["report"] = {"seconds": steps.seconds["report"], "key": ""}
    _write_json(staging / "summary.json", summary)
    _write_json(staging / MANIFEST, manifest)
    old = _work_folder(out) / f"old-{os.getpid()}"
    if out.exists():
        out.rename(old)
    staging.rename(out)
    shutil.rmtree(old, ignore_errors=True)
    return summary


def _work_folder(out: Path) -> Path:
    """The folder beside the result that holds its steps and half results."""
    absolute = out.absolute()
    return absolute.parent / f".{absolute.name}.skolnat"


def _check_place(out: Path) -> None:
    """Refuse to replace what is no result of ours; put back an old one that was set aside."""
    work = _work_folder(out)
    if not out.exists():
        for old in sorted(work.glob("old-*")):
            old.rename(out)
            break
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file()):
        raise InvalidInput([Fault("study.out_is_not_ours", file=str(out))])
    for left in (*work.glob("result-*"), *work.glob("old-*")):
        shutil.rmtree(left, ignore_errors=True)


def _finished(out: Path, key: str) -> dict[str, Any] | None:
    """Return the manifest of a whole result with this key; None when there is none."""
    try:
        manifest: dict[str, Any] = json.loads((out / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    whole = (out / "summary.json").is_file() and (out / "report").is_dir()
    return manifest if whole and manifest.get("key") == key else None


def _write_json(path: Path, value: object) -> None:
    path.write_text(
        json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )


@contextlib.contextmanager
def _executor(jobs: int) -> Iterator[Executor | None]:
    """A pool of processes, or none for one job. Nothing is started before it is used."""
    if jobs <= 1:
        yield None
        return
    with ProcessPoolExecutor(jobs, initializer=_end_with, initargs=(os.getpid(),)) as pool:
        yield pool


def _end_with(parent: int) -> None:
    """Let a worker end when the run that started it is killed, however it was killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
