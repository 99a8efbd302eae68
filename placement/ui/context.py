"""Context of every page: who is signed in, the navigation, and whether this is the demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from placement.ui import nav

THUMB_ENTRIES = 4


def page(request: HttpRequest) -> dict[str, Any]:
    """Return ``person``, ``nav`` and ``nav_more`` (entries under More), ``demo``, ``idle_minutes``."""
    person = getattr(request, "person", None)
    links = nav.links(person, request.path) if person is not None else []
    split = len(links) if len(links) <= THUMB_ENTRIES + 1 else THUMB_ENTRIES
    return {
        "person": person,
        "nav": links[:split],
        "nav_more": links[split:],
        "demo": settings.DEMO,
        "idle_minutes": settings.IDLE_MINUTES,
    }
