"""What is said: of everything, of one thing, in one thread; and writing there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from skolnat.web.common.asked import number
from skolnat.web.common.texts import NAMES
from skolnat.web.programme.discussion import following, searching, subjects, writing
from skolnat.web.programme.discussion.forms import FollowForm, PostForm, ThreadForm
from skolnat.web.programme.discussion.models import TONGUES, Report, Thread
from skolnat.web.programme.discussion.subjects import Subject
from skolnat.web.programme.discussion.views.found import reader, subject_of, thread_of

PAGES = ["GET", "HEAD", "POST"]


@require_safe
def threads(request: HttpRequest) -> HttpResponse:
    """Show the liveliest threads that the reader may see, or what a search finds."""
    words = request.GET.get("q", "").strip()[:200]
    kind, language = request.GET.get("kind", ""), request.GET.get("language", "")
    kinds = subjects.kinds()
    kind = kind if any(one.name == kind for one in kinds) else ""
    language = language if language in NAMES else ""
    things = searching.allowed(request.user, kind)
    searches = bool(words or language)
    rows: Any = searching.posts(things, words, language) if searches else searching.threads(things)
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    listed = [(one, things[(one.thread if searches else one).about]) for one in page]
    context: dict[str, Any] = {
        "page": page,
        "listed": listed,
        "searches": searches,
        "words": words,
        "kind": kind,
        "kinds": kinds,
        "language": language,
        "tongues": TONGUES,
    }
    if request.user.has_perm("discussion.moderate"):
        context["reported"] = Report.objects.filter(outcome=Report.Outcome.OPEN).count()
    return render(request, "discussion/list.html", context)


def _may_write(request: HttpRequest, found: Subject) -> None:
    if not found.may_write(request.user):
        raise PermissionDenied


@never_cache
@require_http_methods(PAGES)
def about(request: HttpRequest, kind: str, key: int) -> HttpResponseBase:
    """Show the threads of one thing, and begin one."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = subject_of(request, kind, key)
    form = ThreadForm(request.POST or None)
    if request.method == "POST":
        _may_write(request, found)
        if form.is_valid():
            thread = _begun(request, found, form)
            if thread is not None:
                return redirect("discussion:thread", pk=thread.pk)
    rows = Thread.objects.filter(kind=kind, key=key).select_related("author")
    context = {
        "subject": found,
        "page": Paginator(rows, 30).get_page(request.GET.get("page")),
        "form": form if found.may_write(request.user) else None,
        "follow_form": _follow_form(request, found),
        "follow_url": reverse("discussion:follow", kwargs={"kind": kind, "key": key}),
    }
    return render(request, "discussion/about.html", context)


def _begun(request: HttpRequest, found: Subject, form: ThreadForm) -> Thread | None:
    given, user, now = form.cleaned_data, reader(request), timezone.now()
    try:
        thread = writing.begin(found, given["title"], given["text"], given["language"], user, now)
    except writing.Refused:
        form.add_error(None, _("You have written much in a short time. Wait a while."))
        return None
    following.choose(user, thread.kind, thread.key, given["choice"], now, thread)
    return thread


def _follow_form(
    request: HttpRequest, found: Subject, thread: Thread | None = None
) -> FollowForm | None:
    if not request.user.is_authenticated:
        return None
    held = following.chosen(reader(request), found.kind.name, found.key, thread)
    return FollowForm(initial={"choice": held}, auto_id="follow_%s")


@never_cache
@require_http_methods(PAGES)
def thread(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a thread with its posts, and take one."""
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    held, found = thread_of(request, pk)
    form = PostForm(request.POST or None)
    if request.method == "POST":
        _may_write(request, found)
        if form.is_valid():
            answer = _replied(request, held, form)
            if answer is not None:
                return answer
    return render(request, "discussion/thread.html", _thread(request, held, found, form))


def _replied(request: HttpRequest, held: Thread, form: PostForm) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        made = writing.reply(
            held, given["text"], given["language"], reader(request), timezone.now()
        )
    except writing.Refused as refused:
        form.add_error(
            None,
            _("This thread takes nothing more.")
            if refused.reason == "locked"
            else _("You have written much in a short time. Wait a while."),
        )
        return None
    messages.success(request, _("Your post can be read now."), extra_tags="good")
    path = reverse("discussion:thread", kwargs={"pk": held.pk})
    return redirect(f"{path}?post={made.pk}#post{made.pk}")


def _thread(request: HttpRequest, held: Thread, found: Subject, form: PostForm) -> dict[str, Any]:
    rows = held.posts.select_related("author", "municipality", "hidden_by")
    pages = Paginator(rows.prefetch_related("renderings"), 50)
    wanted = number(request.GET.get("post"))
    at: Any = request.GET.get("page")
    if wanted:
        before = list(rows.values_list("pk", flat=True))
        at = before.index(wanted) // 50 + 1 if wanted in before else 1
    user = request.user
    writes = found.may_write(user)
    page = pages.get_page(at)
    return {
        "thread": held,
        "subject": found,
        "page": page,
        "posts": [(one, user.has_perm("discussion.edit", one)) for one in page],
        "form": form if writes and not held.locked else None,
        "writes": writes,
        "moderates": user.has_perm("discussion.moderate"),
        "tongues": TONGUES,
        "follow_form": _follow_form(request, found, held),
        "follow_url": reverse("discussion:follow_thread", kwargs={"pk": held.pk}),
    }
