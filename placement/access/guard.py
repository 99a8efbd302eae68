"""What a view must declare before it may exist: ``@needs(right, …)`` or ``@public(reason)``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.urls import URLPattern, URLResolver, get_resolver

from placement.access.rights import Can

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """What a view declared: any one of ``rights``, or public with a ``reason``."""

    rights: frozenset[Can]
    reason: str = ""


def needs(*rights: Can) -> Callable[[V], V]:
    """Declare that a view is for people with any one of ``rights``.

    Rights of the role (``access.…``) are checked by the middleware before the view runs. Rights on a record are
    checked by the view's own ``visible_to``; the middleware refuses the answer of a view that did not ask.
    """

    def mark(view: V) -> V:
        view.access = Access(frozenset(rights))  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[V], V]:
    """Declare that a view is open to everybody, signed in or not, and why that is right."""

    def mark(view: V) -> V:
        view.access = Access(frozenset(), reason)  # type: ignore[attr-defined]
        return view

    return mark


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every URL pattern of the project with its whole route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what ``view`` declared, or ``None``."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None
