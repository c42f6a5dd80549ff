"""Who may do what with calls, applications, reviews and pilots."""

from __future__ import annotations

from typing import Any

from rules.permissions import add_perm
from rules.predicates import predicate

from skolnat.web.accounts.rules import is_member, is_officer, is_reviewer, memberships
from skolnat.web.programme.applications.models import Partner, Review


@predicate
def is_published(_user: Any, call: Any) -> bool:
    """Whether a call is shown to everybody."""
    return bool(call is not None and call.published)


@predicate
def is_of_responsible(user: Any, application: Any) -> bool:
    """Whether somebody speaks for the responsible municipality."""
    return application is not None and application.responsible_id in memberships(user)


@predicate
def is_of_group(user: Any, application: Any) -> bool:
    """Whether somebody speaks for a municipality that has joined."""
    return _speaks(user, application, (Partner.State.CONFIRMED,))


@predicate
def is_asked(user: Any, application: Any) -> bool:
    """Whether somebody speaks for a municipality that has joined or been asked to."""
    return _speaks(user, application, (Partner.State.CONFIRMED, Partner.State.ASKED))


def _speaks(user: Any, application: Any, states: tuple[str, ...]) -> bool:
    codes = memberships(user)
    return (
        application is not None
        and bool(codes)
        and application.partners.filter(municipality_id__in=codes, state__in=states).exists()
    )


@predicate
def is_given_to(user: Any, application: Any) -> bool:
    """Whether a reviewer has been given a submitted application and has no conflict."""
    return bool(
        application is not None
        and user.is_authenticated
        and user.is_reviewer
        and application.is_submitted
        and application.reviews.filter(reviewer=user).exclude(state=Review.State.CONFLICT).exists()
    )


@predicate
def has_declared(user: Any, application: Any) -> bool:
    """Whether a reviewer has said that there is no conflict of interest."""
    return bool(
        application is not None
        and user.is_authenticated
        and application.reviews.filter(reviewer=user, impartial=True).exists()
    )


@predicate
def is_own_review(user: Any, review: Any) -> bool:
    """Whether a review is the reader's own."""
    return review is not None and user.is_authenticated and review.reviewer_id == user.pk


@predicate
def is_submitted(_user: Any, application: Any) -> bool:
    """Whether an application has been submitted (the association does not read drafts)."""
    return application is not None and not application.is_draft


@predicate
def is_of_pilot(user: Any, pilot: Any) -> bool:
    """Whether somebody speaks for a municipality of a pilot."""
    codes = memberships(user)
    return pilot is not None and bool(codes) and pilot.municipalities.filter(pk__in=codes).exists()


add_perm("applications.view_call", is_published | is_officer)
add_perm("applications.manage", is_officer)
add_perm("applications.apply", is_member)
add_perm(
    "applications.view",
    is_asked | (is_officer & is_submitted) | (is_given_to & has_declared),
)
add_perm("applications.edit", is_of_group)
add_perm("applications.lead", is_of_responsible)
add_perm("applications.review", is_given_to)
add_perm("applications.discuss", (is_officer & is_submitted) | (is_given_to & has_declared))
add_perm("applications.see_reviews", is_reviewer)
add_perm("applications.follow", is_of_pilot | is_officer)
