"""Two of everything: two units, two homes of the exclusive population, two caseloads, one person per role in each.

Built once per test process by the operations that pages use, and copied for each test. A test that needs one thing more makes it
itself; a test that finds one thing too many here has found a leak.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from placement.access.models import AgencyUnit, Person
from placement.access.operations import open_account
from placement.access.rights import Role
from placement.audit.clock import at_time
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from placement.facilities.models import (
    Assignment,
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
    Caseload,
    Contact,
    Document,
    ExploitationLink,
    Incident,
    OutsidePerson,
    Resident,
    SafetyAlert,
    Separation,
    TeamMember,
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
    paper: Document | None = None
    assignments: list[Assignment] = field(default_factory=list)


@dataclass
class Young:
    """One young person with case and, where there was one, the stay."""

    resident: Resident
    case: Case
    caseload: Caseload
    team: TeamMember | None = None
    stay: Placement | None = None
    referral: Referral | None = None
    care: CareEntry | None = None
    incident: Incident | None = None
    document: Document | None = None
    outside: OutsidePerson | None = None
    contact: Contact | None = None
    alert: SafetyAlert | None = None
    separation: Separation | None = None
    exploitation: ExploitationLink | None = None
    override: Override | None = None
    leave: Leave | None = None
    discharge: Discharge | None = None


@dataclass
class World:
    """Everything, two of each. ``ada`` and ``bea`` live in Cedar, ``cleo`` and ``dina`` in Birch. ``eve`` looks for a
    home, ``fay`` has lived in Cedar and left, ``gwen`` is of the general population. North keeps the cases of ada, bea,
    eve and fay. ``caseworker_past`` and ``staff_past`` could see ada until last week."""

    now: datetime
    north: AgencyUnit
    south: AgencyUnit
    people: dict[str, Person] = field(default_factory=dict)
    homes: dict[str, Home] = field(default_factory=dict)
    young: dict[str, Young] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    match: Match | None = None
    hold: Hold | None = None
    override: Override | None = None
    draft: Referral | None = None

    def __getattr__(self, name: str) -> Person | Home | Young:
        for shelf in ("people", "homes", "young"):
            if shelf in self.__dict__ and name in self.__dict__[shelf]:
                return self.__dict__[shelf][name]
        raise AttributeError(name)


def build() -> World:
    """Make the world in the open database and return it. Commits. Needs the owner's login, which may tell the past."""
    now = timezone.now().replace(second=0, microsecond=0)
    with acting_as_system("tests"), at_time(now - timedelta(days=100)):
        world = World(now, AgencyUnit.objects.create(name="North unit"), AgencyUnit.objects.create(name="South unit"))
        _open_accounts(world)
    _open_homes(world)
    _open_cases(world)
    for days_ago, key, home, bed in [
        (60, "fay", "cedar", 2),
        (30, "ada", "cedar", 0),
        (30, "cleo", "birch", 0),
        (20, "bea", "cedar", 1),
        (20, "dina", "birch", 1),
    ]:
        _place(world, key, home, bed, world.now - timedelta(days=days_ago))
    _write_one_of_each(world, "fay", "cedar", world.now - timedelta(days=20))
    _discharge(world, world.young["fay"], world.now - timedelta(days=10))
    for key, home in [("ada", "cedar"), ("cleo", "birch")]:
        _write_one_of_each(world, key, home, world.now - timedelta(minutes=10))
    _let_two_go(world)
    _look_for_a_home(world)
    _sign_in(world)
    return world


@contextmanager
def _as(person: Person, moment: datetime) -> Iterator[Person]:
    """Inside, ``person`` acts and it is ``moment``."""
    with acting(person.pk, person.name), at_time(moment):
        yield person


