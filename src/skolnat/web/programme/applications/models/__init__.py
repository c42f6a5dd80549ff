"""Rows of the app: calls, applications, reviews, studies and pilots."""

from __future__ import annotations

from skolnat.web.programme.applications.models.application import (
    Application,
    Attachment,
    Partner,
    Version,
)
from skolnat.web.programme.applications.models.call import Call, Criterion, Question
from skolnat.web.programme.applications.models.pilot import Milestone, Pilot, Result
from skolnat.web.programme.applications.models.review import Decision, Note, Review, Score
from skolnat.web.programme.applications.models.study import StudyRun

__all__ = [
    "Application",
    "Attachment",
    "Call",
    "Criterion",
    "Decision",
    "Milestone",
    "Note",
    "Partner",
    "Pilot",
    "Question",
    "Result",
    "Review",
    "Score",
    "StudyRun",
    "Version",
]
