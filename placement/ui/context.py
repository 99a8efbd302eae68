"""Context of every page: who is signed in, the navigation, and whether this is the demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from placement.ui import nav

THUMB_ENTRIES = 4


def page(request: HttpRequest) -> dict[str, Any]:
    """Return ``person``, ``nav`` and ``nav_more`` (entries under More), ``demo``, ``factor_off``, ``idle_minutes``."""
    person = getattr(request, "person", None)
    minutes = getattr(request, "idle_minutes", settings.IDLE_MINUTES)
    return {
        "person": person,
        **menu(person, request.path),
        "idle_minutes": min(minutes, settings.SHIFT_IDLE_MINUTES) if "/shift/" in request.path else minutes,
    }


def menu(person: Any, path: str = "") -> dict[str, Any]:
    """Return ``nav``, ``nav_more``, ``demo`` and ``factor_off`` for somebody who is signed in, or for nobody (``None``)."""
    links = nav.links(person, path) if person is not None else []
    split = len(links) if len(links) <= THUMB_ENTRIES + 1 else THUMB_ENTRIES
    off = {"demo": settings.DEMO, "factor_off": not settings.SECOND_FACTOR}
    return {"nav": links[:split], "nav_more": links[split:], **off}
