"""Two of everything: two units, two homes of the exclusive population, two caseloads, one person per role in each.

Built once per test process by the operations that pages use, and copied for each test. A test that needs one thing more makes it
itself; a test that finds one thing too many here has found a leak.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from placement.access.models import AgencyUnit, Person
from placement.access.operations import open_account
from placement.access.rights import Role
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from placement.facilities.models import (
    Bed,
    Discharge,
    Exit,
    Facility,
    Hold,
    Leave,
    Licence,
    Match,
    Override,
    Placement,
    Referral,
    Room,
    Shift,
    Unit,
)
from residents import operations as residents
from residents.models import (
    CareEntry,
    Case,
    Contact,
    Document,
    Incident,
    OutsidePerson,
    Resident,
    SafetyAlert,
    Separation,
)

PASSWORD = "only-for-tests-9"


@dataclass
class Home:
    """One home with everything in it. The two exclusive ones have staff, administrator and inspector."""

    facility: Facility
    unit: Unit
    rooms: list[Room]
    beds: list[Bed]
    exits: list[Exit]
    licence: Licence | None = None
    staff: Person | None = None
    admin: Person | None = None
    inspector: Person | None = None
    shift: Shift | None = None


@dataclass
class Young:
    """One young person with case and, where there was one, the stay."""

    resident: Resident
    case: Case
    stay: Placement | None = None
    referral: Referral | None = None
    care: CareEntry | None = None
    incident: Incident | None = None
    document: Document | None = None
    outside: OutsidePerson | None = None
    contact: Contact | None = None
    alert: SafetyAlert | None = None
    leave: Leave | None = None
    discharge: Discharge | None = None


@dataclass
class World:
    """Everything. ``ada`` and ``bea`` live in Cedar, ``cleo`` and ``dina`` in Birch, ``gwen`` in Maple; ``eve`` has no home
    yet, ``fay`` has lived in Cedar and left. North keeps the cases of Cedar's young people, south the others."""

    now: datetime
    north: AgencyUnit
    south: AgencyUnit
    people: dict[str, Person] = field(default_factory=dict)
    homes: dict[str, Home] = field(default_factory=dict)
    young: dict[str, Young] = field(default_factory=dict)
    match: Match | None = None
    hold: Hold | None = None
    override: Override | None = None
    separation: Separation | None = None

    def __getattr__(self, name: str) -> Person | Home | Young:
        for shelf in ("people", "homes", "young"):
            if shelf in self.__dict__ and name in self.__dict__[shelf]:
                return self.__dict__[shelf][name]
        raise AttributeError(name)


def build() -> World:
    """Make the world in the open database and return it. Commits."""
    now = timezone.now().replace(second=0, microsecond=0)
    with acting_as_system("tests"):
        world = World(
            now, AgencyUnit.objects.create(name="North unit"), AgencyUnit.objects.create(name="South unit")
        )
        _open_accounts(world)
    _open_homes(world)
    _open_cases(world)
    _place_everybody(world)
    _write_one_of_each(world)
    return world


def _as(person: Person):
    return acting(person.pk, person.name)


def _open_accounts(world: World) -> None:
    for number, (key, role, unit) in enumerate(
        [
            ("caseworker", Role.CASEWORKER, world.north),
            ("caseworker2", Role.CASEWORKER, world.south),
            ("staff_cedar", Role.STAFF, None),
            ("staff_birch", Role.STAFF, None),
            ("admin_cedar", Role.ADMIN, None),
            ("admin_birch", Role.ADMIN, None),
            ("inspector_cedar", Role.INSPECTOR, None),
            ("inspector_birch", Role.INSPECTOR, None),
            ("clinician", Role.CLINICIAN, None),
            ("clinician2", Role.CLINICIAN, None),
            ("supervisor", Role.SUPERVISOR, world.north),
            ("supervisor2", Role.SUPERVISOR, world.south),
            ("sysadmin", Role.SYSADMIN, None),
            ("stranger", Role.NONE, None),
        ],
        start=1,
    ):
        world.people[key] = open_account(
            username=f"{key}.of.the.world",
            name=key.replace("_", " ").title(),
            staff_number=f"W-{number:03}",
            role=role,
            unit=unit,
            password=PASSWORD,
            by=None,
        )


def _open_homes(world: World) -> None:
    kinds = Facility.Kind
    for key, kind, state, zone, population in [
        ("cedar", kinds.RESIDENTIAL, "CA", "America/Los_Angeles", "exclusive"),
        ("birch", kinds.RESIDENTIAL, "TX", "America/Chicago", "exclusive"),
        ("maple", kinds.RESIDENTIAL, "CA", "America/Los_Angeles", "general"),
        ("harbor", kinds.SHELTER, "CA", "America/Los_Angeles", "shelter"),
        ("alder", kinds.FOSTER, "CA", "America/Los_Angeles", "foster"),
    ]:
        world.homes[key] = _open_home(world, key, kind, state, zone, population)


