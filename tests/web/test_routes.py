"""Every address as every role: what each may see and do stands in a table, and is so.

An address that is not in the table fails: whoever adds one has to say who may open it.
The tables lie in ``support/webtests/tables``, a module an app.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from webtests.routes import LOGIN, all_routes

ROLES = ("visitor", "reader", "member", "reviewer", "officer")
ROUTES = all_routes()


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from names(one.url_patterns, inner)
        elif one.name:  # allauth's old addresses without a name lead to those with one
            yield f"{space}{one.name}"


def test_every_address_is_in_the_table() -> None:
    found = set(names(get_resolver().url_patterns))
    assert found - set(ROUTES) == set()
    assert set(ROUTES) - found == set()


CASES = [
    pytest.param(name, method, id=f"{name}-{method}")
    for name, route in sorted(ROUTES.items())
    for method in ("get", "post")
    if getattr(route, method) is not None or method == "post"
]


@pytest.mark.parametrize(("name", "method"), CASES)
def test_each_role_gets_what_the_table_says(
    name: str, method: str, people: dict[str, Any], as_role: Any
) -> None:
    from django.db import transaction

    route = ROUTES[name]
    expected = getattr(route, method)
    if expected is None and name.startswith(("account_", "mfa_", "socialaccount", "openid_")):
        return  # allauth's own forms take POST, and are tested by allauth
    for role in ROLES:
        client: Client = as_role(role)
        point = transaction.savepoint()
        kwargs = route.kwargs(people)
        data = route.data(people) if method == "post" else None
        headers = {"HX-Request": "true"} if route.htmx else {}
        answer = getattr(client, method)(reverse(name, kwargs=kwargs), data, headers=headers)
        if expected is None:
            outcome = answer.status_code
            assert outcome in {405, 302, 403}, (role, outcome)
            assert outcome != 302 or _to_login(answer), role
        else:
            wanted = getattr(expected, role)
            refused = _to_login(answer) or (route.htmx and answer.status_code == 401)
            outcome = LOGIN if refused and wanted == LOGIN else answer.status_code
            assert outcome == wanted, (role, answer.get("Location"))
        transaction.savepoint_rollback(point)


def _to_login(answer: Any) -> bool:
    return answer.status_code == 302 and "/account/login/" in answer["Location"]


@pytest.mark.parametrize("name", sorted(name for name, one in ROUTES.items() if one.get))
@pytest.mark.parametrize("language", ["sv", "fi"])
def test_every_page_says_its_language_and_has_one_heading(
    name: str, language: str, people: dict[str, Any], as_role: Any
) -> None:
    from django.utils import translation

    route = ROUTES[name]
    role = next((one for one in reversed(ROLES) if getattr(route.get, one) == 200), None)
    if role is None:
        return
    client = as_role(role)
    with translation.override(language):
        url = reverse(name, kwargs=route.kwargs(people))
    headers = {"HX-Request": "true"} if route.htmx else {}
    answer = client.get(url, headers=headers)
    if not answer["Content-Type"].startswith("text/html") or answer.streaming:
        return
    text = answer.content.decode()
    if "<html" in text:
        assert f'<html lang="{language}">' in text
        assert text.count("<h1") == 1
        assert " style=" not in text  # the content security policy would not let it act
        assert "<script>" not in text
