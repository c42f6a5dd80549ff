"""Many who register at once, by a real site in several processes: exactly the places there are.

One place too many cannot be taken back, and only real processes on a real database can show that
it does not happen.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from webtests.sites import Site, running_site

CAPACITY, COMERS = 10, 40
WORLD = f"""
from webtests import world
event = world.event("rush")
print(world.occasion(event, capacity={CAPACITY}).pk)
"""
COUNT = """
from skolnat.web.programme.events.models import Registration
from skolnat.web.common.models import Letter
from collections import Counter
import time
states = Counter(Registration.objects.values_list("state", flat=True))
for _ in range(600):  # the workers write the letters
    if Letter.objects.filter(purpose__startswith="events/").count() >= states.total():
        break
    time.sleep(0.1)
letters = Counter(Letter.objects.values_list("purpose", flat=True))
print(states["place"], states["waiting"], letters["events/confirmed"], letters["events/waiting"])
"""
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def comes(site: Site, occasion: str, number: int) -> int:
    """Somebody opens the page and registers; the status of the last answer."""
    url = f"{site.url}/sv/events/rush/register/"
    with httpx.Client(follow_redirects=True, timeout=60, trust_env=False) as client:
        found = _TOKEN.search(client.get(url).text)
        assert found is not None
        data = {
            "csrfmiddlewaretoken": found[1],
            "occasion": occasion,
            "name": f"Person {number}",
            "email": f"p{number}@example.org",
            "municipality": "016",
            "role": "head",
            "question_language": "sv",
        }
        return client.post(url, data=data).status_code


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nobody_gets_a_place_that_is_not_there(
    kind: str, tmp_path: Any, request: pytest.FixtureRequest
) -> None:
    url = "" if kind == "sqlite" else request.getfixturevalue("postgresql")
    with running_site(tmp_path / "data", url, processes=2) as site:
        occasion = site.django(WORLD).strip()
        with ThreadPoolExecutor(COMERS) as crowd:
            statuses = list(crowd.map(lambda n: comes(site, occasion, n), range(COMERS)))
        assert statuses == [200] * COMERS
        waiting = COMERS - CAPACITY
        assert site.django(COUNT).split() == [str(n) for n in (CAPACITY, waiting) * 2]
