"""What a view must declare before it may exist: ``@needs(right, …)`` or ``@public(reason)``."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.urls import URLPattern, URLResolver, get_resolver

from placement.access.rights import Can

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """What a view declared: any one of ``rights`` together with all of ``also``, or public with a ``reason``.

    ``names_young``: also a right on a home does not open the record to somebody barred from a young person whom it names.
    """

    rights: frozenset[Can]
    reason: str = ""
    also: frozenset[Can] = frozenset()
    names_young: bool = False

    @cached_property
    def of_role(self) -> frozenset[Can]:
        """Return the rights that come with the role: any one of them is asked for before the view runs."""
        return frozenset(right for right in self.rights if right.app == "access")

    @cached_property
    def on_records(self) -> frozenset[Can]:
        """Return the rights on a record of which any one opens it."""
        return self.rights - self.of_role


def needs(*rights: Can, also: Iterable[Can] = (), names_young: bool = False) -> Callable[[V], V]:
    """Declare that a view is for people with any one of ``rights``, and with each right on a record in ``also``.

    ``names_young``: whoever is barred from a young person whom the record names is refused, whatever right they have.

    Rights of the role (``access.…``) are checked by the middleware before the view runs. Rights on a record are
    checked by the view's own ``visible_to``; the middleware refuses the answer of a view that did not ask.
    """

    def mark(view: V) -> V:
        view.access = Access(frozenset(rights), also=frozenset(also), names_young=names_young)  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[V], V]:
    """Declare that a view is open to everybody, signed in or not, and why that is right."""

    def mark(view: V) -> V:
        view.access = Access(frozenset(), reason)  # type: ignore[attr-defined]
        return view

    return mark


def patterns(
    resolver: URLResolver | None = None, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Yield every URL pattern of the project with its whole name (its route when it has none) and its whole route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name or route}", route, entry


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what ``view`` declared, or ``None``."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None
