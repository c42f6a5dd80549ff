"""What reviewers say of an application, and what is decided."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.models import User
from skolnat.web.common.texts import TextsField
from skolnat.web.programme.applications.models.application import Application
from skolnat.web.programme.applications.models.call import Criterion


class Review(models.Model):
    """One reviewer's work on one application."""

    class State(models.TextChoices):
        """How far it has come."""

        ASSIGNED = "assigned", _("assigned")
        DONE = "done", _("done")
        CONFLICT = "conflict", _("conflict of interest")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reviews")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASSIGNED)
    impartial = models.BooleanField(default=False)
    conflict = models.CharField(_("What the conflict of interest is"), max_length=500, blank=True)
    statement = models.TextField(_("Statement"), max_length=6000, blank=True)
    assigned = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("application", "reviewer"), name="one_review_a_reviewer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.reviewer_id} {self.state}"


class Score(models.Model):
    """What a reviewer gives for one criterion."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ("criterion__order", "criterion__pk")
        constraints = (
            models.UniqueConstraint(fields=("review", "criterion"), name="one_score_a_criterion"),
        )

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.points}"


class Note(models.Model):
    """A word in the reviewers' discussion of an application."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(_("Your word"), max_length=4000)
    language = models.CharField(max_length=2, default="sv")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:60]


class Decision(models.Model):
    """What the association decides on an application: prepared first, published in one batch."""

    class Outcome(models.TextChoices):
        """What is decided."""

        PILOT = "pilot", _("chosen as a pilot")
        RESERVE = "reserve", _("in reserve")
        REFUSED = "refused", _("not chosen")

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="decision"
    )
    outcome = models.CharField(_("Decision"), max_length=10, choices=Outcome.choices)
    reasons = TextsField(_("Reasons"), long=True)
    prepared = models.DateTimeField(auto_now=True)
    prepared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    published = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("application",)

    def __str__(self) -> str:
        return f"{self.application_id} {self.outcome}"