def _open_home(world: World, key: str, kind: str, state: str, zone: str, population: str) -> Home:
    by, today = world.supervisor, world.now.date()
    with _as(by):
        facility = homes.open_facility(
            name=f"{key.title()} of the world",
            kind=kind,
            jurisdiction=state,
            time_zone=zone,
            region="Invented County",
            languages=["English", "Spanish"],
            address={"street": f"1 Hidden {key.title()} Lane", "city": f"Secret{key}", "telephone": f"555-{key}"},
            by=by,
        )
        unit = homes.add_unit(facility, "Main", by=by)
        rooms = [homes.add_room(unit, f"Room {number}", by=by) for number in (1, 2)]
        home = Home(
            facility=facility,
            unit=unit,
            rooms=rooms,
            beds=[homes.add_bed(room, bed, by=by) for room in rooms for bed in ("A", "B")],
            exits=[homes.add_exit(facility, name, by=by) for name in ("Front door", "Back door")],
        )
        homes.add_fire_clearance(
            facility,
            valid_from=today - timedelta(days=300),
            valid_to=today + timedelta(days=300),
            authority="Fire authority",
            by=by,
        )
    document = _people_of(world, key, home) if population == "exclusive" else None
    with _as(by):
        home.licence = homes.add_licence(
            facility,
            authority=f"{state} licensing",
            number=f"L-{key}",
            capacity=4,
            min_age=10,
            max_age=17,
            sexes=["female", "nonbinary"],
            levels=[1, 2, 3],
            population=population,
            population_document=document,
            valid_from=today - timedelta(days=365),
            valid_to=today + timedelta(days=365),
            by=by,
        )
    return home


def _people_of(world: World, key: str, home: Home) -> Document:
    """Give the home its people and a shift; return the paper that says whom it serves."""
    home.staff, home.admin, home.inspector = (world.people[f"{role}_{key}"] for role in ("staff", "admin", "inspector"))
    since = world.now - timedelta(days=90)
    with _as(world.supervisor):
        for person in (home.staff, home.admin, home.inspector):
            homes.assign(person, home.facility, role=person.role, starts_at=since, by=world.supervisor)
    with _as(home.admin):
        home.shift = homes.open_shift(
            home.facility,
            name="Day",
            starts_at=world.now - timedelta(hours=2),
            ends_at=world.now + timedelta(hours=6),
            staff=[home.staff, home.admin],
            by=home.admin,
        )
        return residents.file_document(
            upload=text_file("licence.txt", "This home serves trafficked young people only."),
            title="Letter of the authority",
            part=Document.Part.HOME,
            facility=home.facility,
            by=home.admin,
        )


def text_file(name: str, text: str) -> SimpleUploadedFile:
    """An upload of plain text."""
    return SimpleUploadedFile(name, text.encode(), content_type="text/plain")


def _open_cases(world: World) -> None:
    for number, (key, unit, caseworker, population) in enumerate(
        [
            ("ada", world.north, world.caseworker, "trafficked"),
            ("bea", world.north, world.caseworker, "trafficked"),
            ("cleo", world.south, world.caseworker2, "trafficked"),
            ("dina", world.south, world.caseworker2, "trafficked"),
            ("eve", world.north, world.caseworker, "trafficked"),
            ("fay", world.north, world.caseworker, "trafficked"),
            ("gwen", world.south, world.caseworker2, "general"),
        ],
        start=1,
    ):
        with _as(caseworker):
            world.young[key] = _open_case(world, key, number, unit, caseworker, population)


def _open_case(
    world: World, key: str, number: int, unit: AgencyUnit, by: Person, population: str
) -> Young:
    case = residents.open_case(
        code=f"W-{number}",
        preferred_name=key.title(),
        legal_name=f"{key.title()} Secretname",
        birth_date=date(world.now.year - 15, 1, number),
        sex="female",
        languages=["English"],
        unit=unit,
        caseworker=by,
        number=f"C-W-{number}",
        legal_basis="Court order",
        permanency_goal="reunification",
        opened_on=(world.now - timedelta(days=100)).date(),
        by=by,
    )
    person = case.resident
    residents.designate(person, population=population, stage="confirmed", basis="Interview", by=by)
    residents.assess_level(
        person,
        level=2,
        assessed_on=(world.now - timedelta(days=90)).date(),
        assessor="Dr. Invented",
        basis="Assessment",
        by=by,
    )
    return Young(person, case)


def _place_everybody(world: World) -> None:
    for key, home, bed in [("ada", "cedar", 0), ("bea", "cedar", 1), ("cleo", "birch", 0), ("dina", "birch", 1)]:
        _place(world, key, home, bed, timedelta(days=30))
    _place(world, "fay", "cedar", 2, timedelta(days=60))


def _place(world: World, key: str, home: str, bed: int, ago: timedelta) -> None:
    young, house = world.young[key], world.homes[home]
    north = young.case.unit_id == world.north.pk
    caseworker, supervisor = (world.caseworker, world.supervisor) if north else (world.caseworker2, world.supervisor2)
    with _as(caseworker):
        stay = Placement.objects.create(
            resident=young.resident, bed=house.beds[bed], starts_at=world.now - ago, proposed_by=caseworker
        )
    with _as(supervisor):
        stay.status, stay.decided_by, stay.decided_at = "approved", supervisor, world.now
        stay.save()
    with _as(house.admin):
        stay.status, stay.safety_read_by, stay.admitted_by = "active", house.admin, house.admin
        stay.save()
    if key == "fay":
        with _as(house.admin):
            stay.status, stay.ends_at, stay.end_reason = "ended", world.now - timedelta(days=10), "went home"
            stay.save()
    stay.refresh_from_db()
    young.stay = stay


def _write_one_of_each(world: World) -> None:
    pass
