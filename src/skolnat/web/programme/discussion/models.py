"""Threads and what is written in them, with every earlier wording; who follows and who reports."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.common.texts import NAMES

TONGUES: Final = list(NAMES.items())
"""Languages of the site, each by its own name."""


class Thread(models.Model):
    """What is said of one matter of a thing (:mod:`.subjects`); its first post opens it."""

    kind = models.CharField(max_length=12)
    key = models.PositiveBigIntegerField()
    title = models.CharField(_("Title"), max_length=160)
    language = models.CharField(max_length=2, choices=TONGUES)
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    begun = models.DateTimeField()
    last = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)
    hidden = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)

    class Meta:
        ordering = ("-last", "-pk")
        indexes = (models.Index(fields=("kind", "key", "-last"), name="threads_of"),)

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> tuple[str, int]:
        """The thing it is about."""
        return (self.kind, self.key)


class Post(models.Model):
    """One thing that somebody says; ``folded`` holds its words in small letters for the search."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="posts")
    municipality = models.ForeignKey(
        Municipality, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(_("Language of the text"), max_length=2, choices=TONGUES)
    text = models.TextField(_("Text"), max_length=6000)
    folded = models.TextField(default="", editable=False)
    at = models.DateTimeField()
    edited = models.DateTimeField(null=True, blank=True)
    hidden = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("Why it is hidden"), max_length=300, blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:60]


class Wording(models.Model):
    """What a post said before it was changed."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=2, choices=TONGUES)
    text = models.TextField()
    until = models.DateTimeField()

    class Meta:
        ordering = ("-until", "-pk")

    def __str__(self) -> str:
        return self.text[:60]


class Rendering(models.Model):
    """A post in another language, by a person."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="renderings")
    language = models.CharField(_("Language"), max_length=2, choices=TONGUES)
    text = models.TextField(_("Translation"), max_length=6000)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("language",)
        constraints = (
            models.UniqueConstraint(fields=("post", "language"), name="one_rendering_of_post"),
        )

    def __str__(self) -> str:
        return self.text[:60]


class Follow(models.Model):
    """How somebody wants to hear of a thread, or of every thread of a thing (``thread`` empty).

    ``told`` is up to when a daily letter has told.
    """

    class Choice(models.TextChoices):
        """How often."""

        NONE = "none", _("no letters")
        EACH = "each", _("a letter for each new post")
        DAILY = "daily", _("one letter a day, when something is new")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    kind = models.CharField(max_length=12)
    key = models.PositiveBigIntegerField()
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.CASCADE, related_name="follows"
    )
    choice = models.CharField(max_length=5, choices=Choice.choices)
    told = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "kind", "key"),
                condition=Q(thread=None),
                name="one_follow_of_subject",
            ),
            models.UniqueConstraint(
                fields=("user", "thread"),
                condition=Q(thread__isnull=False),
                name="one_follow_of_thread",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.key} {self.choice}"


class Report(models.Model):
    """That somebody finds a post wrong; one each, until the association has looked at it."""

    class Outcome(models.TextChoices):
        """What came of it."""

        OPEN = "open", _("to be looked at")
        HIDDEN = "hidden", _("the post was hidden")
        KEPT = "kept", _("the post was left as it is")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(_("What is wrong"), max_length=1000)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=6, choices=Outcome.choices, default=Outcome.OPEN)
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("post", "by"), condition=Q(outcome="open"), name="one_open_report"
            ),
        )

    def __str__(self) -> str:
        return f"{self.post_id} {self.outcome}"
