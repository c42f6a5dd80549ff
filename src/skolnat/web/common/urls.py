"""Addresses of the frame: what the site says of itself."""

from __future__ import annotations

from django.urls import path

from skolnat.web.common import post, trail, views

urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("accessibility/feedback/", views.feedback, name="feedback"),
    path("accessibility/feedback/<int:number>/", views.feedback_answer, name="feedback_answer"),
    path("privacy/", views.privacy, name="privacy"),
    path("letters/", post.letters, name="letters"),
    path("letters/<int:number>/", post.again, name="letter_again"),
    path("audit/", trail.trail, name="audit"),
    path("audit.<str:form>", trail.trail_file, name="audit_file"),
    path("accessibility/thanks/", views.accessibility_thanks, name="accessibility_thanks"),
]
