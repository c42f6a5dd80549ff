"""Files that belong to an application."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.models import User
from skolnat.web.common.audit import record
from skolnat.web.programme.applications import drafting
from skolnat.web.programme.applications.file_check import checked
from skolnat.web.programme.applications.models import Attachment

MOST: Final = 10
"""Files of one application."""


def plain_name(name: str) -> str:
    """Return a file's name without path, control characters or what a shell would read."""
    last = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    stem, suffix = PurePath(last).stem, PurePath(last).suffix
    kept = re.sub(r"[^\w\- .()]", "_", stem).strip(" .") or "file"
    return f"{kept[:120]}{suffix[:10].casefold()}"


def add(number: int, upload: UploadedFile[Any], user: User, now: datetime) -> Attachment:
    """Add a file that has passed the check; the same file twice is one.

    Raises
    ------
    django.core.exceptions.ValidationError
        See :func:`skolnat.web.programme.applications.file_check.checked`; or there are too many.
    skolnat.web.programme.applications.drafting.NotOpen
        The application can no longer be changed.
    """
    stream = upload.file
    assert stream is not None
    kind = checked(upload.name or "", upload.size or 0, stream)
    digest = hashlib.sha256(stream.read()).hexdigest()
    stream.seek(0)
    with transaction.atomic():
        application = drafting.held(number)
        if not (application.is_draft and application.call.open_at(now)):
            raise drafting.NotOpen
        same = application.attachments.filter(digest=digest).first()
        if same is not None:
            return same
        if application.attachments.count() >= MOST:
            raise ValidationError(
                _("An application has %(most)d files at most."), params={"most": MOST}
            )
        made = Attachment.objects.create(
            application=application,
            name=plain_name(upload.name or ""),
            kind=kind.name,
            size=upload.size or 0,
            digest=digest,
            file=upload,
            added_by=user,
        )
        record(user, "applications.file_added", application, file=made.pk, digest=digest)
    return made


def remove(number: int, attachment: int, user: User, now: datetime) -> None:
    """Take a file away.

    Raises
    ------
    skolnat.web.programme.applications.drafting.NotOpen
        The application can no longer be changed.
    """
    with transaction.atomic():
        application = drafting.held(number)
        if not (application.is_draft and application.call.open_at(now)):
            raise drafting.NotOpen
        found = application.attachments.filter(pk=attachment).first()
        if found is None:
            return
        record(user, "applications.file_removed", application, file=found.pk, digest=found.digest)
        storage, path = found.file.storage, found.file.name
        found.delete()
        # Only when the row is gone for certain.
        transaction.on_commit(lambda: storage.delete(path) if path else None)
