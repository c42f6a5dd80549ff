"""What every app keeps: letters on their way, the audit trail, scheduled work, feedback."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _


class Letter(models.Model):
    """An e-mail on its way out; once it has left, its words are forgotten.

    It is written in the transaction that causes it, so that no letter tells of what did not
    happen, and none is lost with a mail server that does not answer.
    """

    to = models.EmailField(max_length=254)
    language = models.CharField(max_length=2)
    purpose = models.CharField(max_length=60)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    calendar_method = models.CharField(max_length=10, blank=True)
    way_out = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    sent = models.DateTimeField(null=True, blank=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-created", "-pk")

    def __str__(self) -> str:
        return f"{self.purpose} ({self.language})"


class AuditEntries(models.QuerySet["AuditEntry"]):
    """Entries of the audit trail: they are added and read, nothing else."""

    def update(self, **_values: Any) -> NoReturn:
        """Refuse."""
        raise PermissionDenied("the audit trail cannot be edited")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise PermissionDenied("the audit trail cannot be edited")


class AuditEntry(models.Model):
    """Who did what, to what, when.

    The database itself refuses to change or remove an entry (triggers of the first migration).
    For that reason an entry names people by number only: who has been anonymised stays so.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.BigIntegerField(null=True, db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    details = models.JSONField(default=dict)

    objects = AuditEntries.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("kind", "key"), name="audit_of"),)

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.key}"

    def save(self, *args: Any, **options: Any) -> None:
        """Add the entry; refuse to change one."""
        if self.pk is not None:
            raise PermissionDenied("the audit trail cannot be edited")
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        """Refuse."""
        raise PermissionDenied("the audit trail cannot be edited")


class Run(models.Model):
    """When a piece of scheduled work was last begun."""

    name = models.CharField(max_length=100, primary_key=True)
    last = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Feedback(models.Model):
    """What somebody says of the site's accessibility; the law gives 14 days for an answer."""

    text = models.TextField(_("What is difficult, and where"), max_length=4000)
    address = models.EmailField(_("Your e-mail, if you want an answer"), blank=True)
    page = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=2)
    created = models.DateTimeField(auto_now_add=True)
    answered = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return self.text[:60]
