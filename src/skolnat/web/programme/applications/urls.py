"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from skolnat.web.programme.applications.views import (
    calls,
    decisions,
    drafts,
    group,
    pilots,
    reviews,
    studies,
)

app_name = "applications"
_ONE = "applications/<int:number>/"
urlpatterns = [
    path("calls/", calls.calls, name="calls"),
    path("calls/new/", calls.edit_call, name="call_new"),
    path("calls/<slug:slug>/", calls.call, name="call"),
    path("calls/<slug:slug>/edit/", calls.edit_call, name="call_edit"),
    path("calls/<slug:slug>/begin/", calls.begin, name="begin"),
    path("calls/<slug:slug>/board/", decisions.board, name="board"),
    path("calls/<slug:slug>/board.<str:form>", decisions.export, name="export"),
    path("calls/<slug:slug>/publish/", decisions.publish, name="publish"),
    path(_ONE, drafts.application, name="application"),
    path(f"{_ONE}edit/", drafts.edit, name="edit"),
    path(f"{_ONE}autosave/", drafts.autosave, name="autosave"),
    path(f"{_ONE}history/", drafts.history, name="history"),
    path(f"{_ONE}history/<int:version>/<slug:key>/", drafts.restore, name="restore"),
    path(f"{_ONE}submit/", drafts.submit, name="submit"),
    path(f"{_ONE}withdraw/", drafts.withdraw, name="withdraw"),
    path(f"{_ONE}files/", drafts.add_file, name="add_file"),
    path(f"{_ONE}files/<int:attachment>/", drafts.file, name="file"),
    path(f"{_ONE}files/<int:attachment>/remove/", drafts.remove_file, name="remove_file"),
    path(f"{_ONE}group/", group.ask, name="ask"),
    path(f"{_ONE}group/<int:partner>/", group.answer, name="answer"),
    path(f"{_ONE}group/<int:partner>/leave/", group.leave, name="leave"),
    path(f"{_ONE}study/", studies.study, name="study"),
    path(f"{_ONE}study/ask/", studies.ask_study, name="ask_study"),
    path(f"{_ONE}study/<int:run>/report/<slug:language>/index.html", studies.report, name="report"),
    path(f"{_ONE}review/", reviews.review, name="review"),
    path(f"{_ONE}discuss/", reviews.discuss, name="discuss"),
    path(f"{_ONE}assign/", reviews.assign, name="assign"),
    path(f"{_ONE}decision/", decisions.decision, name="decision"),
    path(f"{_ONE}letter-<slug:language>.pdf", decisions.letter_file, name="letter"),
    path("partner/<str:token>/", group.by_link, name="partner_link"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("pilots/", pilots.pilots, name="pilots"),
    path("pilots/<int:number>/", pilots.pilot, name="pilot"),
    path("pilots/<int:number>/edit/", pilots.edit_pilot, name="pilot_edit"),
    path("pilots/<int:number>/milestone/", pilots.milestone, name="milestone_new"),
    path("pilots/<int:number>/milestone/<int:milestone>/", pilots.milestone, name="milestone"),
    path("pilots/<int:number>/result/", pilots.result, name="result_new"),
    path("pilots/<int:number>/result/<int:result>/", pilots.result, name="result"),
]
