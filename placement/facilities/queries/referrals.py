"""What the pages of referrals ask: the list, one referral, what happened to it, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Length
from django.urls import reverse

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on, rights_on_many
from placement.audit.clock import now
from placement.audit.reading import Change, changes
from placement.facilities.models import Hold, Override, Placement, Referral, WarningSignature
from placement.ui.dates import moment_name
from placement.ui.paging import Page, keyset_page
from residents.models import Resident
from residents.queries.homes import stays_now

NEWEST = ("-made_at",)
PAGE = 25
SEE_HOMES = "See which homes fit"
CORRECTED = "facilities.correct_referral"  # the name of the act in history


@dataclass(frozen=True)
class Event:
    """One thing that happened to a referral, as the timeline shows it."""

    when: datetime
    title: str
    detail: str = ""
    note: str = ""
    changes: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """The next thing to do: a sentence, and where to do it if this person may."""

    text: str
    href: str = ""
    action: str = ""


def referrals_page(person: Person, wanted: dict[str, Any], *, after: str | None = None) -> Page:
    """Return one page of the referrals that ``person`` may read, newest first, in one query (two after the first)."""
    found = Referral.objects.visible_to(person, Can.VIEW_CASE).select_related("resident", "made_by")
    if code := (wanted.get("q") or "").strip():
        found = found.filter(resident__code__istartswith=code)
    for name in ("status", "urgency"):
        if wanted.get(name):
            found = found.filter(**{name: wanted[name]})
    if wanted.get("mine"):
        found = found.filter(made_by=person)
    return keyset_page(found, order=NEWEST, after=after, size=PAGE)


def referral_for(person: Person, pk: UUID, *any_of: Can, lock: bool = False) -> Referral:
    """Return the referral. Raises ``Referral.DoesNotExist`` without one of the rights (``VIEW_CASE`` unless told).

    ``lock`` holds it while a form about it is saved, so that its version can't change in between.
    """
    found = reduce(or_, (Referral.objects.visible_to(person, right) for right in any_of or (Can.VIEW_CASE,)))
    return (found.locked() if lock else found).select_related("resident", "made_by").get(pk=pk)


def residents_to_refer(person: Person) -> QuerySet[Resident]:
    """Return the young people for whom ``person`` may ask for a home; those who live in a home last (``housed``)."""
    stays = Placement.objects.filter(resident=OuterRef("pk"), status=Placement.Status.ACTIVE)
    found = Resident.objects.visible_to(person, Can.PROPOSE_PLACEMENT).annotate(housed=Exists(stays))
    return found.order_by("housed", Length("code"), "code")


def names_to_refer(person: Person, residents: Iterable[Any]) -> dict[UUID, str]:
    """Return how the ``residents_to_refer`` stand in a list: code, the name if ``person`` may read it, and their home."""
    residents = list(residents)
    rights, stays = rights_on_many(person, residents), stays_now(person, residents)
    names = {}
    for resident in residents:
        parts = [resident.code]
        if Can.VIEW_CARE_PROFILE in rights[resident.pk]:
            parts.append(resident.preferred_name)
        if resident.housed:
            stay = stays.get(resident.pk)
            parts.append(f"lives at {stay.facility}" if stay else "lives in a home")
        names[resident.pk] = " · ".join(parts)
    return names


def version_of(referral: Referral) -> int:
    """Return the newest history id, for a form that must not overwrite somebody else's draft."""
    return referral.history.order_by("-history_id").values_list("history_id", flat=True)[0]


def changed_by(referral: Referral) -> str:
    """Return who wrote the newest version, and when."""
    newest = referral.history.order_by("-history_id").values("history_user_name", "history_date")[0]
    return f"{newest['history_user_name']}, {moment_name(newest['history_date'])}"


def may_correct(referral: Referral, rights: frozenset[Can]) -> bool:
    """Return whether a reader with ``rights`` may put right what the referral says now."""
    mine = {Can.PROPOSE_PLACEMENT, Can.APPROVE_PLACEMENT} & rights
    return bool(mine) and referral.status == Referral.Status.OPEN


def current_hold(referral: Referral) -> Hold | None:
    """Return the hold of the referral that is in force."""
    moment = now()
    held = Hold.objects.filter(referral=referral, starts_at__lte=moment, ends_at__gt=moment)
    return held.select_related("bed__facility", "bed__room", "held_by").first()


