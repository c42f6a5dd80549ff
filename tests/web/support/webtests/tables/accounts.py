"""Who may manage memberships and roles, and what everybody may do with their own account."""

from __future__ import annotations

from typing import Any

from skolnat.web.accounts.models import Membership, User
from webtests.routes import LOGIN, Route, Sees, officers, signed_in


def _asked(_people: Any) -> dict[str, Any]:
    somebody = User.objects.create_user("asks@example.org", name="Somebody who asks")
    made = Membership.objects.create(user=somebody, municipality_id="016")
    return {"pk": made.pk}


def _held(people: Any) -> dict[str, Any]:
    return {"pk": Membership.objects.get(user=people["member"]).pk}


ROUTES = {
    "accounts_ask": Route(None, signed_in(302), data=lambda _: {"municipality": "049"}),
    "accounts_leave": Route(None, Sees(LOGIN, 404, 302, 404, 404), kwargs=_held),
    "accounts_invitation": Route(
        signed_in(), signed_in(410), kwargs=lambda _: {"token": "none"}
    ),
    "accounts_data": Route(signed_in()),
    "accounts_remove": Route(signed_in(), signed_in(302), data=lambda _: {"sure": "on"}),
    "accounts_municipalities": Route(officers()),
    "accounts_municipalities_file": Route(officers(), kwargs=lambda _: {"form": "csv"}),
    "accounts_members": Route(
        officers(), officers(302), kwargs=lambda p: _asked(p) and {"code": "016"},
        data=lambda _: {"email": "new@example.org", "language": "fi"},
    ),
    "accounts_decide": Route(
        None, officers(302), kwargs=_asked, data=lambda _: {"wish": "grant"}
    ),
    "accounts_people": Route(officers()),
    "accounts_people_file": Route(officers(), kwargs=lambda _: {"form": "xlsx"}),
    "accounts_person": Route(
        officers(), officers(302), kwargs=lambda p: {"pk": p["reader"].pk},
        data=lambda _: {"is_reviewer": "on", "is_active": "on"},
    ),
}  # fmt: skip
