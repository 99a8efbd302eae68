"""Who to keep apart, who exploited, who harmed, who belongs together."""

from datetime import date, datetime
from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from residents.models import (
    PAIRS,
    ExploitationLink,
    ExploitationTrace,
    Exploiter,
    HarmEvent,
    Kinship,
    Resident,
    Separation,
    SeparationRequest,
)
from residents.operations.guard import must, today


@operation("recorded a separation")
def separate(
    resident: Resident,
    *,
    kind: str,
    reason: str,
    by: Person,
    other: Resident | None = None,
    person: str = "",
    area: str = "",
    area_latitude: float | None = None,
    area_longitude: float | None = None,
    area_km: float | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Separation:
    """Keep the young person apart from another one, from somebody outside, or from an area (degrees, kilometres).

    Raises ``Resident.DoesNotExist`` when ``other`` is not open to ``by``, and ``Refused`` when it is not said from
    whom.
    """
    must(by, resident, *PAIRS)
    if other is not None:
        other = Resident.objects.visible_to(by, Can.VIEW_CODE).get(pk=other.pk)
    return Separation.objects.create(
        resident=resident,
        kind=kind,
        other=other,
        person=person.strip(),
        area=area.strip(),
        area_latitude=area_latitude,
        area_longitude=area_longitude,
        area_km=area_km,
        reason=reason,
        starts_at=starts_at or now(),
        ends_at=ends_at,
    )


@operation("recorded a separation")
def keep_apart(
    resident: Resident,
    *,
    kind: str,
    reason: str,
    by: Person,
    code: str = "",
    other: Resident | None = None,
    **fields: Any,
) -> Separation | SeparationRequest:
    """Record a separation as ``separate`` does, or ask for it when ``other`` is named by ``code`` only.

    A code that ``by`` may not know, and one that nobody has, are both kept as a request to the supervisor of the unit:
    the answer is the same, so it never tells which young people there are. Raises ``Refused`` for the own code.
    """
    must(by, resident, *PAIRS)
    if kind == Separation.Kind.RESIDENT and other is None and code:
        if code == resident.code:
            raise Refused("This is the code of the same young person. Give the code of the other one.", field="code")
        other = Resident.objects.visible_to(by, Can.VIEW_CODE).filter(code=code).first()
        if other is None:
            return SeparationRequest.objects.create(
                resident=resident, code=code, reason=reason, asked_by=by, asked_at=now()
            )
    return separate(resident, kind=kind, reason=reason, by=by, other=other, **fields)


@operation("decided about a separation that was asked for")
def decide_separation_request(
    asked: SeparationRequest, *, complete: bool, reason: str, by: Person, other: Resident | None = None
) -> SeparationRequest:
    """Record the separation from ``other`` that was asked for by code, or close the request without one.

    For the supervisor of the unit. Raises ``Refused`` without a reason, without ``other`` where it is completed, and
    when it does not wait any more.
    """
    asked = (
        SeparationRequest.objects.visible_to(by, Can.ASSIGN_TEAM).select_related("resident").locked().get(pk=asked.pk)
    )
    statuses = SeparationRequest.Status
    if asked.status != statuses.WAITING:
        raise Refused(f"Somebody has already decided: {asked.get_status_display().lower()}.")
    if not reason.strip():
        raise Refused("Say what became of it.", field="reason")
    if complete:
        if other is None:
            raise Refused("Choose the young person.", field="other")
        separate(asked.resident, kind=Separation.Kind.RESIDENT, other=other, reason=asked.reason, by=by)
    asked.status = statuses.COMPLETED if complete else statuses.DECLINED
    asked.decided_by, asked.decided_at, asked.decision_reason = by, now(), reason.strip()
    asked.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])
    return asked


@operation("ended a separation")
def end_separation(separation: Separation, *, by: Person, reason: str) -> Separation:
    """End a separation now. ``reason`` is kept in the history. Raises ``Refused`` without one, or when it has ended."""
    must(by, separation.resident, *PAIRS)
    if not reason.strip():
        raise Refused("Say why the separation can end.", field="reason")
    separation = Separation.objects.visible_to(by, Can.VIEW_CASE_SUMMARY).locked().get(pk=separation.pk)
    if separation.ends_at is not None and separation.ends_at <= now():
        raise Refused("This separation has already ended.")
    set_reason(reason.strip())
    separation.ends_at = max(now(), separation.starts_at)
    separation.save(update_fields=["ends_at"])
    return separation


@operation("recorded a link to an exploiter")
def link_exploiter(
    resident: Resident, *, exploiter: Exploiter | None, kind: str, note: str, by: Person, name: str = ""
) -> ExploitationLink:
    """Link the young person to a known exploiter or recruiter, or to a new one called ``name``.

    A ``name`` that ``by`` already sees on another record is the same exploiter; one on a record that is closed to
    ``by`` is not looked up, so nothing about it can be learned. Raises ``Refused`` without exploiter and name.
    """
    rights = must(by, resident, Can.KEEP_CASE)
    if Can.VIEW_EXPLOITATION not in rights:
        raise Resident.DoesNotExist
    known = Exploiter.objects.filter(links__in=ExploitationLink.objects.visible_to(by, Can.VIEW_EXPLOITATION))
    if exploiter is not None:
        exploiter = known.distinct().get(pk=exploiter.pk)
    elif not name.strip():
        raise Refused("Give the name, or choose somebody from the list.", field="name")
    else:
        exploiter = known.filter(name__iexact=name.strip()).order_by("pk").first()
        exploiter = exploiter or Exploiter.objects.create(name=name.strip())
    return ExploitationLink.objects.create(resident=resident, exploiter=exploiter, kind=kind, note=note)


@operation("recorded a trace of an exploiter")
def record_trace(resident: Resident, *, kind: str, value: str, note: str, by: Person) -> ExploitationTrace:
    """Record a telephone number, place, online name or car that somebody uses who exploits or recruits.

    Raises ``Refused`` without letter or digit, and when it stands on the record already.
    """
    if Can.VIEW_EXPLOITATION not in must(by, resident, Can.KEEP_CASE):
        raise Resident.DoesNotExist
    return ExploitationTrace.objects.create(resident=resident, kind=kind, value=value.strip(), note=note.strip())


@operation("recorded a harm event")
def record_harm(resident: Resident, *, kind: str, happened_on: date, summary: str, by: Person) -> HarmEvent:
    """Add to the safety history: harmed somebody, or was harmed by another young person."""
    must(by, resident, Can.KEEP_CASE)
    if happened_on > today(by):
        raise Refused("This day has not come yet. Give the day when it happened.", field="happened_on")
    return HarmEvent.objects.create(resident=resident, kind=kind, happened_on=happened_on, summary=summary)


@operation("recorded siblings")
def record_siblings(resident: Resident, sibling: Resident, *, together: bool, by: Person) -> Kinship:
    """Record two young people as siblings, on both records.

    ``together``: they wish, and are advised, to live together.
    """
    must(by, resident, *PAIRS)
    sibling = Resident.objects.visible_to(by, Can.VIEW_IDENTITY).get(pk=sibling.pk)
    kin = Kinship(resident=resident, sibling=sibling, together=together)
    Kinship.objects.bulk_create([kin, Kinship(resident=sibling, sibling=resident, together=together)])
    return kin
