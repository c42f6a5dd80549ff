"""An application: written by several municipalities together, kept with every earlier wording."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.programme.applications.models.call import Call


def new_nonce() -> str:
    """Return what makes a link the newest of its kind."""
    return uuid.uuid4().hex[:16]


class Application(models.Model):
    """What a group of municipalities applies for.

    ``content`` holds every text by its key (``needs``, ``plan``, ..., ``q12`` for the answer to
    a question of the call); ``revision`` counts its savings, each of which is a :class:`Version`.
    """

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    responsible = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Responsible municipality"),
    )
    language = models.CharField(_("Language of the application"), max_length=2, default="sv")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    content = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    number = models.CharField(max_length=20, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changed = models.DateTimeField(auto_now=True)
    submitted = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("-created", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What the group calls its application."""
        return str(self.content.get("title", ""))

    @property
    def is_draft(self) -> bool:
        """Whether it is still being written."""
        return self.state == self.State.DRAFT

    @property
    def is_submitted(self) -> bool:
        """Whether it has been submitted and not been withdrawn."""
        return self.state == self.State.SUBMITTED


class Version(models.Model):
    """One saving of an application: what changed, by whom, when. None is ever changed or lost.

    ``aside`` marks words that could not be put in, because somebody else had changed the same
    text since they were begun: they are kept here and offered to whoever wrote them.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changes = models.JSONField(default=dict)
    aside = models.BooleanField(default=False)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("application", "revision"), name="version_of"),)

    def __str__(self) -> str:
        return f"{self.application_id} {self.revision}"


class Partner(models.Model):
    """A municipality of the group; it joins by its own word, not by another's."""

    class State(models.TextChoices):
        """What it has said."""

        ASKED = "asked", _("asked, has not answered")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="partners")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    email = models.EmailField(_("E-mail of the municipality's contact"), max_length=254, blank=True)
    language = models.CharField(max_length=2, default="sv")
    asked = models.DateTimeField(auto_now_add=True)
    nonce = models.CharField(max_length=16, default=new_nonce)
    answered = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    signer = models.CharField(_("Name"), max_length=120, blank=True)
    signer_role = models.CharField(_("Position"), max_length=120, blank=True)
    reason = models.CharField(_("Reason"), max_length=1000, blank=True)
    confirmed_revision = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("application", "municipality"), name="one_partner_a_municipality"
            ),
        )

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.state}"

    @property
    def is_confirmed(self) -> bool:
        """Whether the municipality has joined."""
        return self.state == self.State.CONFIRMED


def attachment_place(attachment: Attachment, _name: str) -> str:
    """Return where a file lies: under a name that says nothing and that nobody can guess."""
    return f"applications/{attachment.application_id}/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """A file that belongs to an application; it has passed the check of its type."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="attachments"
    )
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to=attachment_place, max_length=200)
    added = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
