"""Pages that belong to no app: a refused form, and all components on one page (development only)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from placement.ui.samples import SampleForm, sample_context


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words that a form came from an old or foreign page; `reason` stays out of it."""
    return render(request, "403.html", status=403)


def components(request: HttpRequest) -> HttpResponse:
    """Show every component with invented content; exists only while ``DEBUG`` is on."""
    if not settings.DEBUG:
        raise Http404
    form = SampleForm(request.POST, request.FILES, version="2") if request.method == "POST" else SampleForm(version="1")
    form.is_valid()
    return render(request, "components/all.html", sample_context() | {"form": form})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer the one page for what does not exist and for what is not open to this person: the same bytes."""
    return render(None, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that could not be understood."""
    return render(None, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours, without a word about what failed."""
    return render(None, "500.html", status=500)
