"""Columns that Django has almost as we want them."""

from __future__ import annotations

from typing import Any

from django.db import models


class AddressField(models.URLField[str, str]):
    """An address on the web; one written without a scheme is taken for https."""

    def formfield(self, **options: Any) -> Any:
        """Return the field of a form."""
        return super().formfield(**{"assume_scheme": "https", **options})
