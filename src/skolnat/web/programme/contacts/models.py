"""Themes, the experts who answer, and what is asked of them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.common.fields import AddressField
from skolnat.web.common.texts import NAMES, TextsField
from skolnat.web.programme.questions.models import FaqEntry

TONGUES: Final = list(NAMES.items())
"""Languages of the site, each by its own name."""


def new_nonce() -> str:
    """Return what no one can guess."""
    return uuid.uuid4().hex


class Theme(models.Model):
    """Something that the programme is about and that one can ask about."""

    slug = models.SlugField(_("Short name in the address"), max_length=60, unique=True)
    name = TextsField(_("Theme"))
    about = TextsField(_("What belongs to it"), blank=True, long=True)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    published = models.BooleanField(_("Shown to everybody"), default=True)

    class Meta:
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return str(self.name)


class Expert(models.Model):
    """A person, or a function without a name, that answers in some themes and languages."""

    name = models.CharField(
        _("Name"),
        max_length=120,
        blank=True,
        help_text=_("Empty for a function that several people share."),
    )
    title = TextsField(_("Title and organisation"))
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="experts", verbose_name=_("Themes")
    )
    languages = models.JSONField(_("Answers in"), default=list, blank=True)
    email = models.EmailField(
        _("E-mail"),
        blank=True,
        help_text=_("Questions are sent here. Without it none is routed to this contact."),
    )
    phone = models.CharField(_("Telephone"), max_length=40, blank=True)
    url = AddressField(_("Page with contact details"), blank=True, max_length=500)
    address_shown = models.BooleanField(
        _("E-mail and telephone are shown to everybody"), default=False
    )
    user = models.OneToOneField(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="expert",
        verbose_name=_("Account"),
        help_text=_("Whoever has it sees the questions after signing in."),
    )
    away_until = models.DateField(
        _("Away until"),
        null=True,
        blank=True,
        help_text=_("Until this day, the day itself included, questions go to others."),
    )
    active = models.BooleanField(_("Shown, and gets questions"), default=True)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)

    class Meta:
        ordering = ("order", "name", "pk")

    def __str__(self) -> str:
        return self.name or str(self.title)

    def serves(self, day: date) -> bool:
        """Whether questions can be sent to this expert on a day."""
        here = self.away_until is None or self.away_until < day
        return self.active and bool(self.email) and here


class Enquiry(models.Model):
    """Something that somebody asks the programme; it waits for an answer, or has one."""

    class State(models.TextChoices):
        """Whose turn it is."""

        WAITING = "waiting", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed without an answer")

    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="enquiries", verbose_name=_("Theme")
    )
    language = models.CharField(_("Language of the question"), max_length=2, choices=TONGUES)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("Your name"), max_length=120)
    email = models.EmailField(_("Your e-mail"), max_length=254)
    text = models.TextField(_("Your question"), max_length=4000)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked = models.DateTimeField(db_index=True)
    waiting_since = models.DateTimeField()
    answered = models.DateTimeField(null=True, blank=True)
    expert = models.ForeignKey(
        Expert, null=True, blank=True, on_delete=models.SET_NULL, related_name="enquiries"
    )
    turn = models.PositiveIntegerField(default=0)
    assigned = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    nonce = models.CharField(max_length=32, default=new_nonce)
    browser = models.CharField(max_length=64, blank=True)
    faq = models.OneToOneField(
        FaqEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="enquiry"
    )

    class Meta:
        ordering = ("waiting_since", "pk")
        indexes = (models.Index(fields=("state", "expert"), name="enquiries_of_expert"),)

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def waits(self) -> bool:
        """Whether it is the programme's turn."""
        return self.state == self.State.WAITING


class Reply(models.Model):
    """An answer, or what the asker adds to the question."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="replies")
    from_asker = models.BooleanField(default=False)
    text = models.TextField(_("Answer"), max_length=8000)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    expert = models.ForeignKey(Expert, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.at:%Y-%m-%d %H:%M}"
