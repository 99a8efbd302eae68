"""What shows whether young people's rights are kept: contacts refused, activities, school days, measures and limits.

Everything is read for several young people at once, in one query or two each. What was written by mistake does not count.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from residents.models import (
    ActivityAnswer,
    CareEntry,
    Contact,
    IntrusiveMeasure,
    OutsidePerson,
    Restriction,
    RightsNotice,
)
from residents.parity import Answered, Comparison, compare
from residents.queries import measures
from residents.queries.activities import LOOKED_AT

Answer = ActivityAnswer.Answer
OF_WORDS = {label: value for value, label in Answer.choices}
WENT = ("Went to school", "Came late")
MISSED = "Did not go"


@dataclass(frozen=True)
class LeftOut:
    """One time that a young person was kept from what the house did, and how many others took part. Always a fact.

    back_at: when they took part in something of that place again, in the house or out of it. That puts it right.
    """

    resident: Any
    facility: Any
    what: str
    at: datetime
    why: str
    others: int
    out: bool
    back_at: datetime | None

    @property
    def sentence(self) -> str:
        """Return how many others took part, in words."""
        if not self.others:
            return "Nobody else took part."
        return f"{self.others} other{'s' if self.others > 1 else ''} took part."


@dataclass(frozen=True)
class Activities:
    """What was offered to a house: each young person against the others on the same offers, and every exclusion, newest first.

    ``answers``: resident id → (when, what, answer as it counts), newest first.
    """

    compared: dict[UUID, Comparison]
    left_out: list[LeftOut]
    answers: dict[UUID, list[tuple[datetime, str, str]]]
    offers: int


@dataclass(frozen=True)
class SchoolDays:
    """School of one young person. ``missed``: the entries, newest first."""

    went: int
    late: int
    missed: list[CareEntry]


def since() -> datetime:
    """Return from when on things count: the last 30 days, as elsewhere."""
    return now() - LOOKED_AT


def refused(person: Person, young: Collection[UUID]) -> list[Contact]:
    """Return the contacts that did not happen because the home did not let them, newest first, with the limit or order."""
    mistaken = Contact.objects.filter(amends=OuterRef("pk"), outcome=Contact.Outcome.MISTAKE)
    found = Contact.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(
        ~Exists(mistaken), resident__in=young, amends=None, outcome=Contact.Outcome.DENIED, happened_at__gte=since()
    )
    related = ("resident", "outside_person", "restriction", "facility", "written_by")
    return list(found.select_related(*related).order_by("-happened_at", "-pk"))


def under_what(contact: Contact) -> str:
    """Return under which order or limit a contact was refused, in words."""
    if contact.restriction is not None:
        state = {"approved": "approved", "declined": "declined since"}.get(contact.restriction.decision, "not decided")
        return f"limit by the home, {state}: “{contact.restriction.reason}”"
    if contact.permission == OutsidePerson.Permission.PROHIBITED and contact.outside_person is not None:
        return contact.outside_person.order
    return f"not on the list: “{contact.note}”"


def activities(person: Person, facility: Any) -> Activities:
    """Return what was offered to a home in the last 30 days, and what the young people did with it whose log is open to
    ``person``. One query."""
    newest = CareEntry.objects.filter(amends=OuterRef("entry")).order_by("-written_at", "-pk").values("outcome")[:1]
    rows = (
        ActivityAnswer.objects.visible_to(person, Can.VIEW_CARE_LOG)
        .filter(offer__facility=facility, offer__offered_at__gte=since())
        .annotate(says=Coalesce(Subquery(newest), F("entry__outcome")))
        .select_related("offer", "resident", "restriction")
        .order_by("offer__offered_at", "offer", "pk")
    )
    by_offer: dict[UUID, dict[UUID, Answered]] = defaultdict(dict)
    kept: list[ActivityAnswer] = []
    answers: dict[UUID, list[tuple[datetime, str, str]]] = defaultdict(list)
    again: dict[tuple[UUID, str], list[datetime]] = defaultdict(list)
    for row in rows:
        says = OF_WORDS.get(row.says, "")
        by_offer[row.offer_id][row.resident_id] = Answered(says, row.restriction_id)
        answers[row.resident_id].insert(0, (row.offer.offered_at, row.offer.name, says))
        if says == Answer.JOINED:
            again[row.resident_id, row.offer.place].append(row.offer.offered_at)
        if says == Answer.EXCLUDED:
            kept.append(row)
    left_out = [
        LeftOut(
            row.resident,
            facility,
            row.offer.name,
            row.offer.offered_at,
            row.restriction.reason if row.restriction else "",
            sum(said.answer == Answer.JOINED for said in by_offer[row.offer_id].values()),
            row.offer.place == "out",
            next((at for at in again[row.resident_id, row.offer.place] if at > row.offer.offered_at), None),
        )
        for row in reversed(kept)
    ]
    return Activities(compare(by_offer.values()), left_out, dict(answers), len(by_offer))


def left_out(person: Person, young: Collection[UUID]) -> QuerySet[ActivityAnswer]:
    """Return where, in the last 30 days, young people were kept from what others of the house did, and it is not put right."""
    amended = CareEntry.objects.filter(amends=OuterRef("entry")).exclude(outcome=Answer.EXCLUDED.label)
    others = ActivityAnswer.objects.filter(offer=OuterRef("offer"), answer=Answer.JOINED).exclude(
        resident=OuterRef("resident")
    )
    taken_back = CareEntry.objects.filter(amends=OuterRef("entry")).exclude(outcome=Answer.JOINED.label)
    again = ActivityAnswer.objects.filter(
        ~Exists(taken_back),
        resident=OuterRef("resident"),
        answer=Answer.JOINED,
        offer__place=OuterRef("offer__place"),
        offer__offered_at__gt=OuterRef("offer__offered_at"),
    )
    return ActivityAnswer.objects.visible_to(person, Can.VIEW_CARE_LOG).filter(
        ~Exists(amended),
        Exists(others),
        ~Exists(again),
        resident__in=young,
        answer=Answer.EXCLUDED,
        offer__offered_at__gte=since(),
    )


def school(person: Person, young: Collection[UUID]) -> dict[UUID, SchoolDays]:
    """Return the school days of the last 30 days, by young person; the newest word about each entry counts. Two queries."""
    amendments = CareEntry.objects.order_by("written_at", "pk")
    rows = (
        CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG)
        .filter(resident__in=young, kind=CareEntry.Kind.SCHOOL, amends=None, happened_at__gte=since())
        .select_related("facility")
        .prefetch_related(Prefetch("amendments", queryset=amendments))
        .order_by("-happened_at", "-pk")
    )
    said: dict[UUID, list[CareEntry]] = defaultdict(list)
    for row in rows:
        said[row.resident_id].append([row, *row.amendments.all()][-1])
    return {
        who: SchoolDays(
            sum(entry.outcome in WENT for entry in entries),
            sum(entry.outcome == WENT[1] for entry in entries),
            [entry for entry in entries if entry.outcome == MISSED],
        )
        for who, entries in said.items()
    }


def measures_of(person: Person, young: Collection[UUID]) -> QuerySet[IntrusiveMeasure]:
    """Return the measures of the last 30 days, and those that go on or wait for a judgement, newest first."""
    recent = Q(happened_at__gte=since()) | Q(decision="") | Q(lasts=True, ended_at=None)
    return measures.that_count(measures.readable(person)).filter(recent, resident__in=young)


def limits_of(person: Person, young: Collection[UUID]) -> list[Restriction]:
    """Return the limits of the last 30 days, and older ones that are not lifted, those that hold first."""
    open_ = Q(decision="") | Q(decision="approved", lifted_at=None)
    found = Restriction.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(
        Q(asked_at__gte=since()) | open_, resident__in=young
    )
    listed = list(found.select_related("resident", "outside_person", "asked_by", "decided_by", "lifted_by"))
    return sorted(listed, key=lambda row: (not row.holds, not row.is_to_lift))


def notices(person: Person, young: Collection[UUID]) -> QuerySet[RightsNotice]:
    """Return when the rights were read out, newest first."""
    found = RightsNotice.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(resident__in=young)
    return found.select_related("resident", "explained_by", "facility").order_by("-given_at", "-pk")