def _of(world: World, young: Young) -> tuple[Person, Person, Person]:
    """Caseworker, supervisor and clinician of a case."""
    suffix = "" if young.case.unit_id == world.north.pk else "2"
    return tuple(world.people[f"{role}{suffix}"] for role in ("caseworker", "supervisor", "clinician"))


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
            ("caseworker_past", Role.CASEWORKER, world.north),
            ("staff_past", Role.STAFF, None),
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
    today, first_day = world.now.date(), world.now - timedelta(days=95)
    with _as(world.supervisor, first_day) as by:
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
    with _as(world.supervisor, first_day + timedelta(days=2)) as by:
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
    """Give the home its people and a shift that goes on; return the paper that says whom it serves."""
    home.staff, home.admin, home.inspector = (world.people[f"{role}_{key}"] for role in ("staff", "admin", "inspector"))
    with _as(world.supervisor, world.now - timedelta(days=94)) as by:
        home.assignments = [
            homes.assign(person, home.facility, role=person.role, by=by)
            for person in (home.staff, home.admin, home.inspector)
        ]
    with _as(home.admin, world.now - timedelta(hours=3)) as by:
        home.shift = homes.open_shift(
            home.facility,
            name="Day",
            starts_at=world.now - timedelta(hours=2),
            ends_at=world.now + timedelta(hours=6),
            staff=[home.staff, home.admin],
            by=by,
        )
        home.paper = residents.file_document(
            upload=text_file("licence.txt", "This home serves trafficked young people only."),
            title="Letter of the authority",
            part=Document.Part.HOME,
            facility=home.facility,
            by=by,
        )
    return home.paper


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
        with _as(caseworker, world.now - timedelta(days=91)):
            world.young[key] = _open_case(world, key, number, unit, caseworker, population)
        young = world.young[key]
        _, supervisor, clinician = _of(world, young)
        with _as(supervisor, world.now - timedelta(days=90)):
            young.team = residents.join_team(young.case, clinician, by=supervisor)


def _open_case(world: World, key: str, number: int, unit: AgencyUnit, by: Person, population: str) -> Young:
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
        opened_on=(world.now - timedelta(days=95)).date(),
        by=by,
    )
    resident = case.resident
    residents.designate(resident, population=population, stage="confirmed", basis="Interview", by=by)
    residents.assess_level(
        resident,
        level=2,
        assessed_on=(world.now - timedelta(days=92)).date(),
        assessor="Dr. Invented",
        basis="Assessment",
        by=by,
    )
    return Young(resident, case, caseload=case.caseload.get())


def _refer(world: World, young: Young, moment: datetime) -> Referral:
    caseworker, *_ = _of(world, young)
    with _as(caseworker, moment):
        referral = homes.draft_referral(
            young.resident,
            urgency="urgent",
            reason="Hidden reason of the referral",
            needed_from=moment + timedelta(minutes=30),
            level=2,
            by=caseworker,
        )
        return homes.send_referral(referral, by=caseworker)


def _place(world: World, key: str, home_key: str, bed: int, moment: datetime) -> None:
    """Refer, sign what warns, propose, approve, read and admit: each by whom it is for."""
    young, home = world.young[key], world.homes[home_key]
    caseworker, supervisor, _ = _of(world, young)
    young.referral = _refer(world, young, moment - timedelta(hours=1))
    with _as(caseworker, moment - timedelta(minutes=50)):
        match = Match.objects.get(referral=young.referral, facility=home.facility)
        for criterion in match.criteria:
            if criterion["state"] == "warned":
                homes.sign_warning(
                    young.referral, home.facility, criterion=criterion["key"], reason="Talked about it", by=caseworker
                )
        stay = homes.propose_placement(
            young.referral, bed=home.beds[bed], starts_at=moment, reason="Fits best", by=caseworker
        )
    with _as(supervisor, moment - timedelta(minutes=40)):
        homes.approve_placement(stay, reason="Agreed", by=supervisor)
    with _as(home.admin, moment - timedelta(minutes=30)):
        homes.read_safety_history(stay, by=home.admin)
    with _as(home.admin, moment):
        young.stay = homes.admit(stay, at=moment, by=home.admin)


def _discharge(world: World, young: Young, moment: datetime) -> None:
    _, supervisor, _ = _of(world, young)
    with _as(supervisor, moment):
        young.discharge = homes.discharge(
            young.stay,
            at=moment,
            to="family",
            reason="Goes back to the family",
            after_care="A call every week",
            after_care_contact="The caseworker",
            first_check_on=world.now.date(),
            by=supervisor,
        )
    young.stay.refresh_from_db()


