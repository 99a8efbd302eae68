"""The five homes of the contract, with everything that licensing asks of them. Addresses are invented."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from placement.access.rights import Role
from placement.demo.people import ACCOUNTS, ADMIN_OF, TEXAS, person
from placement.demo.plan import AGENCY_ZONE, Paper, Plan, The
from placement.facilities.imports.homes import AUTHORITIES

SUPERVISOR = "supervisor"
OPENED = 415  # days ago


@dataclass(frozen=True)
class HomeData:
    """One home. ``licence`` and ``fire`` count days ago, negative ones are to come; ``beds``: room → bed names."""

    key: str
    name: str
    kind: str
    state: str
    zone: str
    region: str
    languages: tuple[str, ...]
    address: dict[str, Any]
    rooms: dict[str, dict[str, tuple[str, ...]]]  # unit → room → beds
    exits: tuple[tuple[str, bool], ...]
    population: str
    number: str
    capacity: int
    ages: tuple[int, int]
    sexes: tuple[str, ...]
    levels: tuple[int, ...]
    licence: tuple[int, int]
    fire: tuple[tuple[int, int], ...]

    @property
    def authority(self) -> str:
        """Return who licenses homes in this state, in the words of its file."""
        return AUTHORITIES[self.state]

    @property
    def beds(self) -> list[str]:
        """Return the keys of the beds, in order."""
        return [f"{room} {bed}" for rooms in self.rooms.values() for room, beds in rooms.items() for bed in beds]


def rooms(first: int, count: int, beds: tuple[str, ...] = ("A", "B")) -> dict[str, tuple[str, ...]]:
    """Return ``count`` rooms numbered from ``first``."""
    return {f"Room {number}": beds for number in range(first, first + count)}


LETTERS_TO = {"CA": "PO Box 1846, Capitol City, CA 95899", "TX": "PO Box 7702, Lone Star, TX 78799"}
HOMES = {
    home.key: home
    for home in (
        HomeData(
            key="cedar",
            name="Cedar House",
            kind="residential",
            state="CA",
            zone=AGENCY_ZONE,
            region="Arroyo County",
            languages=("English", "Spanish", "Arabic"),
            address={
                "street": "418 Quail Hollow Road",
                "city": "San Alvaro",
                "state": "CA",
                "postcode": "93999",
                "telephone": "(559) 555-0118",
                "email": "office@cedar-house.example",
                "licensee": "Cedar House for Young People, Inc.",
                "administrator": "Helen Brandt",
                "latitude": 36.912,
                "longitude": -119.704,
            },
            rooms={"Garden wing": rooms(1, 4), "Upper floor": rooms(5, 3)},
            exits=(("Front door", True), ("Garden door", True), ("Kitchen door", False), ("Upper fire stairs", True)),
            population="exclusive",
            number="107209118",
            capacity=12,
            ages=(12, 17),
            sexes=("female", "nonbinary"),
            levels=(2, 3, 4),
            licence=(410, -320),
            fire=((410, -300),),
        ),
        HomeData(
            key="birch",
            name="Birch House",
            kind="residential",
            state="TX",
            zone=TEXAS,
            region="Llano Verde County",
            languages=("English", "Spanish"),
            address={
                "street": "2207 Pecan Bend",
                "city": "Marlow Creek",
                "state": "TX",
                "postcode": "78999",
                "telephone": "(830) 555-0142",
                "email": "office@birch-house.example",
                "licensee": "Birch House Foundation",
                "administrator": "Carmen Villareal",
                "latitude": 30.118,
                "longitude": -98.42,
            },
            rooms={"House": rooms(1, 3), "Annex": rooms(4, 2)},
            exits=(("Front door", True), ("Patio door", True), ("Annex door", True)),
            population="exclusive",
            number="1688042",
            capacity=9,
            ages=(13, 17),
            sexes=("female", "male", "nonbinary"),
            levels=(1, 2, 3),
            licence=(345, -20),
            fire=((410, 201), (200, -12)),
        ),
        HomeData(
            key="maple",
            name="Maple Residence",
            kind="residential",
            state="CA",
            zone=AGENCY_ZONE,
            region="Arroyo County",
            languages=("English", "Tagalog"),
            address={
                "street": "77 Orchard Terrace",
                "city": "Linden Park",
                "state": "CA",
                "postcode": "93998",
                "telephone": "(559) 555-0171",
                "email": "maple@residence.example",
                "licensee": "Linden Park Youth Services",
                "administrator": "Grace Tanaka",
                "latitude": 36.741,
                "longitude": -119.902,
            },
            rooms={"East": rooms(1, 3), "West": rooms(4, 3)},
            exits=(("Front door", False), ("East door", True), ("West door", True)),
            population="general",
            number="107204455",
            capacity=12,
            ages=(10, 17),
            sexes=("female", "male", "nonbinary"),
            levels=(1, 2, 3),
            licence=(412, -250),
            fire=((412, -90),),
        ),
        HomeData(
            key="harbor",
            name="Harbor Street Shelter",
            kind="shelter",
            state="CA",
            zone=AGENCY_ZONE,
            region="Costa Brava County",
            languages=("English", "Spanish"),
            address={
                "street": "9 Harbor Street",
                "city": "Port Ansel",
                "state": "CA",
                "postcode": "93997",
                "telephone": "(805) 555-0109",
                "email": "desk@harborstreet.example",
                "licensee": "Port Ansel Youth Shelter",
                "administrator": "Fiona McCrae",
                "latitude": 35.301,
                "longitude": -120.612,
            },
            rooms={"Main": rooms(1, 4)},
            exits=(("Street door", False), ("Yard door", True)),
            population="shelter",
            number="107203310",
            capacity=10,
            ages=(12, 17),
            sexes=("female", "male", "nonbinary"),
            levels=(1, 2),
            licence=(411, -180),
            fire=((411, 9), (8, -357)),
        ),
        HomeData(
            key="alder",
            name="Alder Home",
            kind="foster",
            state="CA",
            zone=AGENCY_ZONE,
            region="Arroyo County",
            languages=("English", "German"),
            address={
                "street": "31 Alder Lane",
                "city": "San Alvaro",
                "state": "CA",
                "postcode": "93999",
                "telephone": "(559) 555-0133",
                "licensee": "Beatriz and Paul Amsel",
                "administrator": "Beatriz and Paul Amsel",
                "latitude": 36.874,
                "longitude": -119.655,
            },
            rooms={"House": {"Blue room": ("A",)}},
            exits=(("Front door", False), ("Back door", False)),
            population="foster",
            number="107201207",
            capacity=1,
            ages=(8, 17),
            sexes=("female", "male", "nonbinary"),
            levels=(1, 2),
            licence=(409, -400),
            fire=((409, 9),),
        ),
    )
}
CLOSED_BED = "Room 7 B"  # in Cedar House


def home(key: str) -> The:
    """Return the home as something that other acts name."""
    return The(f"home:{key}")


def bed(home_key: str, name: str) -> The:
    """Return a bed as something that other acts name."""
    return The(f"bed:{home_key}:{name}")


def tell_homes(plan: Plan) -> None:
    """Open the homes: people, rooms, papers, licences."""
    for data in HOMES.values():
        _tell_home(plan, data)
    closed, maple = plan.when(4, "10:20"), plan.when(10, "15:00")
    plan.tell(
        closed,
        ADMIN_OF["cedar"],
        "facilities.close_bed",
        bed=bed("cedar", CLOSED_BED),
        from_=plan.day(4),
        until=plan.day(-9),
        why="New window and fresh paint",
    )
    plan.tell(
        maple,
        SUPERVISOR,
        "facilities.add_condition",
        licence=The("licence:maple"),
        kind="no_admissions",
        text="No new young people until the night staffing plan is accepted by the authority.",
        starts_on=plan.day(10),
        ends_on=plan.day(-20),
    )
    plan.tell(
        plan.when(120, "11:15"),
        SUPERVISOR,
        "facilities.add_condition",
        licence=The("licence:cedar"),
        kind="text",
        text="A second staff member is present whenever the pool gate is open.",
        starts_on=plan.day(120),
    )
    plan.tell(
        plan.when(200, "11:30"),
        SUPERVISOR,
        "facilities.add_waiver",
        licence=The("licence:alder"),
        kind="level",
        text="Level 3 may be cared for with a weekly visit of the clinician.",
        starts_on=plan.day(200),
        ends_on=plan.day(-165),
        document=The("paper:alder"),
    )


def _tell_home(plan: Plan, data: HomeData) -> None:
    begin, admin, here = plan.when(OPENED, "09:00"), ADMIN_OF[data.key], home(data.key)
    plan.tell(
        begin,
        SUPERVISOR,
        "facilities.open_facility",
        f"home:{data.key}",
        name=data.name,
        kind=data.kind,
        jurisdiction=data.state,
        time_zone=data.zone,
        region=data.region,
        languages=data.languages,
        letters_to=LETTERS_TO[data.state],
        address=data.address,
    )
    for account in sorted((a for a in ACCOUNTS if a.home == data.key), key=lambda a: a.role != Role.ADMIN):
        comes = account.role == Role.INSPECTOR  # yesterday, for a week
        plan.tell(
            plan.when(1, "08:30") if comes else begin,
            SUPERVISOR,
            "facilities.assign",
            person=person(account.username),
            facility=here,
            role=account.role,
            ends_at=plan.now + timedelta(days=7) if comes else None,
        )
    for unit, its_rooms in data.rooms.items():
        plan.tell(begin, admin, "facilities.add_unit", f"unit:{data.key}:{unit}", facility=here, name=unit)
        for room, beds in its_rooms.items():
            key = f"room:{data.key}:{room}"
            plan.tell(begin, admin, "facilities.add_room", key, unit=The(f"unit:{data.key}:{unit}"), name=room)
            for name in beds:
                plan.tell(begin, admin, "facilities.add_bed", f"bed:{data.key}:{room} {name}", room=The(key), name=name)
    for name, alarm in data.exits:
        key = f"exit:{data.key}:{name}"
        plan.tell(begin, admin, "facilities.add_exit", key, facility=here, name=name, has_alarm=alarm)
    for first, last in data.fire:
        plan.tell(
            max(begin, plan.when(first, "14:00")),
            admin,
            "facilities.add_fire_clearance",
            facility=here,
            valid_from=plan.day(first),
            valid_to=plan.day(last),
            authority=f"{data.region} fire marshal",
        )
    _tell_licence(plan, data)


def _tell_licence(plan: Plan, data: HomeData) -> None:
    first, last = data.licence
    at = plan.when(first, "13:00")
    exclusive = data.population == "exclusive"
    says = (data.name, f"{data.authority} licence {data.number}")
    document = The(f"paper:{data.key}")
    plan.tell(
        at,
        ADMIN_OF[data.key],
        "residents.file_document",
        document.key,
        upload=Paper("licence.pdf", (*says, "Serves only young people who were trafficked.") if exclusive else says),
        title="Licence letter: whom the home serves",
        part="home",
        facility=home(data.key),
    )
    plan.tell(
        at,
        SUPERVISOR,
        "facilities.add_licence",
        f"licence:{data.key}",
        facility=home(data.key),
        authority=data.authority,
        number=data.number,
        capacity=data.capacity,
        min_age=data.ages[0],
        max_age=data.ages[1],
        sexes=data.sexes,
        levels=data.levels,
        population=data.population,
        population_document=document if exclusive else None,
        terms_document=document,
        valid_from=plan.day(first),
        valid_to=plan.day(last),
    )
