"""Changes of a home: opening it, its licence and clearances, rooms and beds, exits, and the people who work there."""

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
from placement.access.visible import right_to_change_homes
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, in_other_words
from placement.facilities.models import (
    Assignment,
    Bed,
    Exit,
    Facility,
    FacilityAddress,
    FacilityGroupPermission,
    FireClearance,
    Hold,
    Licence,
    LicenceCondition,
    LicencePopulation,
    Placement,
    Room,
    Unit,
    Waiver,
)
from residents.models import Document
from residents.operations.assessments import POPULATION_RULES

LIVES_THERE = (
    "Somebody lives in this home whom it could not house then. End that stay first, or get an exception that reaches"
    " into that time."
)
ONLY_THE_AGENCY = "Only a supervisor of the agency can do this."


def home_run_by(facility: Facility, by: Person | None) -> Facility:
    """Return the home when ``by`` may change it: its administrator, a supervisor, or a command (``None``).

    Raises ``Facility.DoesNotExist`` otherwise.
    """
    if by is None:
        return facility
    return Facility.objects.visible_to(by, right_to_change_homes(by)).get(pk=facility.pk)


def must_be_agency(by: Person | None) -> None:
    """Raise ``Refused`` unless ``by`` speaks for the agency (a supervisor), or is a command (``None``)."""
    if by is not None and not by.may(Can.CONFIRM_POPULATION):
        raise Refused(ONLY_THE_AGENCY)


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
    languages: Iterable[str] = (),
    address: Mapping[str, Any] | None = None,
) -> Facility:
    """Add a home to the system, with its groups and their rights.

    Args:
        kind: a ``Facility.Kind``. jurisdiction: the state, as ``CA``. time_zone: the home's zone by name.
        address: fields of ``FacilityAddress``; confidential.

    Raises ``Refused`` unless ``by`` is a supervisor or a command (``None``).
    """
    must_be_agency(by)
    home = Facility.objects.create(
        name=name,
        kind=kind,
        jurisdiction=jurisdiction,
        time_zone=time_zone,
        region=region,
        languages=list(languages),
    )
    FacilityAddress.objects.create(facility=home, **(address or {}))
    open_rights([home])
    return home


@operation("added a licence")
def add_licence(
    facility: Facility,
    *,
    authority: str,
    number: str,
    capacity: int,
    sexes: Iterable[str],
    levels: Iterable[int],
    valid_from: date,
    by: Person | None,
    valid_to: date | None = None,
    population: str = LicencePopulation.GENERAL,
    population_document: Document | None = None,
    jurisdiction: str = "",
    status: str = Licence.Status.LICENSED,
    min_age: int = 0,
    max_age: int = 17,
) -> Licence:
    """Add a licence, both days included; ``jurisdiction`` is the home's unless given.

    An exclusive population needs a supervisor and a document of the home, here or later through
    ``confirm_exclusive_population``. Raises ``Refused`` for overlapping licences, a taken number, wrong ages or dates.
    """
    home = home_run_by(facility, by)
    confirmed_by = None
    if population == LicencePopulation.EXCLUSIVE:
        confirmed_by = must_confirm(home, population_document, by)
    else:
        population_document = None
    with in_other_words(LIVES_THERE, *POPULATION_RULES, field="population"):
        return Licence.objects.create(
            facility=home,
            authority=authority,
            number=number,
            jurisdiction=jurisdiction or home.jurisdiction,
            status=status,
            population=population,
            population_confirmed_by=confirmed_by,
            population_document=population_document,
            capacity=capacity,
            min_age=min_age,
            max_age=max_age,
            sexes=list(sexes),
            levels=list(levels),
            valid_from=valid_from,
            valid_to=valid_to,
        )


