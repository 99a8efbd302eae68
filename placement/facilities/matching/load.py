"""Loads the facts that matching looks at: a fixed number of queries, however many homes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, SmallIntegerField, Subquery, Value
from django.db.models.functions import Cast

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import in_force, visible_ids
from placement.audit.clock import now
from placement.database.context import reading
from placement.database.encryption import Unreadable
from placement.facilities.matching import facts
from placement.facilities.matching.facts import Span
from placement.facilities.matching.rules import with_rulings
from placement.facilities.models import (
    Bed,
    Facility,
    FireClearance,
    Hold,
    Licence,
    LicenceCondition,
    Override,
    Placement,
    Referral,
    Waiver,
)
from residents.models import (
    Case,
    ExploitationLink,
    ExploitationTrace,
    HarmEvent,
    Kinship,
    LevelAssessment,
    OutsidePerson,
    PopulationDesignation,
    Resident,
    Separation,
)
from residents.queries.ties import key_of

COMING_OR_THERE = ("proposed", "approved", "active")


@dataclass(frozen=True)
class Facts:
    """Everything that one run of matching needs. ``overrides``: every exception asked for, newest first."""

    person: facts.YoungPerson
    homes: list[facts.Home]
    span: Span
    level: int | None = None
    overrides: list[Override] = field(default_factory=list)


@reading("matching")
def load(
    referral: Referral,
    by: Person,
    *,
    homes: QuerySet[Facility],
    span: Span | None = None,
    for_record: bool = False,
    left_since: datetime | None = None,
) -> Facts:
    """Return the facts about the resident of ``referral`` and about ``homes`` during ``span``, as ``by`` may see them.

    Args:
        homes: the homes to look at, already narrowed to those that ``by`` may see.
        span: the stay; the referral's own dates unless given, and never before now.
        for_record: leave out what only some readers of a record may know (exact distances, where siblings live, and others
            to be kept apart).
        left_since: count as still there who was there, or proposed, at this moment and has left after it.

    Costs 12 queries for any number of homes, and those of whoever knows the law (``rules``).
    """
    span = span or wished_span(referral)
    lived = Placement.objects.filter(
        resident=referral.resident_id, facility=OuterRef("pk"), status=Placement.Status.ENDED
    )
    with_point = homes.select_related("address").annotate(lived_here_before=Exists(lived.order_by()))
    if not for_record:
        known = Q(pk__any_of=visible_ids(by, Can.VIEW_ADDRESS))
        with_point = with_point.annotate(address_known=Exists(Facility.objects.filter(known, pk=OuterRef("pk"))))
    found = list(with_point)
    ids = [home.pk for home in found]
    stays = stays_of_others(ids, referral.resident_id, span, left_since=left_since)
    people = {row["resident_id"] for row in stays} | {referral.resident_id}
    links, harm = exploitation(people), harm_events(people)
    licences, clearances, beds = licences_of(ids), clearances_of(ids), beds_of(ids)
    overrides = list(
        Override.objects.filter(resident=referral.resident_id, facility__in=ids).select_related(
            "proposed_by", "decided_by"
        )
    )
    living = defaultdict(list)
    for row in stays:
        who = row.pop("resident_id")
        living[row.pop("facility_id")].append(facts.Stay(resident=who, **row, **links[who], **harm[who]))
    person = young_person(referral.resident_id, by, span, links, harm, for_record=for_record)
    return Facts(
        person=person,
        homes=with_rulings(
            person,
            span.starts_at,
            [
                facts.Home(
                    id=home.pk,
                    name=home.name,
                    kind=home.kind,
                    jurisdiction=home.jurisdiction,
                    kind_name=home.get_kind_display(),
                    zone=home.zone,
                    languages=tuple(home.languages),
                    point=where(home, exact=getattr(home, "address_known", False)),
                    address_known=getattr(home, "address_known", False),
                    licences=tuple(licences[home.pk]),
                    clearances=tuple(clearances[home.pk]),
                    beds=tuple(beds[home.pk]),
                    stays=tuple(living[home.pk]),
                    exemptions=tuple(
                        facts.Exemption(override.kind, override.expires_at)
                        for override in overrides
                        if override.facility_id == home.pk and override.status == Override.Status.APPROVED
                    ),
                    lived_here_before=home.lived_here_before,
                )
                for home in found
            ],
        ),
        span=span,
        level=referral.level,
        overrides=overrides,
    )


def wished_span(referral: Referral) -> Span:
    """Return the stay that the referral asks for; a wished start that has passed counts from now."""
    moment = now()
    starts_at = max(referral.needed_from or moment, moment)
    ends_at = referral.expected_until if referral.expected_until and referral.expected_until > starts_at else None
    return Span(starts_at, ends_at)


def where(home: Facility, *, exact: bool) -> facts.Point | None:
    """Return where a home is, coarse unless ``exact``, or None when its address has no place on the map."""
    try:
        parts = home.address.parts()
    except (Facility.address.RelatedObjectDoesNotExist, Unreadable):
        return None
    return point(parts.get("latitude"), parts.get("longitude"), exact=exact)


def point(latitude: float | None, longitude: float | None, *, exact: bool = True) -> facts.Point | None:
    """Return a place, coarse unless ``exact``, or None when one part of it is missing."""
    if latitude is None or longitude is None:
        return None
    place = facts.Point(latitude, longitude)
    return place if exact else place.coarse()


def young_person(
    who: UUID, by: Person, span: Span, links: dict[UUID, Any], harm: dict[UUID, Any], *, for_record: bool
) -> facts.YoungPerson:
    """Return the facts about the one who needs a home, in three queries."""
    counting = PopulationDesignation.objects.filter(standing__in=PopulationDesignation.COUNTING)
    newest = counting.filter(resident=OuterRef("pk")).order_by("-decided_at", "-id")
    level = LevelAssessment.objects.filter(resident=OuterRef("pk")).order_by("-assessed_on", "-written_at")
    permitted = OutsidePerson.objects.filter(resident=OuterRef("pk"), office="").exclude(permission="prohibited")
    row = (
        Resident.objects.filter(pk=who)
        .annotate(
            population=Subquery(newest.values("population")[:1]),
            stage=Subquery(newest.values("stage")[:1]),
            level=Subquery(level.values("level")[:1]),
            goal=Subquery(Case.objects.filter(resident=OuterRef("pk"), status="open").values("permanency_goal")[:1]),
            birth_date=F("identity__birth_date"),
            family_latitude=F("identity__family_latitude"),
            family_longitude=F("identity__family_longitude"),
            family_permitted=Exists(permitted),
        )
        .get()
    )
    apart, unseen, areas = separations(who, None if for_record else by, span)
    return facts.YoungPerson(
        id=who,
        birth_date=row.birth_date,
        sex=row.sex,
        languages=tuple(row.languages),
        population=row.population or "",
        stage=row.stage or "",
        level=row.level,
        goal=row.goal or "",
        apart_from=apart,
        apart_unseen=unseen,
        areas=areas,
        siblings=siblings_of(who, None if for_record else by),
        school=point(row.school_latitude, row.school_longitude),
        family=point(row.family_latitude, row.family_longitude) if row.family_permitted else None,
        **links[who],
        **harm[who],
    )


def separations(
    who: UUID, by: Person | None, span: Span
) -> tuple[frozenset[UUID], frozenset[UUID], tuple[facts.Area, ...]]:
    """Return from whom the young person must be kept apart during ``span``, and from which areas.

    First those of whom ``by`` may know, then the others; with None nobody is known.
    """
    rows = Separation.objects.filter(Q(resident=who) | Q(other=who)).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=span.starts_at)
    )
    if span.ends_at:
        rows = rows.filter(starts_at__lt=span.ends_at)
    others = Resident.objects.filter(Q(pk=OuterRef("resident_id")) | Q(pk=OuterRef("other_id"))).exclude(pk=who)
    seen: Any = Value(False)
    if by is not None:
        seen = Exists(others.filter(pk__any_of=visible_ids(by, Can.VIEW_CARE_PROFILE)))
    apart: dict[bool, set[Any]] = {True: set(), False: set()}
    areas: list[facts.Area] = []
    for row in rows.annotate(seen=seen):
        if row.kind == Separation.Kind.RESIDENT:
            apart[row.seen] |= {row.resident_id, row.other_id} - {who, None}
        elif row.resident_id == who and (place := point(row.area_latitude, row.area_longitude)):
            areas.append(facts.Area(place, row.area_km or 0.0))
    return frozenset(apart[True]), frozenset(apart[False]), tuple(areas)


def siblings_of(who: UUID, by: Person | None) -> tuple[facts.Sibling, ...]:
    """Return the siblings, each with whether ``by`` may know where that sibling lives."""
    rows = Kinship.objects.filter(resident=who)
    if by is None:
        return tuple(facts.Sibling(row.sibling_id, row.together) for row in rows)
    seen = Resident.objects.filter(pk=OuterRef("sibling_id"), pk__any_of=visible_ids(by, Can.VIEW_CARE_PROFILE))
    return tuple(facts.Sibling(row.sibling_id, row.together, row.seen) for row in rows.annotate(seen=Exists(seen)))


def stays_of_others(
    homes: Iterable[UUID], who: UUID, span: Span, *, bed: UUID | None = None, left_since: datetime | None = None
) -> list[dict[str, Any]]:
    """Return the stays of others in ``homes``, or in one ``bed``, that are proposed, approved or going on then.

    One that goes on although its planned end has passed has no end here, as nobody has ended it; nor has one that was
    there at ``left_since`` and ended after it.
    """
    overdue = Q(status=Placement.Status.ACTIVE, ends_at__lte=now())
    left = Q(pk__in=[])
    if left_since:
        left = Q(status=Placement.Status.ENDED, ends_at__gt=left_since, proposed_at__lte=left_since)
    rows = Placement.objects.filter(Q(status__in=COMING_OR_THERE) | left, facility__in=homes).exclude(resident=who)
    rows = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=span.starts_at) | overdue | left)
    if span.ends_at:
        rows = rows.filter(starts_at__lt=span.ends_at)
    if bed:
        rows = rows.filter(bed=bed)
    columns = ("resident_id", "facility_id", "starts_at", "ends_at", "bed", "status")
    found = [dict(row) for row in rows.order_by().values(*columns, birth_date=F("resident__identity__birth_date"))]
    for row in found:
        status = row.pop("status")
        if status in Placement.LIVED and row["ends_at"] and row["ends_at"] <= now():
            row["ends_at"] = None
    return found


def exploitation(people: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the known exploiters and recruiters of each of ``people``, and what these use."""
    found: dict[UUID, dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for link in ExploitationLink.objects.filter(resident__in=people):
        found[link.resident_id][f"{link.kind}s"].add(link.exploiter_id)
    for trace in ExploitationTrace.objects.filter(resident__in=people):
        if key := key_of(trace.kind, trace.value):
            found[trace.resident_id]["traces"].add(f"{trace.kind}: {key}")
    return defaultdict(
        dict, {who: {kind: frozenset(ids) for kind, ids in known.items()} for who, known in found.items()}
    )


def harm_events(people: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return whether each of ``people`` harmed another young person, or was harmed by one."""
    found: dict[UUID, dict[str, Any]] = defaultdict(lambda: {"harmed": False, "was_harmed": False})
    for who, kind in (
        HarmEvent.objects.filter(resident__in=people).order_by().values_list("resident_id", "kind").distinct()
    ):
        found[who][kind] = True
    return found


def licences_of(homes: list[UUID]) -> dict[UUID, list[facts.Licence]]:
    """Return the licences of each home with their conditions and waivers."""
    columns = ("licence_id", "kind", "value", "starts_on", "ends_on", "text", "rules")
    none = Cast(Value("{}"), ArrayField(CharField()))
    waiver_rows = Waiver.objects.filter(licence__facility__in=homes, confirmed_at__isnull=False).annotate(
        value=Value(None, SmallIntegerField())
    )
    rows = (
        LicenceCondition.objects.filter(licence__facility__in=homes)
        .annotate(is_waiver=Value(False), rules=none)
        .values_list(*columns, "is_waiver")
        .union(waiver_rows.annotate(is_waiver=Value(True)).values_list(*columns, "is_waiver"), all=True)
    )
    conditions: dict[UUID, list[facts.Term]] = defaultdict(list)
    waivers: dict[UUID, list[facts.Term]] = defaultdict(list)
    for licence_id, kind, value, first, last, text, rules, is_waiver in rows:
        term = facts.Term(kind, value, first, last, text, tuple(rules))
        (waivers if is_waiver else conditions)[licence_id].append(term)
    found = defaultdict(list)
    for licence in Licence.objects.filter(facility__in=homes):
        found[licence.facility_id].append(
            facts.Licence(
                population=licence.population,
                status=licence.status,
                capacity=licence.capacity,
                min_age=licence.min_age,
                max_age=licence.max_age,
                sexes=tuple(licence.sexes),
                levels=tuple(licence.levels),
                valid_from=licence.valid_from,
                valid_to=licence.valid_to,
                conditions=tuple(conditions[licence.pk]),
                waivers=tuple(waivers[licence.pk]),
            )
        )
    return found


def clearances_of(homes: list[UUID]) -> dict[UUID, list[tuple[Any, Any]]]:
    """Return the fire clearances of each home, as first and last day."""
    found = defaultdict(list)
    for home, first, last in FireClearance.objects.filter(facility__in=homes).values_list(
        "facility_id", "valid_from", "valid_to"
    ):
        found[home].append((first, last))
    return found


def beds_of(homes: list[UUID]) -> dict[UUID, list[facts.Bed]]:
    """Return the beds of each home, each with the young person for whom it is held now."""
    held = Hold.objects.filter(in_force(), bed=OuterRef("pk")).order_by().values("referral__resident_id")[:1]
    found = defaultdict(list)
    for bed in Bed.objects.filter(facility__in=homes).annotate(held_for=Subquery(held), room_name=F("room__name")):
        found[bed.facility_id].append(
            facts.Bed(bed.pk, bed_name(bed.room_name, bed.name), bed.closed_from, bed.closed_until, bed.held_for)
        )
    return found


def bed_name(room: str, bed: str) -> str:
    """Return how pages name a bed: ``3B``; the room is added when the bed's own name does not begin with it."""
    short = room.removeprefix("Room ")
    if bed.startswith(short):
        return bed
    return f"{short}{'' if short.isdigit() and not bed[:1].isdigit() else ' '}{bed}"
