"""What the pages of exceptions ask: the list, one exception, the home that it would open, and the stay that rests on it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.reading import Change, changes
from placement.facilities.matching.wording import mark
from placement.facilities.models import Override, Placement, Referral
from placement.facilities.queries.matches import Card, one_home
from placement.ui.paging import Page, keyset_page

PAGE = 25


def exceptions_page(person: Person, wanted: dict[str, Any], *, after: str | None = None) -> Page:
    """Return one page of the exceptions that ``person`` may read, newest first."""
    found = Override.objects.visible_to(person, Can.VIEW_CASE).visible_to(person, Can.VIEW_FACILITY)
    if wanted.get("status"):
        found = found.filter(status=wanted["status"])
    return keyset_page(
        found.select_related("resident", "facility", "proposed_by", "decided_by"),
        order=("-proposed_at",),
        after=after,
        size=PAGE,
    )


def exception_for(person: Person, pk: UUID) -> Override:
    """Return the exception. Raises ``Override.DoesNotExist`` when ``person`` may not see the case or the home."""
    found = Override.objects.visible_to(person, Can.VIEW_CASE).visible_to(person, Can.VIEW_FACILITY)
    return found.select_related("resident", "facility", "proposed_by", "decided_by").get(pk=pk)


def exception_history(override: Override, person: Person, rights: frozenset[Can]) -> list[Change]:
    """Return the history of the exception as far as the reader may know it."""
    rows = Override.history.filter(id=override.pk)
    if Can.VIEW_AUDIT not in rights:
        rows = rows.filter(history_user_id=person.pk)
    return changes(rows, hide=("resident",))


def exception_rights(override: Override, person: Person) -> frozenset[Can]:
    """Return what ``person`` may do with the young person."""
    return rights_on(person, override.resident)


def relied_on(overrides: QuerySet[Override]) -> QuerySet[Override]:
    """Return the approved ones of ``overrides``, in force or over, on which a stay that goes on still rests.

    The stay began before the exception ended, and no exception of the same kind that lasts longer has taken its place.
    """
    same = {name: OuterRef(name) for name in ("resident", "facility")}
    approved = Override.Status.APPROVED
    living = Placement.objects.filter(**same, status=Placement.Status.ACTIVE, starts_at__lt=OuterRef("expires_at"))
    longer = Override.objects.filter(
        **same, kind=OuterRef("kind"), status=approved, expires_at__gt=OuterRef("expires_at")
    )
    return overrides.filter(Exists(living), ~Exists(longer), status=approved)


def leaves_without_ground(override: Override) -> bool:
    """Return whether the exception has ended under a stay that still rests on it."""
    return override.is_over and relied_on(Override.objects.filter(pk=override.pk)).exists()


def referral_with(override: Override) -> Any:
    """Return the newest referral of the young person that looks for a home, for the way back to the match."""
    return override.resident.referrals.filter(status="open").order_by("-made_at").first()


def home_asked_for(override: Override, referral: Referral | None, person: Person) -> Card | None:
    """Return the home of an exception that waits, held against the ``referral`` as it is now: what whoever signs reads."""
    if referral is None or override.status != Override.Status.PROPOSED:
        return None
    return one_home(referral, person, override.facility)[0]


def exception_ends(card: Card) -> datetime | None:
    """Return the end of the exception without which the home of ``card`` would be closed, if it rests on one."""
    signatures = {criterion.signature for criterion in card.result.criteria}
    ends = (exemption.expires_at for exemption in card.home.exemptions)
    return next((end for end in ends if mark("population", [end]) in signatures), None)
