"""What the association does with what is said: hide with a reason, lock, look at reports."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.common.guards import guarded
from skolnat.web.programme.discussion import moderating
from skolnat.web.programme.discussion.forms import ReasonForm
from skolnat.web.programme.discussion.models import Post, Report, Thread
from skolnat.web.programme.discussion.subjects import subjects
from skolnat.web.programme.discussion.views.found import reader
from skolnat.web.programme.discussion.views.posts import back_to


def _post(request: HttpRequest, pk: int) -> Post:
    """Return any post: who moderates sees what was reported, wherever it stands."""
    return get_object_or_404(Post.objects.select_related("thread", "author"), pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded("discussion.moderate")
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a post with a reason that stands in its place, or show it again."""
    post = _post(request, pk)
    if request.method == "POST" and request.POST.get("do") == "show":
        moderating.show(post, reader(request))
        return back_to(post)
    form = ReasonForm(request.POST or None, label=_("Reason"), most=300)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["reason"]
        moderating.hide(post, given, reader(request), timezone.now())
        return redirect("discussion:reports") if "queue" in request.GET else back_to(post)
    return render(request, "discussion/hide.html", {"post": post, "form": form})


@require_POST
@guarded("discussion.moderate")
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock a thread, or open it again."""
    thread = get_object_or_404(Thread, pk=pk)
    moderating.lock(thread, reader(request), locked=request.POST.get("do") != "unlock")
    return redirect("discussion:thread", pk=pk)


@never_cache
@require_safe
@guarded("discussion.moderate")
def reports(request: HttpRequest) -> HttpResponse:
    """Show what was reported and not looked at yet, post by post, and what came of the last."""
    rows = Report.objects.select_related("post__thread", "post__author", "by", "decided_by")
    waiting: dict[int, tuple[Post, list[Report]]] = {}
    for one in rows.filter(outcome=Report.Outcome.OPEN):
        waiting.setdefault(one.post_id, (one.post, []))[1].append(one)
    about = subjects([post.thread.about for post, _ in waiting.values()])
    queue = [(post, why, about.get(post.thread.about)) for post, why in waiting.values()]
    past = rows.exclude(outcome=Report.Outcome.OPEN).order_by("-decided")[:20]
    return render(request, "discussion/reports.html", {"queue": queue, "past": past})


@require_POST
@guarded("discussion.moderate")
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a reported post as it is."""
    moderating.keep(_post(request, pk), reader(request), timezone.now())
    return redirect("discussion:reports")
