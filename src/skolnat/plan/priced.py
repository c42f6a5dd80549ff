"""What a priced plan consists of: the columns of its tables, told once, as data.

Whoever makes such a table, prices it or tells it reads the same schema. Columns may be added, and
none is renamed: results that were written earlier stay readable.
"""

from __future__ import annotations

from typing import Final

from skolnat.region.schemas import STAGES, Column, Schema

BASIC: Final = "basic"
"""The subject of the groups that all pupils of a stage belong to, each to exactly one."""

SMALL_SUBJECTS: Final = (
    "worldview",
    "second_language",
    "support_small_group",
    "support_special",
    "optional",
)
"""Subjects of groups beside the basic ones, as they stand; see :data:`SUBJECT_PREFIXES` too."""

SUBJECT_PREFIXES: Final = ("a1", "a2", "b1", "b2", "religion", "own_language")
"""Subjects that name a language or a confession after a hyphen: ``a2-de``, ``religion-ort``."""


def is_subject(code: str) -> bool:
    """Return whether a code is one of a subject in the table of groups.

    Examples
    --------
    >>> is_subject("a2-de"), is_subject("basic"), is_subject("a3-de"), is_subject("religion-")
    (True, True, False, False)
    """
    prefix, hyphen, rest = code.partition("-")
    if not hyphen:
        return code == BASIC or code in SMALL_SUBJECTS
    return prefix in SUBJECT_PREFIXES and bool(rest) and rest.isalnum() and rest.islower()


GROUPS: Final[Schema] = (
    Column("municipality", "text"),
    Column("provider", "text"),
    Column("school", "text"),
    Column("unit", "text"),
    Column("stage", "text", choices=STAGES),
    Column("language", "text", choices=("fi", "sv")),
    Column("period", "integer", minimum=0),
    Column("years", "text"),
    Column("subject", "text"),
    Column("pupils", "number", "pupils, mean a year", minimum=0),
    Column("groups", "number", "groups, expected", minimum=0),
    Column("weekly_hours", "number", "h/week, over the groups", minimum=0),
    Column("teachers", "number", "full-time teachers", minimum=0),
    Column("estimated", "flag"),
    Column("rules", "text"),
    Column("entitled", "number", "pupils, mean a year", minimum=0),
    Column("combined", "number", "groups, expected", minimum=0),
)
"""One row a scenario, period, unit and subject.

``municipality`` is where the school stands and ``provider`` who arranges the teaching: the same,
or the responsible municipality. ``weekly_hours`` are those that the row adds: hours of all rows
together are what the plan needs, so that a subject whose hours lie within the basic groups' own
adds only what splitting them adds. ``teachers`` are weekly hours over the teaching duty.
``rules`` names the rules that were used, joined by ``;``. ``entitled`` are all who have a right to
the subject or choose it, ``pupils`` those of them who are taught, since a group forms for them.
``combined`` are the basic groups of more than one grade.
"""

HOURS: Final[Schema] = (
    Column("municipality", "text"),
    Column("period", "integer", minimum=0),
    Column("years", "text"),
    Column("stage", "text", choices=STAGES),
    Column("language", "text", choices=("fi", "sv")),
    Column("subject", "text"),
    Column("required", "number", "h/week", minimum=0),
    Column("teachers", "number", "full-time teachers", minimum=0),
    Column("available", "number", "h/week", blank=True, minimum=0),
    Column("shared", "number", "h/week", minimum=0),
    Column("estimated", "flag"),
)
"""One row a scenario, period, provider, stage, language and subject.

``available`` are the hours of the teachers that the municipality has, unknown where its workbook
does not tell. ``shared`` are the part of the required hours that is given to pupils who live in
another municipality.
"""
