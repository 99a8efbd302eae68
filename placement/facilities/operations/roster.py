"""Who may work, who is planned, and who comes and goes while a shift runs."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from django.db import connection

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.models import Assignment, Credential, Facility, RatioCheck, RosterEntry, Shift, ShiftStaff
from placement.facilities.operations.homes import home_run_by
from placement.facilities.queries.credentials import days_of, filed_for, lacking
from placement.facilities.queries.ratio import facts_of, on_duty, present_now
from placement.facilities.ratio import required
from placement.ui.dates import moment_name
from residents.models import Document

WEEK = timedelta(days=7)
FURTHEST = timedelta(days=92)
PLANNED_ALREADY = "is planned at that time already"


@operation("filed a credential")
def file_credential(
    facility: Facility,
    person: Person,
    *,
    kind: str,
    valid_from: date,
    valid_to: date | None,
    by: Person,
    course: str = "",
    number: str = "",
    issuer: str = "",
    document: Document | None = None,
) -> Credential:
    """File what ``person``, who works in the home, holds: a ``Credential.Kind``, both days included, None without end.

    ``course``: which training, or which course on medication. ``document``: a paper of the home. Raises ``Refused`` for
    oneself, for somebody who does not work there, and for a paper of another home.
    """
    home = home_run_by(facility, by)
    return Credential.objects.create(
        facility=home,
        person=person,
        kind=kind,
        course=course,
        number=number,
        issuer=issuer,
        valid_from=valid_from,
        valid_to=valid_to,
        document=document,
        filed_by=by,
        filed_at=now(),
    )


@operation("ended a credential")
def end_credential(credential: Credential, *, on: date, by: Person) -> Credential:
    """Let a credential end earlier: ``on`` is its last day. Shifts planned after it count no more.

    Raises ``Refused`` when it ends before that anyhow, and for a day before it began.
    """
    home_run_by(credential.facility, by)
    credential = Credential.objects.locked().get(pk=credential.pk)
    if credential.valid_to is not None and on >= credential.valid_to:
        raise Refused("It ends then, or before that, already.", field="on")
    if on < credential.valid_from:
        raise Refused("It can't end before it begins.", field="on")
    credential.valid_to = on
    credential.save(update_fields=["valid_to"])
    return credential


@operation("planned shifts")
def plan_shifts(
    facility: Facility,
    person: Person,
    *,
    times: Collection[tuple[datetime, datetime]],
    by: Person,
    awake: bool = True,
    duty: str = RosterEntry.Duty.CARE,
) -> list[RosterEntry]:
    """Plan ``person`` in the home for each (start, end) of ``times`` (aware); all of them or none.

    Raises ``Refused`` for somebody who does not work there then, who lacks a clearance, first aid or training on one of the
    days, who is planned elsewhere, or who would be awake for more than 16 hours in a row; and for the past, and for
    more than three months ahead.
    """
    home = home_run_by(facility, by)
    filed = filed_for([person.pk])[person.pk]
    for starts_at, ends_at in times:
        if why := why_not(home, person, filed, starts_at, ends_at):
            raise Refused(f"{person.name} can't work on {moment_name(starts_at, home.zone)}: {why}.", field="person")
    planned = [
        RosterEntry(
            facility=home,
            person=person,
            starts_at=starts_at,
            ends_at=ends_at,
            awake=awake,
            duty=duty,
            planned_by=by,
            planned_at=now(),
        )
        for starts_at, ends_at in sorted(times)
    ]
    return RosterEntry.objects.bulk_create(planned)


def why_not(
    home: Facility, person: Person, filed: Collection[Credential], starts_at: datetime, ends_at: datetime
) -> str:
    """Return in words why somebody who holds ``filed`` can't be planned then; empty when nothing speaks against it here."""
    if ends_at <= starts_at:
        return "the shift would end before it starts"
    if ends_at <= now():
        return "this time has passed"
    if starts_at > now() + FURTHEST:
        return "this is more than three months ahead"
    working = Assignment.objects.filter(facility=home, person=person, role__in=[Role.STAFF, Role.ADMIN])
    if not any(a.starts_at <= starts_at and (a.ends_at is None or a.ends_at >= ends_at) for a in working):
        return "they do not work in this home then"
    if is_kept_away(home, person):
        return "they are not to be planned here for now"
    return lacking(filed, days_of(starts_at, ends_at, home))


