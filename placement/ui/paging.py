"""Keyset paging: pages that cost the same at row 25 and at row 250,000."""

import operator
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

SALT = "placement.ui.paging"


@dataclass(frozen=True)
class Page:
    """One page of rows; ``next_token`` goes into the address as ``after`` (empty on the last page)."""

    rows: list[Any]
    next_token: str
    is_first: bool

    @property
    def has_next(self) -> bool:
        """Whether there are rows after this page."""
        return bool(self.next_token)

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset_page(queryset: QuerySet[Any], *, order: tuple[str, ...], after: str | None = None, size: int = 25) -> Page:
    """Return the page of `queryset` that comes after the row named by the token `after`.

    Args:
        queryset: what the person may see, already filtered; its own order is replaced.
        order: field names, ``-`` in front for descending, none of them nullable; the key is appended to make it total,
            unless one of them is unique.
        after: a token made by an earlier page. It holds only the signed key of a row, so no name or time stands in
            an address. A forged or outdated token, one of another list, or of a row that this queryset does not hold,
            starts at the top.
        size: rows per page; one more is fetched to know whether there is a next page.

    Queries: one for the first page, two for the others.
    """
    unique = {"pk", *(field.name for field in queryset.model._meta.concrete_fields if field.unique)}
    if unique.isdisjoint(name.lstrip("-") for name in order):
        order = (*order, "pk")
    last = _values(queryset, order, after) if after else None
    found = queryset.order_by(*order)
    if last is not None:
        found = found.filter(_beyond(order, last))
    rows = list(found[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, _token(rows[-1]) if more else "", last is None)


def after_key(key: Any) -> str:
    """Return the token (``after``) of the page that begins with the row below the one with this key."""
    return signing.dumps(str(key), salt=SALT)


def key_after(token: str | None) -> str | None:
    """Return the key for which ``after_key`` made this token, ``None`` when it made none such."""
    try:
        return signing.loads(token, salt=SALT) if token else None
    except signing.BadSignature:
        return None


def _token(row: Any) -> str:
    return after_key(row.pk if isinstance(row, Model) else row["pk"])


def _values(queryset: QuerySet[Any], order: tuple[str, ...], token: str) -> tuple[Any, ...] | None:
    if (key := key_after(token)) is None:
        return None
    try:
        of_row = queryset.filter(pk=key)
    except (ValueError, ValidationError):  # the keys of another list may be of another kind
        return None
    return of_row.order_by().values_list(*(name.lstrip("-") for name in order)).first()


def _beyond(order: tuple[str, ...], last: tuple[Any, ...]) -> Q:
    """``(a, b, pk) > (x, y, z)`` with a direction for each part; the first part alone lets the index be used."""
    alternatives = []
    for position, name in enumerate(order):
        equal = {before.lstrip("-"): last[i] for i, before in enumerate(order[:position])}
        side = "lt" if name.startswith("-") else "gt"
        alternatives.append(Q(**equal, **{f"{name.lstrip('-')}__{side}": last[position]}))
    first = order[0]
    bound = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": last[0]})
    return bound & reduce(operator.or_, alternatives)
