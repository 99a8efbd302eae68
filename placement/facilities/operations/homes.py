"""Changes of a home: opening it, its fire clearances, rooms and beds, exits, and the people who work there."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Q

from placement.access.models import Person
from placement.access.operations import join
from placement.access.permissions import AGENCY, group_name
from placement.access.rights import AGENCY_RIGHTS, HOME_RIGHTS, Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import reading
from placement.facilities.models import (
    Assignment,
    Bed,
    Exit,
    Facility,
    FacilityAddress,
    FacilityGroupPermission,
    FireClearance,
    Hold,
    Placement,
    Room,
    Unit,
)

ONLY_THE_AGENCY = "Only a supervisor of the agency can do this."


def home_run_by(facility: Facility, by: Person | None) -> Facility:
    """Return the home when ``by`` may change it: its administrator, a supervisor, or a command (``None``).

    Raises ``Facility.DoesNotExist`` otherwise.
    """
    if by is None:
        return facility
    return Facility.objects.visible_to(by, Can.CHANGE_FACILITY).get(pk=facility.pk)


def must_be_agency(by: Person | None) -> None:
    """Raise ``Refused`` unless ``by`` speaks for the agency (a supervisor), or is a command (``None``)."""
    if by is not None and not by.may(Can.CONFIRM_POPULATION):
        raise Refused(ONLY_THE_AGENCY)


@operation("set how often somebody looks")
def set_looks(facility: Facility, *, day_minutes: int, night_minutes: int, vary_minutes: int, by: Person) -> Facility:
    """Set how many minutes lie between two looks in the home, where a young person has no plan of their own."""
    home = Facility.objects.visible_to(by, Can.CHANGE_FACILITY).locked().get(pk=facility.pk)
    home.look_day_minutes, home.look_night_minutes, home.look_vary_minutes = day_minutes, night_minutes, vary_minutes
    home.save(update_fields=["look_day_minutes", "look_night_minutes", "look_vary_minutes"])
    return home


def open_rights(facilities: Sequence[Facility]) -> None:
    """Make the groups of the homes; give them and the agency's groups their rights. Two statements in all."""
    given = [("home", role, right) for role, rights in HOME_RIGHTS.items() for right in rights]
    given += [(AGENCY, role, right) for role, rights in AGENCY_RIGHTS.items() for right in rights]
    names = {group_name(AGENCY, "all", role) for role in AGENCY_RIGHTS}
    names |= {group_name("home", home.pk, role) for home in facilities for role in HOME_RIGHTS}
    Group.objects.bulk_create([Group(name=name) for name in sorted(names)], ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO "{FacilityGroupPermission._meta.db_table}"
                    (id, group_id, permission_id, content_object_id, "grant", starts_at)
                SELECT gen_random_uuid(), g.id, p.id, home.id, home.id, %s
                FROM unnest(%s::uuid[]) AS home(id)
                CROSS JOIN unnest(%s::text[], %s::text[], %s::text[]) AS given(kind, role, codename)
                JOIN auth_group g
                  ON g.name = concat_ws(
                    '/', given.kind, CASE given.kind WHEN 'home' THEN home.id::text ELSE 'all' END, given.role)
                JOIN auth_permission p ON p.codename = given.codename
                JOIN django_content_type t
                  ON t.id = p.content_type_id AND t.app_label = 'facilities' AND t.model = 'facility'""",
            [
                now(),
                [str(home.pk) for home in facilities],
                [kind for kind, _, _ in given],
                [str(role) for _, role, _ in given],
                [right.codename for _, _, right in given],
            ],
        )


@operation("opened a home")
def open_facility(
    *,
    name: str,
    kind: str,
    jurisdiction: str,
    time_zone: str,
    by: Person | None,
    region: str = "",
    letters_to: str = "",
    languages: Iterable[str] = (),
    address: Mapping[str, Any] | None = None,
) -> Facility:
    """Add a home to the system, with its groups and their rights.

    Args:
        kind: a ``Facility.Kind``. jurisdiction: the state, as ``CA``. time_zone: the home's zone by name.
        letters_to: an address that does not tell where the home is. address: parts of ``FacilityAddress``; confidential.

    Raises ``Refused`` unless ``by`` is a supervisor or a command (``None``).
    """
    must_be_agency(by)
    home = Facility.objects.create(
        name=name,
        kind=kind,
        jurisdiction=jurisdiction,
        time_zone=time_zone,
        region=region,
        letters_to=letters_to,
        languages=list(languages),
    )
    open_rights([home])
    FacilityAddress.objects.create(facility=home, **(address or {}))
    return home


@operation("added a fire clearance")
def add_fire_clearance(
    facility: Facility, *, valid_from: date, valid_to: date, authority: str, by: Person | None
) -> FireClearance:
    """Add the fire authority's clearance, both days included."""
    home = home_run_by(facility, by)
    return FireClearance.objects.create(facility=home, valid_from=valid_from, valid_to=valid_to, authority=authority)


@operation("added a unit")
def add_unit(facility: Facility, name: str, *, by: Person | None) -> Unit:
    """Add a part of the home."""
    return Unit.objects.create(facility=home_run_by(facility, by), name=name)


@operation("added a room")
def add_room(unit: Unit, name: str, *, by: Person | None) -> Room:
    """Add a bedroom."""
    home_run_by(unit.facility, by)
    return Room.objects.create(unit=unit, name=name)


@operation("added a bed")
def add_bed(room: Room, name: str, *, by: Person | None) -> Bed:
    """Add a bed."""
    return Bed.objects.create(facility=home_run_by(room.unit.facility, by), room=room, name=name)


@operation("took a bed out of use")
def close_bed(bed: Bed, *, from_: date, until: date | None, why: str, by: Person | None) -> Bed:
    """Take a bed out of use from day to day, both included; ``until`` None is without end.

    Raises ``Refused`` while somebody sleeps in it, is about to, or while it is held in that time.
    """
    home = home_run_by(bed.facility, by)
    bed = Bed.objects.locked().get(pk=bed.pk)
    begins = datetime.combine(from_, time.min, home.zone)
    still_there = Q(ends_at__isnull=True) | Q(ends_at__gt=begins)
    ahead = Q()
    if until is not None:
        ahead = Q(starts_at__lt=datetime.combine(until + timedelta(days=1), time.min, home.zone))
    overdue = Q(status=Placement.Status.ACTIVE, ends_at__lte=now())
    stays = Placement.objects.filter(
        still_there | overdue, ahead, bed=bed, status__in=["proposed", "approved", "active"]
    )
    holds = Hold.objects.filter(still_there, ahead, bed=bed, ends_at__gt=now())
    with reading("occupancy"):  # also of somebody from whose record the person is barred
        taken = stays.exists() or holds.exists()
    if taken:
        raise Refused(
            "Somebody sleeps in this bed in that time, or it is kept for somebody. Move them first.",
            field="from_",
        )
    bed.closed_from, bed.closed_until, bed.closed_why = from_, until, why
    bed.save(update_fields=["closed_from", "closed_until", "closed_why"])
    return bed


@operation("put a bed back into use")
def reopen_bed(bed: Bed, *, by: Person | None) -> Bed:
    """Put a bed back into use now."""
    home_run_by(bed.facility, by)
    bed = Bed.objects.locked().get(pk=bed.pk)
    bed.closed_from, bed.closed_until, bed.closed_why = None, None, ""
    bed.save(update_fields=["closed_from", "closed_until", "closed_why"])
    return bed


@operation("added an exit")
def add_exit(facility: Facility, name: str, *, by: Person | None, has_alarm: bool = False) -> Exit:
    """Add an exit of the building."""
    return Exit.objects.create(facility=home_run_by(facility, by), name=name, has_alarm=has_alarm)


@operation("gave somebody a role in the home")
def assign(
    person: Person,
    facility: Facility,
    *,
    role: str,
    by: Person | None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Assignment:
    """Let ``person`` work at, run or inspect the home from ``starts_at`` (now) to ``ends_at``; their rights follow.

    Raises ``Refused`` when the account is closed or for another role, when they have or will have this role here
    already, and when an administrator names an inspector (the agency does).
    """
    home = home_run_by(facility, by)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise Refused("This account is closed.", field="person")
    if person.role != role:
        raise Refused(f"This account is for another role: {Role(person.role).label}.", field="role")
    if role == Role.INSPECTOR:
        must_be_agency(by)
    ahead = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    if Assignment.objects.filter(ahead, facility=home, person=person, role=role).exists():
        raise Refused("This person already has this role here, or will have it. End that first.", field="person")
    starts_at = starts_at or now()
    assignment = Assignment.objects.create(
        facility=home, person=person, role=role, starts_at=starts_at, ends_at=ends_at
    )
    join(person, "home", home.pk, Role(role), starts_at=starts_at, ends_at=ends_at)
    return assignment


@operation("ended somebody's role in the home")
def end_assignment(assignment: Assignment, *, at: datetime, by: Person | None) -> Assignment:
    """End a role in the home at a moment, and the person's rights there.

    Raises ``Refused`` when it has ended, and when an administrator ends the visit of an inspector (the agency does).
    """
    home_run_by(assignment.facility, by)
    assignment = Assignment.objects.select_related("person").locked().get(pk=assignment.pk)
    if assignment.role == Role.INSPECTOR:
        must_be_agency(by)
    if assignment.ends_at is not None and assignment.ends_at <= now():
        raise Refused("This has ended already.")
    assignment.ends_at = at
    assignment.save(update_fields=["ends_at"])
    join(
        assignment.person,
        "home",
        assignment.facility_id,
        Role(assignment.role),
        starts_at=assignment.starts_at,
        ends_at=at,
    )
    return assignment
