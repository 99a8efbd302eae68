"""Registry of the entries in the navigation; each app adds its own in ``AppConfig.ready``."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class NavItem:
    """One entry.

    Args:
        label: the word on the page, at most two words.
        url_name: a URL name that takes no arguments.
        test: whether this signed-in person sees the entry; decides what is shown, never what is allowed.
        order: lowest first; the first four are at the thumb on a phone.
        icon_text: one character above the label on a phone, hidden from screen readers.
        pages: a regular expression of addresses that belong to this entry though they lie under another.
    """

    label: str
    url_name: str
    test: Callable[[Any], bool]
    order: int = 100
    icon_text: str = ""
    pages: str = ""


@dataclass(frozen=True)
class NavLink:
    """An entry as drawn for one person on one page."""

    label: str
    href: str
    current: bool
    icon_text: str


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add an entry, or replace the one with the same URL name."""
    _items[item.url_name] = item


def links(person: Any, path: str) -> list[NavLink]:
    """Return the entries for `person` in order; the longest address that `path` starts with is the current one."""
    shown = [
        (item, reverse(item.url_name)) for item in sorted(_items.values(), key=lambda i: i.order) if item.test(person)
    ]
    under = [href for _, href in shown if path == href or (href != "/" and path.startswith(href))]
    own = [href for item, href in shown if item.pages and re.match(item.pages, path)]
    here = (own or [max(under, key=len, default="")])[0]
    return [NavLink(item.label, href, href == here, item.icon_text) for item, href in shown]
