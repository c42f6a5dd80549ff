"""Reviews: a reviewer's list, the declaration, the points, the discussion."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.common.guards import guarded, signed_in
from skolnat.web.common.texts import reader_language
from skolnat.web.programme.applications import reviewing
from skolnat.web.programme.applications.forms import AssignForm, DeclareForm, NoteForm, ScoreForm
from skolnat.web.programme.applications.models import Application, Review
from skolnat.web.programme.applications.views.drafts import context_of
from skolnat.web.programme.applications.views.found import application_of, reader

PAGES = ["GET", "HEAD", "POST"]


@require_safe
@guarded("applications.see_reviews")
def reviews(request: HttpRequest) -> HttpResponse:
    """List what the reader has been given to review."""
    own = Review.objects.filter(
        reviewer=reader(request), application__state=Application.State.SUBMITTED
    ).select_related("application__call", "application__responsible")
    return render(request, "applications/reviews.html", {"reviews": own})


@require_http_methods(PAGES)
@signed_in
def review(request: HttpRequest, number: int) -> HttpResponse:
    """Declare a conflict or none; then read and give points."""
    found = application_of(request, number, "applications.review")
    own = get_object_or_404(Review, application=found, reviewer=reader(request))
    if found.call.phase(timezone.now()) == "decided" and request.method == "POST":
        raise PermissionDenied
    if not own.impartial or "tied" in request.POST:
        return _declare(request, own)
    form = ScoreForm(own, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = "finish" in request.POST
        statement = form.cleaned_data["statement"]
        reviewing.score(own, form.points(), form.reasons(), statement, done=done)
        told = _("The review is finished.") if done else _("The review has been saved.")
        messages.success(request, told, extra_tags="good")
        return redirect("applications:review", number=number)
    context = context_of(request, found)
    notes = found.notes.select_related("author")
    context |= {"review": own, "form": form, "notes": notes, "note": NoteForm()}
    return render(request, "applications/review.html", context)


def _declare(request: HttpRequest, own: Review) -> HttpResponse:
    late = "tied" in request.POST  # a conflict that is seen only when one has read
    given = {"choice": "conflict", "conflict": request.POST.get("conflict", "")}
    form = DeclareForm(given if late else request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        impartial = form.cleaned_data["choice"] == "none"
        reviewing.declare(own, impartial=impartial, conflict=form.cleaned_data["conflict"])
        if impartial:
            return redirect("applications:review", number=own.application_id)
        messages.success(request, _("Thank you; somebody else will review it."), extra_tags="good")
        return redirect("applications:reviews")
    group = own.application.partners.select_related("municipality")
    context = {"review": own, "application": own.application, "partners": group, "form": form}
    return render(request, "applications/declare.html", context)


@require_POST
@signed_in
def discuss(request: HttpRequest, number: int) -> HttpResponse:
    """Add a word to the reviewers' discussion."""
    found = application_of(request, number, "applications.discuss")
    form = NoteForm(request.POST)
    if form.is_valid():
        form.instance.application = found
        form.instance.author = reader(request)
        form.instance.language = reader_language()
        form.save()
    own = found.reviews.filter(reviewer=reader(request)).exists()
    return redirect("applications:review" if own else "applications:decision", number=number)


@require_POST
@guarded("applications.manage")
def assign(request: HttpRequest, number: int) -> HttpResponse:
    """Give an application to reviewers."""
    found = application_of(request, number)
    form = AssignForm(request.POST)
    if form.is_valid():
        made = reviewing.assign(found, form.cleaned_data["reviewers"], reader(request))
        ties = sum(one.state == Review.State.CONFLICT for one in made)
        told = _("Given to %(count)d reviewers.") % {"count": len(made) - ties}
        messages.success(request, told, extra_tags="good")
        if ties:
            messages.warning(
                request,
                _("%(count)d speak for a municipality of the group and were left out.")
                % {"count": ties},
                extra_tags="wait",
            )
    return redirect("applications:decision", number=number)
