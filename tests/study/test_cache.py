"""A kept step is whole and of the same input, or it is none."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from skolnat.study import cache
from skolnat.study.cache import Steps, file_hash, key_of, program_hash, versions


def steps_of(folder: Path, hear: Callable[[], Any]) -> tuple[Steps, Any]:
    heard = hear()
    return Steps(folder / "steps", heard), heard


def test_a_step_is_computed_once(tmp_path: Path, hear: Callable[[], Any]) -> None:
    steps, first = steps_of(tmp_path, hear)
    assert steps.run("one", "k", lambda: {"answer": 42}) == {"answer": 42}
    steps, again = steps_of(tmp_path, hear)
    assert steps.run("one", "k", lambda: pytest.fail("computed again")) == {"answer": 42}
    assert (first.computed, first.cached) == (["one"], [])
    assert (again.computed, again.cached) == ([], ["one"])
    assert steps.keys == {"one": "k"}
    assert steps.seconds["one"] >= 0.0


def test_an_answer_of_none_is_an_answer(tmp_path: Path, hear: Callable[[], Any]) -> None:
    for expected in ([], ["one"]):
        steps, heard = steps_of(tmp_path, hear)
        assert steps.run("one", "k", lambda: None) is None
        assert heard.cached == expected


def test_another_key_computes_anew_and_leaves_nothing_old(
    tmp_path: Path, hear: Callable[[], Any]
) -> None:
    steps, heard = steps_of(tmp_path, hear)
    assert [steps.run("one", key, lambda key=key: key) for key in ("a", "b", "a")] == [
        "a",
        "b",
        "a",
    ]
    assert heard.computed == ["one"] * 3
    assert [path.name for path in (tmp_path / "steps").iterdir()] == ["one-a.pickle"]


def test_a_file_cut_anywhere_counts_as_none(tmp_path: Path, hear: Callable[[], Any]) -> None:
    answer = {"rows": [1.5, "två", None], "more": {"x": (1, 2)}}
    whole = pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)
    path = tmp_path / "steps" / "one-k.pickle"
    path.parent.mkdir()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        steps, heard = steps_of(tmp_path, hear)
        assert steps.run("one", "k", lambda: answer) == answer
        assert heard.computed == ["one"]


@pytest.mark.parametrize(
    "junk", [b"", b"no pickle", b"\x80\x05K", b"cno.such.module\nThing\n.", b"c", b"(((", b"\xff"]
)
def test_what_is_no_pickle_counts_as_none(
    tmp_path: Path, hear: Callable[[], Any], junk: bytes
) -> None:
    path = tmp_path / "steps" / "one-k.pickle"
    path.parent.mkdir()
    path.write_bytes(junk)
    steps, _ = steps_of(tmp_path, hear)
    assert steps.run("one", "k", lambda: 1) == 1
    assert pickle.loads(path.read_bytes()) == 1


def test_a_run_killed_while_writing_leaves_only_a_half(
    tmp_path: Path, hear: Callable[[], Any]
) -> None:
    """The half has another name: nobody reads it."""
    steps, _ = steps_of(tmp_path, hear)
    steps.folder.mkdir()
    (steps.folder / "one-k.123.half").write_bytes(b"\x80")
    assert steps.run("one", "k", lambda: 7) == 7


def test_a_step_that_fails_keeps_nothing(tmp_path: Path, hear: Callable[[], Any]) -> None:
    steps, heard = steps_of(tmp_path, hear)
    with pytest.raises(ZeroDivisionError):
        steps.run("one", "k", lambda: 1 / 0)
    assert not steps.folder.exists()
    assert heard.computed == []


def test_a_timed_step_is_never_kept(tmp_path: Path, hear: Callable[[], Any]) -> None:
    steps, heard = steps_of(tmp_path, hear)
    assert steps.timed("report", lambda: 3) == 3
    assert steps.keys == {}
    assert set(steps.seconds) == {"report"}
    assert heard.computed == ["report"]
    assert not steps.folder.exists()


def test_the_key_tells_inputs_apart(tmp_path: Path) -> None:
    assert key_of("a", 1) == key_of("a", 1)
    keys = [key_of("a", 1), key_of("a", 2), key_of("b", 1), key_of(["a", 1]), key_of("a", "1")]
    assert len(set(keys)) == len(keys)
    path = tmp_path / "study.toml"
    hashes = set()
    for text in ("seed = 1", "seed = 2"):
        path.write_text(text, encoding="utf-8")
        hashes.add(file_hash(path))
    assert len(hashes) == 2


def test_the_key_holds_the_program_and_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of("a")
    assert set(versions()) == {"numpy", "scipy", "numba", "pandas", "pyarrow"}
    assert len(program_hash()) == 64
    monkeypatch.setattr(cache, "program_hash", lambda: "another program")
    assert key_of("a") != before
