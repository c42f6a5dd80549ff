"""What a new site begins with: nothing but the municipalities, or the real programme of 2022.

Each app that has something to show brings a module ``seed`` with a function ``fill()``; the order
here is the order in which one needs the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from skolnat.web.accounts.models import User
from skolnat.web.programme.applications import seed as applications
from skolnat.web.programme.contacts import seed as contacts
from skolnat.web.programme.events import seed as events
from skolnat.web.programme.questions import seed as questions

FILLS: Final[tuple[Callable[[], None], ...]] = (
    events.fill,
    questions.fill,
    applications.fill,
    contacts.fill,
)


def fill(*, empty: bool) -> bool:
    """Fill an empty database; return False and do nothing where something is held already.

    Parameters
    ----------
    empty
        Leave it empty but for the municipalities, which every migration keeps in step.
    """
    with transaction.atomic():
        if _held():
            return False
        if not empty:
            for one in FILLS:
                one()
        _mark()
    return True


def _held() -> bool:
    from skolnat.web.common.models import Run

    return Run.objects.filter(name="seed").exists()


def _mark() -> None:
    from django.utils import timezone

    from skolnat.web.common.models import Run

    Run.objects.create(name="seed", last=timezone.now())


def officer_link(email: str) -> str:
    """Make (or find) an account of the association; return the link that sets its password."""
    from allauth.account.forms import default_token_generator
    from allauth.account.models import EmailAddress
    from allauth.account.utils import user_pk_to_url_str

    user = User.objects.filter(email=email.strip().lower()).first()
    user = user or User.objects.create_user(email)
    user.is_officer = user.is_active = True
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    with translation.override(user.language):
        key = default_token_generator.make_token(user)
        path = reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
        )
    return f"{settings.SITE_URL}{path}"


def has_officer() -> bool:
    """Whether anybody who works at the association can sign in."""
    return any(one.has_usable_password() for one in User.objects.filter(is_officer=True))
