"""Binders of a home: the list, one of them, whether its files can be taken, and whether a fingerprint is of one of them."""

import re
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from compliance.binder.content import SECTIONS
from compliance.models import Binder
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility
from placement.ui.paging import Page, keyset_page
from residents.models import HOME_PAPER_RIGHTS, Resident

PAGE = 25
DAY = timedelta(hours=24)
MOST_BY_PERSON, MOST_OF_HOME = 10, 20  # in a day; the database counts them again
YEAR = timedelta(days=365)
TAKEN_ENOUGH = (
    "This file was taken many times in the last 24 hours: ten times by one person, or twenty times from one home, are the"
    " most. Use the copy that you have, or come back tomorrow."
)


def home_to_inspect(person: Person, pk: UUID) -> Facility:
    """Return a home whose papers ``person`` may read. Raises ``Facility.DoesNotExist``."""
    found: Any = reduce(or_, (Facility.objects.visible_to(person, right) for right in HOME_PAPER_RIGHTS))
    return found.get(pk=pk)


def binders(home: Facility) -> QuerySet[Binder]:
    """Return the binders of a home without what they say. The caller has checked the right to its papers."""
    return Binder.objects.filter(facility=home).select_related("made_by").defer("sealed")


def binders_page(home: Facility, after: str | None) -> Page:
    """Return one page of the binders, newest first."""
    return keyset_page(binders(home), order=("-made_at",), after=after, size=PAGE)


def binder_for(person: Person, pk: UUID) -> Binder:
    """Return a binder of a home whose papers ``person`` may read. Raises ``Binder.DoesNotExist``."""
    found: Any = reduce(or_, (Binder.objects.visible_to(person, right) for right in HOME_PAPER_RIGHTS))
    return found.select_related("facility", "made_by").get(pk=pk)


def is_rationed(person: Person, home: Facility) -> bool:
    """Return whether ``person`` has made, or of ``home`` there were made, as many binders in 24 hours as there may be."""
    lately = Binder.objects.filter(made_at__gt=now() - DAY)
    mine, here = lately.filter(made_by=person).count(), lately.filter(facility=home).count()
    return mine >= MOST_BY_PERSON or here >= MOST_OF_HOME


def are_taken_enough(binder: Binder, page: str) -> bool:
    """Return whether the file at ``page`` (the name of its address) was taken as often in 24 hours as it may be.

    The limits are those of making: by the acting person, and from the binder's home. Whoever else takes one of the two at the
    same time waits, so that none is handed out too many.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT binder_file_is_rationed(%s, %s)", [binder.facility_id, page])
        (rationed,) = cursor.fetchone()
    return bool(rationed)


def why_closed(person: Person, binder: Binder) -> str:
    """Return why ``person`` can't take the files of a binder; "" while they can."""
    if binder.made_by_id != person.pk:
        return (
            f"Only {binder.made_by}, who made it, can take its files. Make one yourself: it says what is open to you."
        )
    if now() >= binder.open_until:
        return "It was made more than 24 hours ago. Make a new one, so that it says what is true today."
    codes = binder.content()["codes"]
    if Resident.objects.visible_to(person, Can.VIEW_CODE).filter(code__in=codes).count() < len(codes):
        return "Somebody who is named in it by code is not open to you any more. Make a new one."
    return ""


def counts_for(person: Person, binder: Binder) -> list[tuple[str, int]]:
    """Return how many rows each part has, for who made it: set beside one's own they would tell of records that are closed."""
    order = [section.title for section in SECTIONS]  # the database keeps no order of names
    known = sorted(binder.counts, key=lambda title: order.index(title) if title in order else len(order))
    return [(title, binder.counts[title]) for title in known] if binder.made_by_id == person.pk else []


def with_fingerprint(home: Facility, text: str) -> list[Binder]:
    """Return the binders of the home with this fingerprint, newest first; blanks and capitals don't count."""
    return list(binders(home).filter(sha256=plain(text))[:PAGE])


def plain(text: str) -> str:
    """Return a fingerprint as it is kept."""
    return re.sub(r"[^0-9a-f]", "", text.lower())
