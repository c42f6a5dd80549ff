"""Addresses of events."""

from __future__ import annotations

from django.urls import path

from skolnat.web.programme.events.views import (
    manage,
    own,
    parts,
    people,
    person,
    public,
    registering,
    series,
)

app_name = "events"

urlpatterns = [
    path("", public.events, name="list"),
    path("series/<slug:slug>/", series.show, name="series"),
    path("series/<slug:slug>/calendar.ics", series.feed, name="feed"),
    path("registration/<str:token>/", registering.show, name="registration"),
    path("registration/<str:token>/move/", registering.move, name="move"),
    path("registration/<str:token>/cancel/", registering.cancel, name="cancel"),
    path("registration/<str:token>/link/", registering.fresh_link, name="fresh_link"),
    path("registration/<str:token>/calendar.ics", registering.calendar, name="calendar"),
    path("registration/<str:token>/details/", own.details, name="details"),
    path("registration/<str:token>/data/", own.data, name="own_data"),
    path("registration/data/<str:token>/", own.data_file, name="own_data_file"),
    path("registration/<str:token>/forget/", own.forgotten, name="forget"),
    path("manage/", manage.overview, name="manage"),
    path("manage/new/", manage.new, name="new"),
    path("manage/speakers/new/", parts.new_speaker, name="new_speaker"),
    path("manage/speakers/<int:pk>/", parts.speaker, name="speaker"),
    path("manage/series/new/", series.new, name="new_series"),
    path("manage/series/<slug:slug>/", series.edit, name="edit_series"),
    path("manage/series/<slug:slug>/exception/", series.except_day, name="except_day"),
    path("manage/<slug:slug>/", manage.edit, name="edit"),
    path("manage/<slug:slug>/occasions/new/", parts.new_occasion, name="new_occasion"),
    path("manage/<slug:slug>/occasions/<int:pk>/", parts.occasion, name="occasion"),
    path("manage/<slug:slug>/occasions/<int:pk>/off/", parts.call_off, name="call_off"),
    path("manage/<slug:slug>/points/new/", parts.new_point, name="new_point"),
    path("manage/<slug:slug>/points/<int:pk>/", parts.point, name="point"),
    path("manage/<slug:slug>/materials/new/", parts.new_material, name="new_material"),
    path("manage/<slug:slug>/materials/<int:pk>/", parts.material, name="material"),
    path("manage/<slug:slug>/people/", people.table, name="people"),
    path("manage/<slug:slug>/people/<int:pk>/", person.person, name="person"),
    path("manage/<slug:slug>/people/<int:pk>/attendance/", people.attendance, name="attendance"),
    path("manage/<slug:slug>/people.<str:form>", people.export, name="people_file"),
    path("manage/<slug:slug>/coverage/", people.coverage_page, name="coverage"),
    path("manage/<slug:slug>/coverage.<str:form>", people.coverage_export, name="coverage_file"),
    path("<slug:slug>/", public.event, name="event"),
    path("<slug:slug>/register/", registering.register, name="register"),
    path("<slug:slug>/received/", registering.received, name="received"),
]
