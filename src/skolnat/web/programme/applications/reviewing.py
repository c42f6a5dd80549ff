"""Reviews: given out, declared impartial, scored; and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from skolnat.web.accounts.models import User
from skolnat.web.accounts.rules import memberships
from skolnat.web.common.audit import record
from skolnat.web.programme.applications import letters
from skolnat.web.programme.applications.models import (
    Application,
    Call,
    Criterion,
    Partner,
    Review,
    Score,
)


def has_tie(reviewer: User, application: Application) -> bool:
    """Whether a reviewer speaks for a municipality of the group: a conflict that nobody waives."""
    codes = set(memberships(reviewer))
    group = application.partners.exclude(state=Partner.State.DECLINED)
    return bool(codes & set(group.values_list("municipality_id", flat=True)))


def assign(application: Application, reviewers: Iterable[User], by: User) -> list[Review]:
    """Give an application to reviewers; those who have it keep it; return the new reviews."""
    made = []
    with transaction.atomic():
        for reviewer in reviewers:
            tie = has_tie(reviewer, application)
            state = Review.State.CONFLICT if tie else Review.State.ASSIGNED
            review, new = Review.objects.get_or_create(
                application=application, reviewer=reviewer, defaults={"state": state}
            )
            if new:
                record(by, "applications.review_assigned", application, reviewer=reviewer.pk)
                made.append(review)
                if not tie:
                    letters.assigned(review)
    return made


def declare(review: Review, *, impartial: bool, conflict: str) -> None:
    """Write down whether a reviewer has a conflict of interest; with one, nothing is read."""
    with transaction.atomic():
        review.impartial = impartial
        review.conflict = "" if impartial else conflict[:500]
        if not impartial:
            review.state = Review.State.CONFLICT
            review.scores.all().delete()
        review.save()
        record(review.reviewer, "applications.declared", review.application, impartial=impartial)


def score(
    review: Review,
    points: Mapping[int, int],
    reasons: Mapping[int, str],
    statement: str,
    *,
    done: bool,
) -> None:
    """Write down a review.

    Parameters
    ----------
    review
        Of a reviewer who has declared to be impartial.
    points, reasons
        By criterion.
    statement
        In the reviewer's words.
    done
        Whether it is finished; it counts from then on.

    Raises
    ------
    ValueError
        A finished review lacks a criterion, or points lie above the highest.
    """
    criteria = list(review.application.call.criteria.all())
    if done and {one.pk for one in criteria} - set(points):
        raise ValueError("a finished review has points for every criterion")
    with transaction.atomic():
        for one in criteria:
            if one.pk not in points:
                review.scores.filter(criterion=one).delete()
                continue
            if not 0 <= points[one.pk] <= one.highest:
                raise ValueError(f"points from 0 to {one.highest}")
            Score.objects.update_or_create(
                review=review,
                criterion=one,
                defaults={"points": points[one.pk], "reason": reasons.get(one.pk, "")[:2000]},
            )
        review.statement = statement
        review.state = Review.State.DONE if done else Review.State.ASSIGNED
        review.save()
        if done:
            record(review.reviewer, "applications.reviewed", review.application)


@dataclass(frozen=True)
class Standing:
    """What the reviews of an application come to.

    Parameters
    ----------
    application
        Which.
    means
        Mean points by criterion over the finished reviews; empty where there is none.
    total
        Weighted share of the highest points, 0 to 100; None without a finished review.
    spread
        Largest less smallest total of single reviews; how much the reviewers disagree.
    done, given, conflicts
        Number of reviews that are finished, that count on being finished, and with a conflict.
    """

    application: Application
    means: Mapping[int, float]
    total: float | None
    spread: float
    done: int
    given: int
    conflicts: int


def _share(points: Mapping[int, int], criteria: list[Criterion]) -> float:
    weight = sum(one.weight for one in criteria)
    return 100.0 * sum(points[one.pk] / one.highest * one.weight for one in criteria) / weight


def standings(call: Call) -> list[Standing]:
    """Return what the reviews of a call come to, the best first, those without a review last."""
    criteria = list(call.criteria.all())
    submitted = call.applications.filter(state=Application.State.SUBMITTED)
    found = submitted.select_related("responsible", "decision").prefetch_related(
        "reviews__scores", "partners__municipality"
    )
    told = [_standing(one, criteria) for one in found]
    return sorted(told, key=lambda one: (one.total is None, -(one.total or 0.0)))


def _standing(application: Application, criteria: list[Criterion]) -> Standing:
    reviews = list(application.reviews.all())
    done = [one for one in reviews if one.state == Review.State.DONE]
    points = [{score.criterion_id: score.points for score in one.scores.all()} for one in done]
    whole = [one for one in points if criteria and all(c.pk in one for c in criteria)]
    totals = [_share(one, criteria) for one in whole]
    means = {c.pk: sum(one[c.pk] for one in whole) / len(whole) for c in criteria if whole}
    return Standing(
        application,
        means,
        sum(totals) / len(totals) if totals else None,
        max(totals) - min(totals) if totals else 0.0,
        len(done),
        sum(one.state != Review.State.CONFLICT for one in reviews),
        sum(one.state == Review.State.CONFLICT for one in reviews),
    )
