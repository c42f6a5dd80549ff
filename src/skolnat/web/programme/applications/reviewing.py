"""Reviews: given out, declared impartial, scored; and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Prefetch
from django.db.models.fields.json import KeyTextTransform

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

_DONE: Final = Review.State.DONE


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


def standing(application: Application) -> Standing | None:
    """Return what the reviews of one submitted application come to."""
    return next(iter(standings(application.call, application)), None)


def standings(
    call: Call, only: Application | None = None, *, titles_only: bool = False
) -> list[Standing]:
    """Return what the reviews of a call come to, the best first, those without a review last.

    Each application knows its confirmed partners; hundreds of reviews and points are read as plain
    rows, since to make objects of them takes longer than everything else.

    Parameters
    ----------
    call
        Its submitted applications are told of.
    only
        This one of them alone.
    titles_only
        Leave the texts of the applications unread; each has its title as ``named``.
    """
    criteria = list(call.criteria.all())
    submitted = call.applications.filter(state=Application.State.SUBMITTED)
    if only is not None:
        submitted = submitted.filter(pk=only.pk)
    confirmed = Partner.objects.filter(state=Partner.State.CONFIRMED)
    slim = confirmed.only("application", "municipality", "state").order_by("pk")
    found = submitted.select_related("responsible", "decision").prefetch_related(
        Prefetch("partners", slim), "partners__municipality"
    )
    if titles_only:
        found = found.defer("content").annotate(named=KeyTextTransform("title", "content"))
    states: dict[int, list[str]] = {}
    for number, state in Review.objects.filter(application__in=submitted).values_list(
        "application_id", "state"
    ):
        states.setdefault(number, []).append(state)
    points: dict[int, dict[int, dict[int, int]]] = {}
    given = Score.objects.filter(review__application__in=submitted, review__state=_DONE)
    for number, review, criterion, count in given.values_list(
        "review__application_id", "review_id", "criterion_id", "points"
    ):
        points.setdefault(number, {}).setdefault(review, {})[criterion] = count
    told = [
        _standing(one, criteria, states.get(one.pk, []), list(points.get(one.pk, {}).values()))
        for one in found
    ]
    return sorted(told, key=lambda one: (one.total is None, -(one.total or 0.0)))


def _standing(
    application: Application,
    criteria: list[Criterion],
    states: list[str],
    points: list[dict[int, int]],
) -> Standing:
    whole = [one for one in points if criteria and all(c.pk in one for c in criteria)]
    totals = [_share(one, criteria) for one in whole]
    means = {c.pk: sum(one[c.pk] for one in whole) / len(whole) for c in criteria if whole}
    conflicts = states.count(Review.State.CONFLICT)
    return Standing(
        application,
        means,
        sum(totals) / len(totals) if totals else None,
        max(totals) - min(totals) if totals else 0.0,
        states.count(_DONE),
        len(states) - conflicts,
        conflicts,
    )
