"""A question in its own language, what others do with it, and what comes of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.models import User
from skolnat.web.common.texts import TextsField
from skolnat.web.programme.events.models import Event, Language


class Question(models.Model):
    """Something that somebody asks about an event."""

    class State(models.TextChoices):
        """Who sees it."""

        NEW = "new", _("new")
        SHOWN = "shown", _("shown")
        HIDDEN = "hidden", _("hidden")
        MERGED = "merged", _("merged")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField(_("Your question"), max_length=1000)
    language = models.CharField(
        _("Language of the question"), max_length=2, choices=Language.choices
    )
    name = models.CharField(
        _("Your name"),
        max_length=120,
        blank=True,
        help_text=_("Leave it empty to ask without a name."),
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged"
    )
    votes = models.PositiveIntegerField(default=0)
    asker = models.CharField(max_length=64)
    asked = models.DateTimeField()
    answered = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-votes", "asked", "pk")
        indexes = (models.Index(fields=("event", "state"), name="questions_of_event"),)

    def __str__(self) -> str:
        return self.text[:60]


class Vote(models.Model):
    """That a browser wants a question answered; one each."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="voters")
    voter = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("question", "voter"), name="one_vote"),)

    def __str__(self) -> str:
        return f"{self.question_id}"


class Rendering(models.Model):
    """A question in another language, by a person."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="renderings")
    language = models.CharField(_("Language"), max_length=2, choices=Language.choices)
    text = models.TextField(_("The question in this language"), max_length=1000)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("language",)
        constraints = (
            models.UniqueConstraint(fields=("question", "language"), name="one_rendering"),
        )

    def __str__(self) -> str:
        return self.text[:60]


class Answer(models.Model):
    """What was answered, in one or more languages."""

    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="answer")
    text = TextsField(_("Answer"), long=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.text)[:60]


class FaqEntry(models.Model):
    """A question that is asked often, with its answer."""

    question = TextsField(_("Question"))
    answer = TextsField(_("Answer"), long=True)
    theme = TextsField(_("Theme"), blank=True)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    published = models.BooleanField(_("Shown to everybody"), default=True)
    from_question = models.OneToOneField(
        Question, null=True, blank=True, on_delete=models.SET_NULL, related_name="faq"
    )

    class Meta:
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return str(self.question)
