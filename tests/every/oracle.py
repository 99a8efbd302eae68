"""Who may see which part of which record, worked out from the facts in plain Python: design §4 once more, by other means.

Nothing here is shared with the product: not its rights, not its permission rows, not its queries.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from placement.access.models import Person
from placement.facilities.models import Assignment, Credential, Placement
from residents.models import Case, Caseload, ConflictOfInterest, TeamMember
from tests.world import World

# Relation → the parts of a record that it opens, and what may be done with it (the table of design §4).
PARTS = {
    "caseworker of the case": {
        "code",
        "care",
        "identity",
        "case",
        "summary",
        "exploitation",
        "keep",
        "propose",
        "trail",
        "asked",
        "share",
        "complaint",
    },
    "staff of the home": {"code", "care", "log"},
    "administrator of the home": {"code", "care", "log", "identity", "summary", "accept", "trail"},
    "clinician on the team": {"code", "care", "identity", "summary", "exploitation", "clinical"}
    | {"write clinical", "asked for notes"},
    "supervisor of the unit": {"code", "care", "identity", "case", "summary", "exploitation"}
    | {"approve", "assign", "sealed", "asked", "asked for notes", "share", "trail", "whole trail", "complaint"},
    "inspector of the home": {"code", "trail"},
}
# Role → what a home of their own opens of the home, and what every home of the agency opens.
OF_OWN_HOME = {
    "staff": {"home", "address", "beds", "incidents", "shift"},
    "admin": {"home", "address", "beds", "incidents", "shift", "papers", "change", "run"},
    "inspector": {"home", "address", "beds", "incidents", "papers", "evidence"},
}
OF_EVERY_HOME = {
    "caseworker": {"home"},
    "supervisor": {"home", "address", "beds", "incidents", "papers", "change", "opened"},
}
# Role → the lists and pages that are about no single record.
EVERYBODY = {"own work"}
READERS = EVERYBODY | {"rules", "calendar"}
OF_ROLE = {
    "caseworker": READERS
    | {"emergency", "young people", "new case", "referrals", "homes", "reports", "deadlines", "complaints"},
    "staff": READERS | {"emergency", "young people", "homes", "reports"},
    "admin": READERS
    | {"emergency", "young people", "homes", "reports", "compliance", "deadlines", "rights", "figures"},
    "clinician": READERS | {"emergency", "young people", "deadlines"},
    "supervisor": READERS
    | {"emergency", "young people", "new case", "referrals", "homes", "reports", "audit", "agency", "second person"}
    | {"compliance", "deadlines", "rights", "complaints", "figures"},
    "inspector": READERS | {"young people", "homes", "reports", "compliance"},
    "sysadmin": EVERYBODY | {"accounts", "second person"},
    "none": EVERYBODY,
}


def in_force(row: Caseload | TeamMember | Assignment, moment: datetime) -> bool:
    """Whether something that starts and may end goes on at ``moment``."""
    return row.starts_at <= moment and (row.ends_at is None or row.ends_at > moment)


def shut_out(person: Person, moment: datetime) -> bool:
    """Whether the clearance of somebody who works in homes is over: one was filed and has ended, and none lasts."""
    if person.role not in ("staff", "admin"):
        return False
    begun, lasts = False, False
    for paper in Credential.objects.filter(person=person, kind="background").select_related("facility"):
        day = moment.astimezone(ZoneInfo(paper.facility.time_zone)).date()
        begun = begun or paper.valid_from <= day
        lasts = lasts or (paper.valid_from <= day and (paper.valid_to is None or day <= paper.valid_to))
    return begun and not lasts


def works_in(person: Person, moment: datetime) -> set[UUID]:
    """Return the ids of the homes where ``person`` works at ``moment``."""
    return {row.facility_id for row in Assignment.objects.filter(person=person) if in_force(row, moment)}


def relations(world: World, person: Person, moment: datetime) -> dict[str, set[str]]:
    """Return key of the young person → how ``person`` stands to them at ``moment``."""
    homes = works_in(person, moment)
    found: dict[str, set[str]] = {}
    for key, young in world.young.items():
        here = found.setdefault(key, set())
        who = young.resident.pk
        if any(in_force(row, moment) for row in Caseload.objects.filter(caseworker=person, case__resident=who)):
            here.add("caseworker of the case")
        if any(in_force(row, moment) for row in TeamMember.objects.filter(person=person, case__resident=who)):
            here.add("clinician on the team")
        if person.role == "supervisor" and Case.objects.filter(resident=who, unit=person.unit).exists():
            here.add("supervisor of the unit")
        stays = Placement.objects.filter(resident=who, facility__in=homes)
        if stays.filter(status="active").exists():
            here |= {
                {"staff": "staff", "admin": "administrator", "inspector": "inspector"}[person.role] + " of the home"
            }
        if person.role == "admin" and stays.filter(status="approved").exists():
            here.add("administrator of the home")
    return found


def barred(person: Person) -> set[UUID]:
    """Return the ids of the young people from whose records ``person`` is barred: nothing of theirs is open, by any right."""
    return {row.resident_id for row in ConflictOfInterest.objects.filter(person=person) if row.ends_at is None}


def judges(bar: ConflictOfInterest) -> set[UUID]:
    """Return the ids of those to whom the bar of a supervisor by another person is shown, so that they judge it."""
    if bar.person.role != "supervisor" or bar.declared_by_id == bar.person_id:
        return set()
    others = [
        person
        for person in Person.objects.filter(role="supervisor", is_active=True)
        if person.pk not in (bar.person_id, bar.declared_by_id)
        and not any(
            own.ends_at is None and (own.declared_by_id == person.pk or own.judgement)
            for own in ConflictOfInterest.objects.filter(resident=bar.resident_id, person=person)
        )
    ]
    units = set(Case.objects.filter(resident=bar.resident_id).values_list("unit", flat=True))
    found = {person.pk for person in others if person.unit_id not in units} or {person.pk for person in others}
    return found & {bar.judged_by_id} if bar.judgement else found


def parts(world: World, person: Person, moment: datetime) -> dict[str, set[str]]:
    """Return key of the young person → the parts of the record that are open to ``person``."""
    closed = barred(person)
    if shut_out(person, moment):
        return {key: set() for key in world.young}
    return {
        key: set().union(*(PARTS[relation] for relation in known if world.young[key].resident.pk not in closed))
        for key, known in relations(world, person, moment).items()
    }


def of_homes(world: World, person: Person, moment: datetime) -> dict[str, set[str]]:
    """Return key of the home → what ``person`` may see of it beyond what every reader of homes sees."""
    own = set() if shut_out(person, moment) else works_in(person, moment)
    every = OF_EVERY_HOME.get(person.role, set())
    return {
        key: every | (OF_OWN_HOME.get(person.role, set()) if home.facility.pk in own else set())
        for key, home in world.homes.items()
    }


@dataclass(frozen=True)
class Sight:
    """What one person may see and do: of each young person, of each home, and by role."""

    of_young: dict[UUID, set[str]]
    of_home: dict[UUID, set[str]]
    of_role: set[str]
    own_homes: set[UUID]
    had: set[UUID]  # young people whose caseload or team the person was or is on

    def has(self, wanted: str, young: UUID | None = None, home: UUID | None = None) -> bool:
        """Whether ``wanted`` ("a + b": all of them; "x | y": any) is open, of this young person and home or of any at all."""
        of_young = [self.of_young[young]] if young else list(self.of_young.values())
        of_home = [self.of_home[home]] if home else list(self.of_home.values())
        known = self.of_role.union(*of_young, *of_home)
        return any(known.issuperset(choice.split(" + ")) for choice in wanted.split(" | "))


_sights: dict[UUID, dict[UUID, Sight]] = {}


def sights(world: World) -> dict[UUID, Sight]:
    """Return person → what they see in the world as it was built. Worked out once."""
    if world.north.pk not in _sights:
        _sights[world.north.pk] = sights_now(world)
    return _sights[world.north.pk]


def sights_now(world: World) -> dict[UUID, Sight]:
    """Return person → what they see in the world as it is."""
    moment = timezone.now()
    return {person.pk: sight(world, person, moment) for person in world.people.values()}


def sight(world: World, person: Person, moment: datetime) -> Sight:
    """Return what ``person`` sees at ``moment``."""
    caseloads = Caseload.objects.filter(caseworker=person).values_list("case__resident", flat=True)
    teams = TeamMember.objects.filter(person=person).values_list("case__resident", flat=True)
    return Sight(
        {world.young[key].resident.pk: open_ for key, open_ in parts(world, person, moment).items()},
        {world.homes[key].facility.pk: open_ for key, open_ in of_homes(world, person, moment).items()},
        OF_ROLE[person.role],
        works_in(person, moment),
        {*caseloads, *teams},
    )
