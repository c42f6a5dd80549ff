"""A call for applications: its dates, its own questions, the criteria it is judged by."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from skolnat.web.common.texts import TextsField

Phase = Literal["ahead", "open", "closed", "decided"]


class Call(models.Model):
    """An invitation to groups of municipalities to apply."""

    slug = models.SlugField(_("Short name in the address"), max_length=60, unique=True)
    title = TextsField(_("Title"))
    summary = TextsField(_("In one or two sentences"), blank=True)
    description = TextsField(_("Description"), blank=True, long=True)
    opens = models.DateTimeField(_("Opens"))
    closes = models.DateTimeField(_("Closes"), help_text=_("To the minute, in Finland's time."))
    least_partners = models.PositiveSmallIntegerField(
        _("Least number of municipalities in a group"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(40)],
    )
    published = models.BooleanField(_("Shown to everybody"), default=False)
    decided = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-closes", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="call_closes_later"),
        )

    def __str__(self) -> str:
        return str(self.title)

    def phase(self, now: datetime) -> Phase:
        """Return where the call stands at a time."""
        if self.decided is not None:
            return "decided"
        if now < self.opens:
            return "ahead"
        return "open" if now < self.closes else "closed"

    def open_at(self, now: datetime) -> bool:
        """Whether applications are written and submitted at a time."""
        return self.phase(now) == "open"


class Question(models.Model):
    """A question of the call's own, beside needs, plan and goals."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    label = TextsField(_("Question"))
    help = TextsField(_("What helps to answer it"), blank=True)
    required = models.BooleanField(_("Must be answered"), default=True)
    limit = models.PositiveIntegerField(
        _("Longest answer, in characters"),
        default=4000,
        validators=[MinValueValidator(20), MaxValueValidator(20_000)],
    )

    class Meta:
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return str(self.label)

    @property
    def key(self) -> str:
        """Name of the answer in an application's content."""
        return f"q{self.pk}"


class Criterion(models.Model):
    """What applications are judged by; shown with the call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    name = TextsField(_("Criterion"))
    help = TextsField(_("What is looked for"), blank=True)
    highest = models.PositiveSmallIntegerField(
        _("Highest score"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    weight = models.PositiveSmallIntegerField(
        _("Weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return str(self.name)
