"""What an event is: occasions with the same content, a programme, and those who come."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.common.fields import AddressField
from skolnat.web.common.texts import TextsField


class Language(models.TextChoices):
    """Languages of the site."""

    SV = "sv", _("Swedish")
    FI = "fi", _("Finnish")
    EN = "en", _("English")


class Event(models.Model):
    """Something that is held once or on several occasions, each with the same content."""

    slug = models.SlugField(_("Short name in the address"), max_length=60, unique=True)
    title = TextsField(_("Title"))
    summary = TextsField(_("In one or two sentences"), blank=True)
    description = TextsField(_("Description"), blank=True, long=True)
    audience = TextsField(_("For whom"), blank=True)
    published = models.BooleanField(_("Shown to everybody"), default=False)
    questions_open = models.BooleanField(_("Questions may be asked"), default=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created", "pk")

    def __str__(self) -> str:
        return str(self.title)


class Occasion(models.Model):
    """One time at which an event is held."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="occasions")
    begins = models.DateTimeField(_("Begins"), db_index=True)
    ends = models.DateTimeField(_("Ends"))
    closes = models.DateTimeField(
        _("Registration closes"),
        null=True,
        blank=True,
        help_text=_("Empty: registration is open until the occasion begins."),
    )
    place = TextsField(_("Place"), blank=True)
    link = AddressField(
        _("Address of the online meeting"),
        blank=True,
        max_length=500,
        help_text=_("Told in letters to those who have a place, and nowhere else."),
    )
    capacity = models.PositiveIntegerField(
        _("Places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as come."),
    )
    cancelled = models.BooleanField(default=False)
    reminded = models.DateTimeField(null=True, blank=True)
    attendance_known = models.BooleanField(default=False)

    class Meta:
        ordering = ("begins", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends__gt=models.F("begins")), name="ends_later"),
        )

    def __str__(self) -> str:
        return f"{self.event_id} {self.begins:%Y-%m-%d %H:%M}"

    def open_at(self, now: datetime) -> bool:
        """Whether somebody may register, change or cancel at a time."""
        return not self.cancelled and now < (self.closes or self.begins)


class Speaker(models.Model):
    """Somebody who speaks; known by name and by title in each language."""

    name = models.CharField(_("Name"), max_length=120)
    title = TextsField(_("Title and organisation"), blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ProgrammePoint(models.Model):
    """One point of an event's programme."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="points")
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    title = TextsField(_("Title"))
    text = TextsField(_("More about it"), blank=True, long=True)
    speakers = models.ManyToManyField(Speaker, blank=True, verbose_name=_("Speakers"))

    class Meta:
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return str(self.title)


class Material(models.Model):
    """Something to read, see or hear: before the event, or afterwards."""

    class Kind(models.TextChoices):
        """What it is."""

        READING = "reading", _("To read")
        SLIDES = "slides", _("Slides")
        RECORDING = "recording", _("Recording")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices)
    title = TextsField(_("Title"))
    url = AddressField(_("Address"), max_length=500, blank=True)
    language = models.CharField(
        _("Language of the material"), max_length=2, choices=Language.choices, blank=True
    )
    shown_from = models.DateTimeField(_("Shown from"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)

    class Meta:
        ordering = ("kind", "order", "pk")

    def __str__(self) -> str:
        return str(self.title)


class Registration(models.Model):
    """That somebody comes to an occasion, waits for a place at it, or has cancelled."""

    class State(models.TextChoices):
        """Whether there is a place."""

        PLACE = "place", _("has a place")
        WAITING = "waiting", _("on the waiting list")
        CANCELLED = "cancelled", _("cancelled")

    class Role(models.TextChoices):
        """What somebody does in the municipality."""

        DIRECTOR = "director", _("Director of education")
        HEAD = "head", _("Head teacher")
        TEACHER = "teacher", _("Teacher")
        PLANNER = "planner", _("Planner or expert")
        FINANCE = "finance", _("Finance")
        MANAGER = "manager", _("Municipal manager")
        COUNCILLOR = "councillor", _("Elected representative")
        OTHER = "other", _("Other")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    occasion = models.ForeignKey(Occasion, on_delete=models.CASCADE, related_name="registrations")
    name = models.CharField(_("Your name"), max_length=120)
    email = models.EmailField(_("Your e-mail"), max_length=254)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(_("Your role"), max_length=12, choices=Role.choices)
    question_language = models.CharField(
        _("In which language do you want to ask and discuss?"),
        max_length=2,
        choices=Language.choices,
    )
    needs = models.TextField(
        _("What do you need to take part?"),
        max_length=1000,
        blank=True,
        help_text=_("For instance captions, sign language, material beforehand."),
    )
    language = models.CharField(max_length=2, choices=Language.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    queued = models.DateTimeField()
    created = models.DateTimeField()
    changed = models.DateTimeField()
    nonce = models.PositiveIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)
    link_sent = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ("queued", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "email"),
                condition=~Q(state="cancelled"),
                name="one_registration_an_address",
            ),
        )
        indexes = (models.Index(fields=("occasion", "state", "queued"), name="line_of_occasion"),)

    def __str__(self) -> str:
        return f"{self.uid} {self.state}"


class Series(models.Model):
    """Something that comes back, such as a morning coffee every month."""

    class Rhythm(models.TextChoices):
        """How often."""

        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month, on the same weekday of the month")

    slug = models.SlugField(_("Short name in the address"), max_length=60, unique=True)
    title = TextsField(_("Title"))
    description = TextsField(_("Description"), blank=True, long=True)
    language = models.CharField(
        _("Language it is held in"), max_length=2, choices=Language.choices, blank=True
    )
    begins = models.DateTimeField(_("First time"))
    minutes = models.PositiveSmallIntegerField(_("Minutes"), validators=[MinValueValidator(5)])
    rhythm = models.CharField(_("Rhythm"), max_length=8, choices=Rhythm.choices)
    until = models.DateField(_("Last day"))
    link = AddressField(_("Address of the online meeting"), blank=True, max_length=500)
    published = models.BooleanField(_("Shown to everybody"), default=False)
    sequence = models.PositiveIntegerField(default=0)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("begins", "pk")

    def __str__(self) -> str:
        return str(self.title)


class SeriesException(models.Model):
    """One time of a series that is not as the others: called off, or moved."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField(_("Day on which it would have been"))
    moved_to = models.DateTimeField(
        _("Moved to"), null=True, blank=True, help_text=_("Empty: it is called off.")
    )
    note = TextsField(_("Why"), blank=True)

    class Meta:
        ordering = ("day",)
        constraints = (
            models.UniqueConstraint(fields=("series", "day"), name="one_exception_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.series_id} {self.day}"


class Call(models.Model):
    """That somebody at the association has called a municipality about an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="calls")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("What came of it"), max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.event_id} {self.municipality_id}"
