"""The homes of the world, with their papers, rooms, people and shifts."""

from datetime import timedelta

from placement.access.models import Person
from placement.facilities import operations as homes
from placement.facilities.models import Facility
from placement.facilities.operations.exits import Tried
from residents import operations as residents
from residents.models import Document, Resident
from tests.building.acts import acting_at
from tests.world import Home, World, text_file


def open_homes(world: World) -> None:
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
    today, first_day = world.today, world.now - timedelta(days=95)
    with acting_at(world.supervisor, first_day) as by:
        facility = homes.open_facility(
            name=f"{key.title()} of the world",
            kind=kind,
            jurisdiction=state,
            time_zone=zone,
            region="Invented County",
            languages=["English", "Spanish"],
            letters_to=f"PO Box of {key}, Invented",
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
    if population == "exclusive":
        home.paper = _people_of(world, key, home)
    else:
        with acting_at(world.supervisor2, first_day + timedelta(days=1)) as by:
            home.paper = _file_paper(home, "The licence of this home.", by)
    with acting_at(world.supervisor, first_day + timedelta(days=2)) as by:
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
            population_document=home.paper if population == "exclusive" else None,
            terms_document=home.paper,
            valid_from=today - timedelta(days=365),
            valid_to=today + timedelta(days=365),
            by=by,
        )
    if home.admin:
        with acting_at(home.admin, first_day + timedelta(days=3)) as by:
            home.waiver = homes.add_waiver(
                home.licence,
                kind="level",
                text="Hidden leave of the authority",
                starts_on=today - timedelta(days=90),
                ends_on=today - timedelta(days=80),
                document=home.paper,
                by=by,
            )
    return home


def _people_of(world: World, key: str, home: Home) -> Document:
    """Give the home its people and a shift that goes on; return the paper that says whom it serves."""
    home.staff, home.admin, home.inspector = (world.people[f"{role}_{key}"] for role in ("staff", "admin", "inspector"))
    with acting_at(world.supervisor, world.now - timedelta(days=94)) as by:
        home.assignments = [
            homes.assign(person, home.facility, role=person.role, by=by) for person in (home.staff, home.admin)
        ]
    with acting_at(world.supervisor, world.now - timedelta(days=7)) as by:
        until = world.now + timedelta(days=14)
        visit = homes.assign(home.inspector, home.facility, role=home.inspector.role, ends_at=until, by=by)
        home.assignments.append(visit)
    _let_them_work(world, home)
    with acting_at(home.admin, world.now - timedelta(hours=2)) as by:
        home.shift = homes.open_shift(
            home.facility,
            name="Day",
            starts_at=world.now - timedelta(hours=2),
            ends_at=world.now + timedelta(hours=6),
            staff=[home.staff, home.admin],
            by=by,
        )
        return _file_paper(home, "This home serves trafficked young people only.", by)


def _let_them_work(world: World, home: Home) -> None:
    """File what staff and administrator must hold, and plan the staff for tomorrow."""
    with acting_at(world.supervisor, world.now - timedelta(days=90)) as by:
        home.credentials = [
            homes.file_credential(
                home.facility,
                person,
                kind=kind,
                valid_from=world.today - timedelta(days=200),
                valid_to=world.today + timedelta(days=200),
                by=by,
            )
            for person in (home.staff, home.admin)
            for kind in ("background", "first_aid", "training", "medication")
        ]
    with acting_at(home.admin, world.now - timedelta(days=1)) as by:
        tomorrow = world.now + timedelta(days=1)
        times = [(tomorrow, tomorrow + timedelta(hours=8))]
        home.planned = homes.plan_shifts(home.facility, home.staff, times=times, by=by)[0]


def try_exits_and_drill(world: World, home: Home, young: list[Resident]) -> None:
    """The front door was tried in the shift that goes on, and everybody practised to get out."""
    with acting_at(home.staff, world.now - timedelta(minutes=8)) as by:
        tried = Tried(home.exits[0], opens=True, unblocked=True, alarm_works=None)
        home.exit_check = homes.check_exits(home.shift, [tried], by=by)[0]
        home.drill = homes.record_drill(
            home.facility,
            kind="fire",
            held_at=world.now - timedelta(minutes=30),
            seconds=95,
            staff=[home.staff],
            young=young,
            shift=home.shift,
            by=by,
        )


def _file_paper(home: Home, text: str, by: Person) -> Document:
    """File a paper of the home."""
    return residents.file_document(
        upload=text_file("licence.txt", text),
        title="Letter of the authority",
        part=Document.Part.HOME,
        facility=home.facility,
        by=by,
    )
