"""A run of a minute must show that it lives, and a log must not fill with bars."""

from __future__ import annotations

import re

import pytest

from skolnat.study.progress import Silent, step_name, telling


def test_a_log_gets_a_line_for_each_step_that_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    with telling("sv") as listener:
        listener.begins("forecast")
        listener.comes("forecast", 0.5)
        listener.ends("forecast")
        listener.ends("journeys", cached=True)
    seen = capsys.readouterr()
    assert seen.out == ""
    first, second = seen.err.splitlines()
    assert re.fullmatch(r"Gör en prognos över barnen: \d+\.\d s", first)
    assert second == "Mäter skolvägarna: redan klart"


def test_a_terminal_gets_a_bar_for_each_step(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with telling("en") as listener:
        listener.begins("forecast")
        listener.comes("forecast", 0.5)
        listener.ends("forecast", cached=True)
    seen = capsys.readouterr().err
    assert "Forecasting the children" in seen
    assert "done already" in seen


def test_nobody_need_listen() -> None:
    silent = Silent()
    silent.begins("forecast")
    silent.comes("forecast", 1.0)
    silent.ends("forecast")


def test_a_step_without_a_text_is_called_by_its_own_name() -> None:
    assert step_name("something new", "fi") == "something new"
