"""The municipalities of Finland in the database, as the library's reference tables have them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from skolnat.common.languages import LANGUAGES, Language
from skolnat.web.accounts.models import Municipality
from skolnat.web.common.texts import Texts, reader_language

_LAST: Final = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


def alphabetical(name: str) -> str:
    """Return a key by which names sort as in Swedish and Finnish: å, ä and ö come last."""
    return name.casefold().translate(_LAST)


def keep_in_step(**_signal: Any) -> None:
    """Write the reference tables' municipalities; those that are no more stay, marked so."""
    from skolnat.sources import reference

    table = reference.municipalities()
    rows = [
        Municipality(
            code=one["municipality"],
            names=_texts(one, "name"),
            language_status=one["language_status"],
            region=one["region"],
            region_names=_texts(one, "region_name"),
            aland=bool(one["aland"]),
            current=True,
        )
        for one in table.to_dict("records")
    ]
    fields = ["names", "language_status", "region", "region_names", "aland", "current"]
    Municipality.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )
    Municipality.objects.exclude(code__in=[one.code for one in rows]).update(current=False)
    _listed.cache_clear()


def _texts(row: Any, stem: str) -> Texts:
    return Texts({language: row[f"{stem}_{language}"] for language in LANGUAGES})


@cache
def _listed(language: Language) -> tuple[tuple[str, str], ...]:
    pairs = [
        (one.code, one.names.told(language).text)
        for one in Municipality.objects.filter(current=True)
    ]
    return tuple(sorted(pairs, key=lambda pair: alphabetical(pair[1])))


def listed(language: Language | None = None) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every municipality of today, in alphabetical order."""
    return _listed(language or reader_language())