def _let_two_go(world: World) -> None:
    """Two people who could see ada until last week: a caseworker and somebody of the home's staff."""
    with _as(world.supervisor, world.now - timedelta(days=80)) as by:
        caseload = residents.assign_caseload(world.ada.case, world.caseworker_past, by=by)
        assignment = homes.assign(world.staff_past, world.cedar.facility, role=Role.STAFF, by=by)
    with _as(world.supervisor, world.now - timedelta(days=7)) as by:
        residents.end_caseload(caseload, at=world.now - timedelta(days=7), by=by)
        homes.end_assignment(assignment, at=world.now - timedelta(days=7), by=by)


def _write_one_of_each(world: World, key: str, home_key: str, moment: datetime) -> None:
    """One row of each part of the record, written by the people of the young person's home and case."""
    young, home = world.young[key], world.homes[home_key]
    shift = home.shift if home.shift.starts_at < moment else None
    caseworker, *_ = _of(world, young)
    resident = young.resident
    with _as(caseworker, moment - timedelta(days=1)) as by:
        young.alert = residents.add_alert(resident, kind="allergy", text=f"Hidden allergy of {key}", urgent=True, by=by)
        young.outside = residents.add_outside_person(
            resident, name=f"Hidden aunt of {key}", relation="aunt", permission="allowed", by=by
        )
        young.separation = residents.separate(
            resident, kind="person", person=f"Hidden uncle of {key}", reason="Order of the court", by=by
        )
        young.exploitation = residents.link_exploiter(
            resident, exploiter=None, name=f"Hidden exploiter of {key}", kind="recruiter", note="Online", by=by
        )
        young.override = homes.ask_override(
            resident,
            world.alder.facility,
            kind="foster",
            reason=f"Hidden reason of {key}",
            expires_at=moment + timedelta(days=90),
            by=by,
        )
        young.document = residents.file_document(
            upload=text_file("order.txt", f"Hidden order about {key}"),
            title=f"Hidden order of {key}",
            part=Document.Part.CASE,
            resident=resident,
            by=by,
        )
    with _as(home.staff, moment) as by:
        young.care = residents.log_care(
            resident,
            facility=home.facility,
            shift=shift,
            kind="meal",
            outcome="all",
            note=f"Hidden lunch of {key}",
            happened_at=moment - timedelta(minutes=5),
            by=by,
        )
        young.contact = residents.log_contact(
            resident, outside_person=young.outside, kind="call", happened_at=moment - timedelta(minutes=10), by=by
        )
        young.incident = residents.report_incident(
            facility=home.facility,
            shift=shift,
            kind="property",
            severity="low",
            happened_at=moment - timedelta(minutes=15),
            seen=f"Hidden quarrel of {key}",
            done="Talked",
            residents=[resident],
            by=by,
        )
    with _as(home.admin, moment) as by:
        young.leave = homes.grant_leave(
            young.stay,
            kind="visit",
            starts_at=moment + timedelta(days=1),
            ends_at=moment + timedelta(days=2),
            where=f"Hidden place of {key}",
            by=by,
        )


def _look_for_a_home(world: World) -> None:
    """Eve: an open referral with matches, a bed held in Birch, and an exception that waits for its decision."""
    eve = world.young["eve"]
    eve.referral = _refer(world, eve, world.now - timedelta(hours=2))
    with _as(world.caseworker, world.now - timedelta(hours=1)) as by:
        world.match = Match.objects.get(referral=eve.referral, facility=world.birch.facility)
        world.hold = homes.hold_bed(eve.referral, world.birch.beds[3], until=world.now + timedelta(days=2), by=by)
        world.override = homes.ask_override(
            eve.resident,
            world.alder.facility,
            kind="foster",
            reason="A family that knows her",
            expires_at=world.now + timedelta(days=30),
            by=by,
        )
        world.draft = homes.draft_referral(world.fay.resident, by=by, reason="Not sent yet")


def _sign_in(world: World) -> None:
    """An open session for everybody, so that a test with many people does not sign each of them in."""
    for key, person in world.people.items():
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session["seen"] = timezone.now().timestamp()
        session.set_expiry(timedelta(days=1))  # the run may last longer than people may be idle
        session.save()
        world.sessions[key] = session.session_key


def browser(world: World, key: str) -> Client:
    """A browser in which the person called ``key`` in the world is signed in."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[key]
    return client


def text_file(name: str, text: str) -> SimpleUploadedFile:
    """An upload of plain text."""
    return SimpleUploadedFile(name, text.encode(), content_type="text/plain")
