"""Activities that are offered to the whole house, and the school day: everybody in one go, each in the own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import ActivityAnswer, ActivityOffer, CareEntry, Resident, Restriction
from residents.operations.care import NOT_YET, must_work_at, written

Answer = ActivityAnswer.Answer
ABSENT = "Did not go"  # at school, which asks why


@dataclass(frozen=True)
class Said:
    """What is said about one young person: the answer or outcome, and why."""

    answer: str
    why: str = ""


@operation("logged an activity for the house")
def log_activity(
    said: Mapping[Resident, Said],
    *,
    facility: Any,
    shift: Any,
    name: str,
    place: str,
    happened_at: datetime,
    by: Person,
    led_by: str = "",
    reason: str = "",
) -> ActivityOffer:
    """Log what was offered at ``happened_at`` (aware), and each one's answer, with a care entry in each one's day.

    Somebody who was kept from it needs a ``why``, unless a limit on this activity holds already; that makes a
    ``Restriction``, about which somebody else decides. Raises ``Refused`` without an answer or a name, for a time to come
    and for a signed shift without ``reason``; ``DoesNotExist`` without the right on a young person or the home.
    """
    must_log(said, facility, shift, happened_at, reason, by)
    if not name.strip():
        raise Refused("Say what was offered.", field="name")
    limits = {
        resident: limit_on(resident, name.strip(), each.why, by)
        for resident, each in said.items()
        if each.answer == Answer.EXCLUDED
    }
    offer = ActivityOffer.objects.create(
        facility=facility,
        shift=shift,
        name=name.strip(),
        place=place,
        led_by=led_by.strip(),
        offered_at=happened_at,
        written_by=by,
    )
    entries = written(
        CareEntry(
            resident=resident,
            facility=facility,
            shift=shift,
            kind=CareEntry.Kind.ACTIVITY,
            outcome=Answer(each.answer).label,
            note=f"{offer.name}. {each.why}".strip() if each.answer != Answer.EXCLUDED else f"{offer.name}.",
            happened_at=happened_at,
            written_by=by,
            reason=reason,
        )
        for resident, each in said.items()
    )
    ActivityAnswer.objects.bulk_create(
        ActivityAnswer(
            offer=offer,
            resident=entry.resident,
            answer=said[entry.resident].answer,
            entry=entry,
            restriction=limits.get(entry.resident),
        )
        for entry in entries
    )
    return offer


@operation("logged the school day")
def log_school(
    said: Mapping[Resident, Said], *, facility: Any, shift: Any, happened_at: datetime, by: Person, reason: str = ""
) -> list[CareEntry]:
    """Log how school went for several young people: all or none. Raises ``Refused`` for an absence without a why."""
    must_log(said, facility, shift, happened_at, reason, by)
    for resident, each in said.items():
        if each.answer == ABSENT and not each.why.strip():
            raise Refused(f"Say why {resident} did not go to school.", field=f"why_{resident.pk}")
    return written(
        CareEntry(
            resident=resident,
            facility=facility,
            shift=shift,
            kind=CareEntry.Kind.SCHOOL,
            outcome=each.answer,
            note=each.why.strip(),
            happened_at=happened_at,
            written_by=by,
            reason=reason,
        )
        for resident, each in said.items()
    )


def must_log(
    said: Mapping[Resident, Said], facility: Any, shift: Any, happened_at: datetime, reason: str, by: Person
) -> None:
    """Raise unless ``by`` may log care for all of them in this home, at a time that has come, and with a ``reason`` if late."""
    must_work_at(facility, by)
    wanted = {resident.pk for resident in said}
    if Resident.objects.visible_to(by, Can.LOG_CARE).filter(pk__in=wanted).count() != len(wanted):
        raise Resident.DoesNotExist
    if not said:
        raise Refused("Say it of at least one young person.")
    if happened_at > now():
        raise Refused(NOT_YET, field="happened_at")
    if shift is not None and shift.signed_at is not None and not reason.strip():
        raise Refused("The shift is signed. Say why this entry comes late.", field="reason")


def limit_on(resident: Resident, activity: str, why: str, by: Person) -> Restriction:
    """Return the limit under which somebody is kept from an activity: the one that holds, or a new one."""
    limits = Restriction.objects.filter(resident=resident, activity__iexact=activity).order_by("-asked_at")
    holding = next((limit for limit in limits[:5] if limit.holds), None)
    if holding is not None:
        return holding
    if limits.filter(decision="").exists():
        raise Refused(
            f"Nobody has decided about the limit of {resident} within 24 hours, so it does not hold any more. Let them take"
            " part, or ask the home's administrator or the supervisor to decide.",
            field=f"said_{resident.pk}",
        )
    if not why.strip():
        raise Refused(f"Say why {resident} was kept from it.", field=f"why_{resident.pk}")
    return Restriction.objects.create(
        resident=resident, kind=Restriction.Kind.ACTIVITY, activity=activity, reason=why.strip(), asked_by=by
    )
