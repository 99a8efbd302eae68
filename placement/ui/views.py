"""Pages that belong to no app: the error pages, and all components on one page (development only)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from placement.ui.context import menu
from placement.ui.samples import SampleForm, sample_context


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one page for what does not exist and what is not open to this person: the same bytes for both.

    It has the menu of a person who is signed in, with nothing marked, so that the address leaves no trace in it.
    """
    person = getattr(request, "person", None)
    closed = (
        person is not None and not person.opens_records
    )  # then nothing is open, so it tells nothing of this address
    return HttpResponse(render_to_string("404.html", menu(person) | {"clearance_ended": closed}), status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for a request that could not be read."""
    return HttpResponse(render_to_string("400.html"), status=400)


def too_fast(request: HttpRequest, *, kept: bool = False) -> HttpResponse:
    """The page for somebody who has opened very many records in a short time; it says whether their form is ``kept``."""
    context = menu(getattr(request, "person", None)) | {"kept": kept}
    return HttpResponse(render_to_string("429.html", context), status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours; says what to do about care now."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that came from an old or foreign page; `reason` stays out of it."""
    return HttpResponse(render_to_string("403.html"), status=403)


def components(request: HttpRequest) -> HttpResponse:
    """Show every component with invented content; exists only while ``DEBUG`` is on."""
    if not settings.DEBUG:
        raise Http404
    form = SampleForm(request.POST, request.FILES, version="2") if request.method == "POST" else SampleForm(version="1")
    return render(request, "components/all.html", sample_context() | {"form": form})
