"""Telling around the house, without an account. These pages do not know who is signed in on the tablet: no session, no person."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from placement.access.guard import public
from placement.access.tries import place_of
from residents import tell
from residents.forms.tell import AddForm, ReceiptForm, TellForm
from residents.models import Complaint

WHY = "a young person tells around the house without an account; it opens nothing but what its sender has written"


@public(WHY)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, language: str) -> HttpResponse:
    """Take what somebody writes, with a code or without, and show the receipt once. A wrong code and a right one look the same."""
    said, place = tell.texts(language), place_of(request)
    form = TellForm(request.POST if request.method == "POST" else None, language=language)
    error = ""
    if form.is_valid():
        if left := tell.wait("send", place):
            error = said["error_wait"].format(seconds=left)
        else:
            tell.count("send", place)
            kept = form.cleaned_data
            receipt = tell.send(form.told, code=kept["code"], form_key=kept["form_key"], language=language)
            context = {"receipt": receipt, "danger": form.told["danger"]}
            return page(request, "tell/sent.html", language, context)
    context = {"form": form, "error": error, "key": uuid.uuid4(), "about": about(form, said)}
    return page(request, "tell/new.html", language, context, status=429 if error else 200)


@public(WHY)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, language: str) -> HttpResponse:
    """Show the sender of a complaint what became of it, by its receipt, and take what they add."""
    said, place = tell.texts(language), place_of(request)
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    adding = AddForm(request.POST if "text" in request.POST else None, language=language)
    found, error, added = None, "", False
    if form.is_bound:
        form.is_valid()
        if left := tell.wait("read", place):
            error = said["read_wait"].format(seconds=left)
        else:
            if adding.is_valid():
                added = tell.add(adding.cleaned_data["text"], form_key=adding.cleaned_data["form_key"], **form.typed)
            elif adding.is_bound:
                error = " ".join(str(each) for errors in adding.errors.values() for each in errors)
            found = tell.read(**form.typed)
            if found is None:
                tell.count("read", place)
                error = said["not_found"]
    words = "" if added else adding.data.get("text", "")  # what was not kept stays to be sent again
    context = {"form": form, "found": found, "error": error, "added": added, "words": words, "key": uuid.uuid4()}
    return page(request, "tell/answer.html", language, context)


def about(form: TellForm, said: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Return (value, words, ticked) of what a complaint can be about."""
    ticked = form.data.getlist("about") if hasattr(form.data, "getlist") else []
    return [(value, said["abouts"][value], value in ticked) for value in Complaint.About.values]


def page(
    request: HttpRequest, template: str, language: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Return a page that no browser keeps, drawn without what other pages know about whoever is signed in."""
    other = "es" if language == "en" else "en"
    ending = "_es" if language == "es" else ""
    links = {
        "here": reverse(f"tell:new{ending}"),
        "answer_page": reverse(f"tell:answer{ending}"),
        "other_page": reverse("tell:new_es" if other == "es" else "tell:new"),
        "other": other,
    }
    shown = {"t": tell.texts(language), "language": language, "csrf_token": get_token(request), **links, **context}
    response = HttpResponse(render_to_string(template, shown), status=status)
    response["Cache-Control"] = "no-store, private"
    return response