def must_confirm(home: Facility, document: Document | None, by: Person | None) -> Person:
    """Return ``by`` when they may confirm with ``document`` that the home serves one population; raise ``Refused``."""
    if by is None or not by.may(Can.CONFIRM_POPULATION):
        raise Refused(
            "Only a supervisor of the agency can confirm that a home is only for trafficked young people.",
            field="population",
        )
    if document is None or document.facility_id != home.pk:
        raise Refused("Choose the paper of this home that shows whom it serves.", field="population_document")
    return by


@operation("confirmed whom the home serves")
def confirm_exclusive_population(licence: Licence, *, document: Document, by: Person) -> Licence:
    """Confirm with a paper of the home that it serves only trafficked young people. Supervisors only."""
    home = home_run_by(licence.facility, by)
    licence = Licence.objects.locked().get(pk=licence.pk)
    supervisor = must_confirm(home, document, by)
    if licence.population == LicencePopulation.EXCLUSIVE:
        raise Refused("This is confirmed already.", field="document")
    licence.population_confirmed_by = supervisor
    licence.population, licence.population_document = LicencePopulation.EXCLUSIVE, document
    with in_other_words(LIVES_THERE, *POPULATION_RULES, field="document"):
        licence.save(update_fields=["population", "population_confirmed_by", "population_document"])
    return licence


@operation("ended a licence")
def end_licence(licence: Licence, *, on: date, by: Person | None) -> Licence:
    """Let a licence end with the day ``on``, so that the next one can begin."""
    home_run_by(licence.facility, by)
    licence = Licence.objects.locked().get(pk=licence.pk)
    licence.valid_to = on
    with in_other_words(LIVES_THERE, *POPULATION_RULES, field="on"):
        licence.save(update_fields=["valid_to"])
    return licence


@operation("changed for whom a licence is")
def change_licence_terms(
    licence: Licence,
    *,
    capacity: int,
    min_age: int,
    max_age: int,
    sexes: Iterable[str],
    levels: Iterable[int],
    by: Person | None,
) -> Licence:
    """Write what the licence says about places, ages in years, sexes and levels; a licensing file says less."""
    home_run_by(licence.facility, by)
    licence = Licence.objects.locked().get(pk=licence.pk)
    licence.capacity, licence.min_age, licence.max_age = capacity, min_age, max_age
    licence.sexes, licence.levels = list(sexes), list(levels)
    licence.save(update_fields=["capacity", "min_age", "max_age", "sexes", "levels"])
    return licence


@operation("added a condition of the licence")
def add_condition(
    licence: Licence,
    *,
    kind: str,
    text: str,
    starts_on: date,
    by: Person | None,
    value: int | None = None,
    ends_on: date | None = None,
) -> LicenceCondition:
    """Add a condition that the authority set. ``value``: places, or an age in years, as ``kind`` says."""
    home_run_by(licence.facility, by)
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The condition can't end before it starts.", field="ends_on")
    return LicenceCondition.objects.create(
        licence=licence, kind=kind, value=value, text=text, starts_on=starts_on, ends_on=ends_on
    )


@operation("added a waiver of the authority")
def add_waiver(licence: Licence, *, kind: str, text: str, starts_on: date, ends_on: date, by: Person | None) -> Waiver:
    """Add a leave that the authority gave in writing to differ from one term of the licence."""
    home_run_by(licence.facility, by)
    return Waiver.objects.create(licence=licence, kind=kind, text=text, starts_on=starts_on, ends_on=ends_on)


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
    stays = Placement.objects.filter(still_there, ahead, bed=bed, status__in=["proposed", "approved", "active"])
    holds = Hold.objects.filter(still_there, ahead, bed=bed, ends_at__gt=now())
    if stays.exists() or holds.exists():
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
    """Add a way out of the building."""
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
    """End a role in the home at a moment, and the person's rights there. Raises ``Refused`` when it has ended."""
    home_run_by(assignment.facility, by)
    assignment = Assignment.objects.select_related("person").locked().get(pk=assignment.pk)
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