def is_kept_away(home: Facility, person: Person) -> bool:
    """Return whether ``person`` is not to be planned in the home for now. Nobody is told here why."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT roster_is_kept_away(%s, %s)", [home.pk, person.pk])
        return bool(cursor.fetchone()[0])


@operation("took somebody out of the plan")
def unplan_shift(entry: RosterEntry, *, by: Person) -> None:
    """Take a planned shift out of the plan. Raises ``Refused`` once it has begun."""
    home_run_by(entry.facility, by)
    found = RosterEntry.objects.locked().get(pk=entry.pk)
    if found.starts_at <= now():
        raise Refused("This shift has begun, so it stays in the plan as it was.")
    found.delete()


@operation("copied last week's plan")
def copy_week(facility: Facility, *, monday: date, by: Person) -> tuple[list[RosterEntry], list[str]]:
    """Plan the week from ``monday`` on as the week before it, at the same hours of the home's clock.

    Returns what was planned, and in words what was left out and why: who can't work then, who is planned already. Raises
    ``Refused`` when the week before has no plan, and when nothing of it could be planned.
    """
    home = home_run_by(facility, by)
    begins = datetime.combine(monday, time.min, home.zone)
    before = RosterEntry.objects.filter(
        facility=home, starts_at__gte=datetime.combine(monday - WEEK, time.min, home.zone), starts_at__lt=begins
    )
    old = list(before.select_related("person").order_by("starts_at", "person__name"))
    if not old:
        raise Refused("Nothing is planned in the week before, so there is nothing to copy.")
    people = {entry.person_id for entry in old}
    filed = filed_for(people)
    taken = list(RosterEntry.objects.filter(person__in=people, ends_at__gt=begins, starts_at__lt=begins + 2 * WEEK))
    planned: list[RosterEntry] = []
    left_out: list[str] = []
    for entry in old:
        starts_at, ends_at = (_a_week_later(at, home) for at in (entry.starts_at, entry.ends_at))
        why = why_not(home, entry.person, filed[entry.person_id], starts_at, ends_at)
        if not why and any(
            one.person_id == entry.person_id and one.starts_at < ends_at and one.ends_at > starts_at
            for one in (*taken, *planned)
        ):
            why = PLANNED_ALREADY
        if why:
            left_out.append(f"{entry.person.name}, {moment_name(starts_at, home.zone)}: {why}")
            continue
        planned.append(
            RosterEntry(
                facility=home,
                person=entry.person,
                starts_at=starts_at,
                ends_at=ends_at,
                awake=entry.awake,
                duty=entry.duty,
                planned_by=by,
                planned_at=now(),
            )
        )
    if not planned:
        others = [each for each in left_out if not each.endswith(PLANNED_ALREADY)]
        if not others:
            raise Refused("Everybody of last week is planned in this week already. There is nothing to copy.")
        raise Refused(f"Nothing could be copied. {'; '.join(others)}.")
    return RosterEntry.objects.bulk_create(planned), left_out


def _a_week_later(moment: datetime, home: Facility) -> datetime:
    here = moment.astimezone(home.zone)
    return datetime.combine(here.date() + WEEK, here.time(), home.zone)


@operation("came on duty")
def come_on_duty(
    shift: Shift, person: Person, *, by: Person, awake: bool = True, at: datetime | None = None
) -> ShiftStaff:
    """Put ``person`` on duty in a running shift from ``at`` (now) on, awake or asleep.

    Raises ``Refused`` for a signed shift, a time before it or to come, somebody on duty in it then, or who does not work
    in the home.
    """
    shift, at = _running(shift, at, by)
    working = Assignment.objects.filter(facility=shift.facility_id, person=person, role__in=[Role.STAFF, Role.ADMIN])
    if not any(a.starts_at <= at and (a.ends_at is None or a.ends_at > at) for a in working):
        raise Refused("This person does not work in this home now.", field="person")
    row = ShiftStaff.objects.create(shift=shift, person=person, awake=awake, came_at=at)
    count_ratio(shift, RatioCheck.Occasion.CAME)
    return row


@operation("went off duty")
def go_off_duty(row: ShiftStaff, *, by: Person, at: datetime | None = None) -> ShiftStaff:
    """Let somebody on duty go before the shift ends, at ``at`` (now). Raises ``Refused`` for who has gone, and as above."""
    shift, at = _running(row.shift, at, by)
    row = ShiftStaff.objects.select_related("person").locked().get(pk=row.pk, shift=shift)
    if row.left_at is not None:
        raise Refused("This person has gone off duty already.")
    row.left_at = at
    row.save(update_fields=["left_at"])
    count_ratio(shift, RatioCheck.Occasion.LEFT)
    return row


def _running(shift: Shift, at: datetime | None, by: Person) -> tuple[Shift, datetime]:
    found: Shift = Shift.objects.visible_to(by, Can.WORK_SHIFT).select_related("facility").locked().get(pk=shift.pk)
    at = at or now()
    if found.signed_at is not None:
        raise Refused("This shift is signed. Changes are amendments now.")
    if at > now():
        raise Refused("This time has not come yet.", field="at")
    if at < found.starts_at:
        raise Refused("The shift had not begun then.", field="at")
    return found, at


def count_ratio(shift: Shift, occasion: str, staff: Iterable[ShiftStaff] | None = None) -> RatioCheck:
    """Keep how many adults are on duty in the shift for how many young people, and what is asked for, at this moment.

    ``staff``: who is in the shift, when that is known already. Four queries at most.
    """
    moment, home = now(), shift.facility
    there = on_duty(shift.staff.all() if staff is None else staff, moment)
    awake = sum(row.awake for row in there)
    present = present_now(home)
    asked = required(facts_of([home])[home.pk], present, moment)
    return RatioCheck.objects.create(
        shift=shift,
        at=moment,
        occasion=occasion,
        young_people=present,
        awake=awake,
        asleep=len(there) - awake,
        required=asked.awake,
        asleep_ok=asked.asleep_ok,
        missing=asked.missing(awake, len(there) - awake),
        citation=asked.citation[:200],
    )
