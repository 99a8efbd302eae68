"""Who may see which part of which record, worked out from the facts in plain Python: design §4 once more, by other means.

Nothing here is shared with the product: not its rights, not its permission rows, not its queries.
"""

from datetime import datetime
from uuid import UUID

from placement.access.models import Person
from placement.facilities.models import Assignment, Placement
from residents.models import Case, Caseload, ConflictOfInterest, TeamMember
from tests.world import World

# Relation → the parts of a record that it opens (the table of design §4).
PARTS = {
    "caseworker of the case": {"code", "care", "identity", "case", "summary", "exploitation", "asked"},
    "staff of the home": {"code", "care"},
    "administrator of the home": {"code", "care", "identity", "summary"},
    "clinician on the team": {"code", "care", "identity", "summary", "exploitation", "clinical"},
    "supervisor of the unit": {"code", "care", "identity", "case", "summary", "exploitation", "team", "audit", "asked"},
    "inspector of the home": {"code"},
}
# Role → what a home of their own opens of the home, and what every home of the agency opens.
OF_OWN_HOME = {
    "staff": {"address", "beds", "incidents"},
    "admin": {"address", "beds", "incidents", "papers"},
    "inspector": {"address", "beds", "incidents", "papers", "evidence"},
}
OF_EVERY_HOME = {"supervisor": {"address", "beds", "incidents", "papers"}}


def in_force(row: Caseload | TeamMember | Assignment, moment: datetime) -> bool:
    """Whether something that starts and may end goes on at ``moment``."""
    return row.starts_at <= moment and (row.ends_at is None or row.ends_at > moment)


def relations(world: World, person: Person, moment: datetime) -> dict[str, set[str]]:
    """Return key of the young person → how ``person`` stands to them at ``moment``."""
    homes = {row.facility_id for row in Assignment.objects.filter(person=person) if in_force(row, moment)}
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


def parts(world: World, person: Person, moment: datetime) -> dict[str, set[str]]:
    """Return key of the young person → the parts of the record that are open to ``person``."""
    closed = barred(person)
    return {
        key: set().union(*(PARTS[relation] for relation in known if world.young[key].resident.pk not in closed))
        for key, known in relations(world, person, moment).items()
    }


def of_homes(world: World, person: Person, moment: datetime) -> dict[str, set[str]]:
    """Return key of the home → what ``person`` may see of it beyond what every reader of homes sees."""
    own = {row.facility_id for row in Assignment.objects.filter(person=person) if in_force(row, moment)}
    every = OF_EVERY_HOME.get(person.role, set())
    return {
        key: every | (OF_OWN_HOME.get(person.role, set()) if home.facility.pk in own else set())
        for key, home in world.homes.items()
    }
