"""What is done with one post: changed, read as it was, translated, reported."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from skolnat.web.common.guards import check, signed_in
from skolnat.web.common.texts import NAMES
from skolnat.web.programme.discussion import moderating, writing
from skolnat.web.programme.discussion.forms import PostForm, ReasonForm, TranslationForm
from skolnat.web.programme.discussion.models import Post
from skolnat.web.programme.discussion.views.found import post_of, reader

PAGES = ["GET", "HEAD", "POST"]


def back_to(post: Post) -> HttpResponse:
    """Lead back to a post in its thread."""
    path = reverse("discussion:thread", kwargs={"pk": post.thread_id})
    return redirect(f"{path}?post={post.pk}#post{post.pk}")


@never_cache
@require_http_methods(PAGES)
@signed_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own post."""
    post, found = post_of(request, pk)
    check(request, "discussion.edit", post)
    form = PostForm(request.POST or None, initial={"text": post.text, "language": post.language})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        writing.edit(post, given["text"], given["language"], reader(request), timezone.now())
        return back_to(post)
    context = {"post": post, "thread": post.thread, "subject": found, "form": form}
    return render(request, "discussion/edit.html", context)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a post said before."""
    post, found = post_of(request, pk)
    context = {
        "post": post,
        "thread": post.thread,
        "subject": found,
        "wordings": post.wordings.all(),
    }
    return render(request, "discussion/history.html", context)


@never_cache
@require_http_methods(PAGES)
@signed_in
def translate(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Put a translation beside a post: whoever may write there may help its readers."""
    post, found = post_of(request, pk)
    if language not in NAMES or language == post.language:
        raise Http404
    held = post.renderings.filter(language=language).select_related("by").first()
    user = reader(request)
    own = held is None or user.pk in {held.by_id, post.author_id}
    if not (found.may_write(user) and own) and not user.has_perm("discussion.moderate"):
        raise PermissionDenied
    form = TranslationForm(request.POST or None, initial={"text": held.text if held else ""})
    form.fields["text"].widget.attrs["lang"] = language
    if request.method == "POST" and form.is_valid():
        writing.render(post, language, form.cleaned_data["text"], user, timezone.now())
        return back_to(post)
    context = {"post": post, "thread": post.thread, "subject": found, "form": form}
    return render(request, "discussion/translate.html", {**context, "language": language})


@never_cache
@require_http_methods(PAGES)
@signed_in
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the association that a post is wrong."""
    post, found = post_of(request, pk)
    form = ReasonForm(request.POST or None, label=_("What is wrong"), most=1000)
    if request.method == "POST" and form.is_valid():
        moderating.report(post, form.cleaned_data["reason"], reader(request), timezone.now())
        words = _("Thank you. The association looks at the post.")
        messages.success(request, words, extra_tags="good")
        return back_to(post)
    context = {"post": post, "thread": post.thread, "subject": found, "form": form}
    return render(request, "discussion/report.html", context)
