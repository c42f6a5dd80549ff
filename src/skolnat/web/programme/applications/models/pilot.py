"""A chosen pilot: its milestones, and what it shares with the others."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.common.fields import AddressField
from skolnat.web.common.texts import TextsField
from skolnat.web.programme.applications.models.application import Application
from skolnat.web.programme.applications.models.call import Call


class Pilot(models.Model):
    """A group of municipalities that was chosen; older ones may have no application here."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="pilots")
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="pilot"
    )
    name = TextsField(_("Name"))
    about = TextsField(_("What it does"), blank=True, long=True)
    municipalities = models.ManyToManyField(Municipality, related_name="+")
    size = models.PositiveSmallIntegerField(
        _("Number of municipalities, where not all are known by name"), null=True, blank=True
    )

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.name)


class Milestone(models.Model):
    """Something a pilot is to reach by a day."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("Milestone"), max_length=200)
    due = models.DateField(_("By"))
    reached = models.DateField(_("Reached"), null=True, blank=True)
    note = models.CharField(_("How it went"), max_length=1000, blank=True)
    language = models.CharField(max_length=2, default="sv")

    class Meta:
        ordering = ("due", "pk")

    def __str__(self) -> str:
        return self.title


class Result(models.Model):
    """What a pilot has learnt; shared with everybody, or with the programme's members."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="results")
    title = models.CharField(_("Title"), max_length=200)
    text = models.TextField(_("What was learnt"), max_length=10_000)
    url = AddressField(_("Address of more about it"), max_length=500, blank=True)
    language = models.CharField(max_length=2, default="sv")
    public = models.BooleanField(_("Shared with everybody"), default=False)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.title
