"""A study of the main job, run for the municipalities of an application."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from skolnat.common.languages import catalogue
from skolnat.web.accounts.models import User
from skolnat.web.common.texts import TextsField, reader_language
from skolnat.web.programme.applications.models.application import Application


class StudyRun(models.Model):
    """One run: asked for, waiting, going, then with a report or with what went wrong."""

    class State(models.TextChoices):
        """How far it has come."""

        QUEUED = "queued", _("waits for its turn")
        RUNNING = "running", _("is being computed")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="studies")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    codes = models.JSONField(default=list)
    step = models.CharField(max_length=40, blank=True)
    share = models.FloatField(default=0.0)
    message = TextsField(blank=True, long=True)
    asked = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    begun = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {self.State.DONE, self.State.FAILED}

    @property
    def doing(self) -> str:
        """What is being done, in the reader's language, as the command line says it."""
        words = catalogue("skolnat.study", "steps", reader_language())
        return words.get(self.step, "")

    @property
    def percent(self) -> int:
        """How much is done, in whole per cent."""
        return round(100 * self.share)
