"""An hour must be Finland's, whatever the season, and be written as the language writes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from skolnat.web.common.when import moment, span

FIRST = (datetime(2022, 3, 25, 7, 30, tzinfo=UTC), datetime(2022, 3, 25, 10, 0, tzinfo=UTC))
SECOND = (datetime(2022, 3, 30, 7, 0, tzinfo=UTC), datetime(2022, 3, 30, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("sv", "fredag 25.3.2022 kl. 9.30–12.00", "onsdag 30.3.2022 kl. 10.00–12.30"),
        ("fi", "perjantai 25.3.2022 klo 9.30–12.00", "keskiviikko 30.3.2022 klo 10.00–12.30"),
        ("en", "Friday 25 March 2022, 9:30–12:00", "Wednesday 30 March 2022, 10:00–12:30"),
    ],
)
def test_the_two_webinars_on_both_sides_of_summer_time(
    language: str, first: str, second: str
) -> None:
    """The clocks went forward on 27 March 2022: 7.30 UTC is 9.30, 7.00 UTC is 10.00."""
    with translation.override(language):
        assert span(*FIRST) == first
        assert span(*SECOND) == second


def test_over_midnight_both_days_are_told() -> None:
    with translation.override("sv"):
        night = span(datetime(2022, 3, 25, 20, tzinfo=UTC), datetime(2022, 3, 25, 23, tzinfo=UTC))
        assert night == "fredag 25.3.2022 kl. 22.00 – lördag 26.3.2022 kl. 1.00"
        assert moment(datetime(2022, 5, 13, 13, 0, tzinfo=UTC)) == "13.5.2022 kl. 16.00"