def events(referral: Referral, person: Person) -> list[Event]:
    """Return what happened to the referral, newest first; homes only where ``person`` may know them."""
    found = [Event(referral.made_at, f"{referral.made_by} began the referral")]
    if referral.sent_at:
        found.append(Event(referral.sent_at, "Sent: the search for a home began"))
    corrections = changes(Referral.history.filter(id=referral.pk, history_act=CORRECTED), limit=40)
    found += [Event(each.when, f"{each.who} corrected the referral", changes=each.rows) for each in corrections]
    seen = Hold.objects.visible_to(person, Can.VIEW_FACILITY).filter(referral=referral)
    found += [
        Event(hold.starts_at, f"{hold.held_by} held a bed at {hold.bed.facility}", note="")
        for hold in seen.select_related("bed__facility", "held_by")
    ]
    signatures = WarningSignature.objects.visible_to(person, Can.VIEW_FACILITY).filter(referral=referral)
    found += [
        Event(each.signed_at, f"{each.signed_by} signed a warning of {each.facility}", each.reason)
        for each in signatures.select_related("facility", "signed_by")
    ]
    placements = Placement.objects.visible_to(person, Can.VIEW_FACILITY).filter(referral=referral)
    for placement in placements.select_related("facility", "proposed_by", "decided_by"):
        found.append(Event(placement.proposed_at, f"{placement.proposed_by} proposed {placement.facility}"))
        if placement.decided_by and placement.decided_at:
            verb = "declined" if placement.status == Placement.Status.DECLINED else "approved"
            found.append(
                Event(
                    placement.decided_at,
                    f"{placement.decided_by} {verb} {placement.facility}",
                    placement.decision_reason,
                )
            )
    return sorted(found, key=lambda event: event.when, reverse=True)


def placements_of(referral: Referral, person: Person) -> list[Placement]:
    """Return the placements that came out of the referral, newest first."""
    found = Placement.objects.visible_to(person, Can.VIEW_FACILITY).filter(referral=referral)
    return list(found.select_related("facility", "bed__room").order_by("-proposed_at"))


def overrides_of(referral: Referral, person: Person) -> list[Override]:
    """Return the exceptions asked for this young person, newest first."""
    found = Override.objects.visible_to(person, Can.VIEW_FACILITY).filter(resident=referral.resident_id)
    return list(found.select_related("facility", "proposed_by", "decided_by"))


def next_step(referral: Referral, rights: frozenset[Can], placements: list[Placement]) -> Step:
    """Return what should happen next, with the button for somebody who may do it."""
    status, states = Referral.Status, Placement.Status
    may = Can.PROPOSE_PLACEMENT in rights
    if referral.status == status.DRAFT:
        return Step("Finish the draft and send it.", *link(may, "referrals:edit", referral.pk, "Go on with the draft"))
    if referral.status == status.OPEN:
        return Step("Find a home that is safe.", reverse("referrals:match", args=[referral.pk]), SEE_HOMES)
    current = next((p for p in placements if p.status in (states.PROPOSED, states.APPROVED, states.ACTIVE)), None)
    if current and current.status == states.PROPOSED:
        decides = Can.APPROVE_PLACEMENT in rights
        where = link(decides, "placements:decide", current.pk, "Read and decide")
        return Step(f"A supervisor decides about {current.facility}.", *where)
    if current:
        text = "The home reads the safety history, then the young person arrives."
        if current.status == states.ACTIVE:
            text = "The young person has arrived. Nothing more to do here."
        return Step(text, reverse("placements:detail", args=[current.pk]), "Open the placement")
    return Step("This referral is closed. Nothing more to do here.")


def link(may: bool, name: str, pk: UUID, action: str) -> tuple[str, str]:
    """Return address and label, or two empty texts for somebody who may not."""
    return (reverse(name, args=[pk]), action) if may else ("", "")


def history(referral: Referral, person: Person, rights: frozenset[Can]) -> list[Change]:
    """Return the history of the referral: all of it with the whole audit trail, else the person's own acts."""
    rows = Referral.history.filter(id=referral.pk)
    if Can.VIEW_AUDIT not in rights:
        rows = rows.filter(history_user_id=person.pk)
    return changes(rows, limit=40, hide=("resident", "made_by"))


def rights(referral: Referral, person: Person) -> frozenset[Can]:
    """Return what ``person`` may do with the young person of the referral."""
    return rights_on(person, referral.resident)
