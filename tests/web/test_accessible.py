"""Every page of the route table in Swedish and Finnish: axe finds nothing, and 320 pixels suffice.

Pages are drawn by Django's test client and opened in Chromium with their own headers, so that the
content security policy acts as on the site. A new address is checked as soon as it is listed.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from webtests.routes import all_routes

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
ROLES = ("officer", "reviewer", "member", "reader", "visitor")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOST = "http://localhost"
PAGES = sorted(
    name
    for name, route in all_routes().items()
    if route.get and not route.htmx and any(getattr(route.get, r) in {200, 401} for r in ROLES)
)


def static(route: Any) -> None:
    """Answer for a static file from where it lies."""
    name = route.request.url.removeprefix(f"{HOST}/static/").partition("?")[0]
    found = finders.find(name)
    if isinstance(found, str):
        kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
        route.fulfill(path=found, content_type=kind)
    else:
        route.fulfill(status=404)


@pytest.mark.browser
@pytest.mark.parametrize(("language", "scheme"), [("sv", "light"), ("fi", "light"), ("fi", "dark")])
def test_axe_finds_nothing_on_any_page(
    language: str,
    scheme: str,
    browser: Any,
    people: dict[str, Any],
    as_role: Any,
) -> None:
    assert AXE.is_file(), "make setup installs axe-core"
    context = browser.new_context(viewport={"width": 320, "height": 800}, color_scheme=scheme)
    console: list[str] = []
    context.on(
        "console",
        lambda said: console.append(said.text) if said.type in {"error", "warning"} else None,
    )
    context.on("weberror", lambda fault: console.append(str(fault.error)))
    shown: dict[str, Any] = {}

    def fulfil(route: Any) -> None:
        headers = {key: value for key, value in shown["answer"].items() if key != "Set-Cookie"}
        route.fulfill(status=200, body=shown["answer"].content, headers=headers)

    context.route(f"{HOST}/**", fulfil)
    context.route(f"{HOST}/static/**", static)
    faults = []
    for name in PAGES:
        answer, url = drawn(name, language, people, as_role)
        if answer is None:
            continue
        shown["answer"] = answer
        page = context.new_page()
        page.goto(f"{HOST}{url}", wait_until="load")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS
        )
        faults += [
            f"{name}: {one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{name}: wider than 320 pixels")
        page.close()
    context.close()
    assert faults == []
    assert console == []


def drawn(name: str, language: str, people: dict[str, Any], as_role: Any) -> tuple[Any, str]:
    route = all_routes()[name]
    assert route.get is not None
    role = next(r for r in ROLES if getattr(route.get, r) in {200, 401})
    with transaction.atomic():
        with translation.override(language):
            url = reverse(name, kwargs=route.kwargs(people))
        answer = as_role(role).get(url)
        assert answer.status_code in {200, 401}, (name, answer.status_code)
        transaction.set_rollback(True)  # each page has a world of its own
    page = answer["Content-Type"].startswith("text/html")
    return (answer if page else None), url
