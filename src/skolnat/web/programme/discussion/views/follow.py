"""Who hears of what: choose, see one's choices, and end them by the link of a letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skolnat.web.common import links
from skolnat.web.common.guards import signed_in
from skolnat.web.common.links import BadLink
from skolnat.web.programme.discussion import following
from skolnat.web.programme.discussion.forms import FollowForm
from skolnat.web.programme.discussion.models import Follow, Thread
from skolnat.web.programme.discussion.subjects import readable
from skolnat.web.programme.discussion.views.found import reader, subject_of, thread_of


def _choose(request: HttpRequest, kind: str, key: int, thread: Thread | None) -> None:
    form = FollowForm(request.POST)
    if form.is_valid():
        choice = form.cleaned_data["choice"]
        following.choose(reader(request), kind, key, choice, timezone.now(), thread)
        messages.success(request, _("Your choice has been saved."), extra_tags="good")


@require_POST
@signed_in
def subject(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Choose how to hear of everything that is said of a thing."""
    subject_of(request, kind, key)
    _choose(request, kind, key, None)
    return redirect("discussion:about", kind=kind, key=key)


@require_POST
@signed_in
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose how to hear of one thread."""
    held, found = thread_of(request, pk)
    _choose(request, found.kind.name, found.key, held)
    return redirect("discussion:thread", pk=pk)


@never_cache
@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the reader has chosen to hear of."""
    user = reader(request)
    rows = Follow.objects.filter(user=user).exclude(choice=Follow.Choice.NONE)
    rows = rows.select_related("thread").order_by("kind", "key", "pk")
    allowed = readable(user, [(one.kind, one.key) for one in rows])
    listed = [(one, allowed[one.kind, one.key]) for one in rows if (one.kind, one.key) in allowed]
    return render(request, "discussion/follows.html", {"listed": listed})


# A mail program that unsubscribes by itself has no cookie of ours; the signed link is its proof.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the letters of one choice. Opening the page ends nothing; its button does."""
    try:
        follow = following.opened(token)
    except BadLink:
        return render(request, "discussion/unsubscribe.html", {"bad": True}, status=404)
    if request.method == "POST":
        following.end(follow)
        follow.choice = Follow.Choice.NONE
    return render(request, "discussion/unsubscribe.html", {"follow": follow})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def no_digests(request: HttpRequest, token: str) -> HttpResponse:
    """End the daily letter. Opening the page ends nothing; its button, or a mail program, does."""
    try:
        if request.method == "POST":
            following.end_digests(token)
        else:
            links.read(following.DIGESTS, token)
    except BadLink:
        return render(request, "discussion/unsubscribe.html", {"bad": True}, status=404)
    context = {"digests": True, "ended": request.method == "POST"}
    return render(request, "discussion/unsubscribe.html", context)
