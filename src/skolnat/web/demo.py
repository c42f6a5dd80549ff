"""What somebody needs to try every role on a machine of their own: accounts, an event, a call.

The seed holds the real programme of 2022, which is over: nothing of it can be registered for or
applied to. This adds something that can, named as an example, and accounts with one password that
is made anew each time.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from skolnat.web.accounts.models import Membership, User
from skolnat.web.common.texts import Texts
from skolnat.web.programme.applications.models import Call, Criterion
from skolnat.web.programme.events.models import Event, Occasion

SLUG: Final = "example"
_PEOPLE: Final[tuple[tuple[str, str, dict[str, bool]], ...]] = (
    ("officer", "", {"is_officer": True}),
    ("reviewer", "", {"is_reviewer": True}),
    ("asikkala", "016", {}),
    ("heinola", "111", {}),
    ("hartola", "081", {}),
)


class RealSite(Exception):  # noqa: N818 - what it is, not what went wrong in the code
    """The site is reached by others: accounts with a printed password have no place on it."""


def prepare() -> Iterator[tuple[str, str]]:
    """Make (or renew) the accounts, the event and the call; give each address and the password.

    Raises
    ------
    RealSite
        The site's address is not of this machine.
    """
    if settings.SITE_HOST not in {"127.0.0.1", "localhost", "::1"}:
        raise RealSite
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        made = [_account(*one, password=password) for one in _PEOPLE]
        if not Event.objects.filter(slug=SLUG).exists():
            _event()
        if not Call.objects.filter(slug=SLUG).exists():
            _call()
    yield from ((one.email, password) for one in made)


def _account(name: str, code: str, roles: dict[str, Any], *, password: str) -> User:
    from allauth.account.models import EmailAddress

    email = f"{name}@example.org"
    user, _new = User.objects.update_or_create(
        email=email, defaults={"name": name.title(), "is_active": True, **roles}
    )
    user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    if code:
        Membership.objects.update_or_create(
            user=user, municipality_id=code, defaults={"state": Membership.State.GRANTED}
        )
    return user


def _event() -> None:
    event = Event.objects.create(
        slug=SLUG,
        title=Texts(
            sv="Exempel: hur börjar vi?",
            fi="Esimerkki: miten aloitamme?",
            en="Example: how to begin",
        ),
        summary=Texts(
            sv="Ett påhittat webbinarium att pröva anmälan med.",
            fi="Keksitty webinaari ilmoittautumisen kokeilemiseen.",
            en="An invented webinar with which to try registration.",
        ),
        published=True,
    )
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    for days, capacity in ((14, 3), (16, 30)):
        begins = noon + timedelta(days=days)
        Occasion.objects.create(
            event=event,
            begins=begins,
            ends=begins + timedelta(hours=2),
            capacity=capacity,
            place=Texts(sv="På webben", fi="Verkossa", en="Online"),
        )


def _call() -> None:
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    call = Call.objects.create(
        slug=SLUG,
        title=Texts(sv="Exempel: ansökan", fi="Esimerkki: haku", en="Example: a call"),
        summary=Texts(
            sv="En påhittad ansökningsomgång att pröva med.",
            fi="Keksitty haku kokeilemista varten.",
            en="An invented call to try with.",
        ),
        opens=now - timedelta(days=1),
        closes=now + timedelta(days=30),
        published=True,
    )
    for order, name in enumerate(
        (
            Texts(sv="Nytta för eleverna", fi="Hyöty oppilaille", en="Benefit to pupils"),
            Texts(sv="Planens mognad", fi="Suunnitelman valmius", en="Maturity of the plan"),
        )
    ):
        Criterion.objects.create(call=call, order=order, name=name)
