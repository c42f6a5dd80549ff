"""Addresses of discussions."""

from __future__ import annotations

from django.urls import path

from skolnat.web.programme.discussion.views import follow, moderate, posts, reading

app_name = "discussion"

urlpatterns = [
    path("", reading.threads, name="list"),
    path("on/<slug:kind>/<int:key>/", reading.about, name="about"),
    path("on/<slug:kind>/<int:key>/follow/", follow.subject, name="follow"),
    path("threads/<int:pk>/", reading.thread, name="thread"),
    path("threads/<int:pk>/follow/", follow.thread, name="follow_thread"),
    path("threads/<int:pk>/lock/", moderate.lock, name="lock"),
    path("posts/<int:pk>/edit/", posts.edit, name="edit"),
    path("posts/<int:pk>/history/", posts.history, name="history"),
    path("posts/<int:pk>/translate/<slug:language>/", posts.translate, name="translate"),
    path("posts/<int:pk>/report/", posts.report, name="report"),
    path("posts/<int:pk>/hide/", moderate.hide, name="hide"),
    path("posts/<int:pk>/keep/", moderate.keep, name="keep"),
    path("reports/", moderate.reports, name="reports"),
    path("letters/", follow.mine, name="follows"),
    path("unsubscribe/<str:token>/", follow.unsubscribe, name="unsubscribe"),
    path("unsubscribe/daily/<str:token>/", follow.no_digests, name="no_digests"),
]
