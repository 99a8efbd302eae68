"""A bar that one supervisor of north unit lays on another one, which a supervisor of south unit judges."""

from placement.access.models import AgencyUnit, Person
from placement.access.rights import Role
from placement.database.context import acting
from residents.models import ConflictOfInterest
from residents.operations import bar_from_record
from tests.accounts import settled
from tests.world import PASSWORD, World

WHY = "They are related to the family."


def another_supervisor(unit: AgencyUnit, name: str = "Third Supervisor") -> Person:
    """One supervisor more, who can sign in."""
    number = f"W-9{Person.objects.count()}"
    username = name.lower().replace(" ", ".")
    return settled(PASSWORD, username=username, name=name, staff_number=number, role=Role.SUPERVISOR, unit=unit)


def lay(world: World, person: Person, by: Person | None = None) -> ConflictOfInterest:
    """Bar ``person`` from ada's record."""
    by = by or world.supervisor
    with acting(by.pk, by.name):
        return bar_from_record(world.ada.resident, person, reason=WHY, by=by)


def bar_to_judge(world: World) -> ConflictOfInterest:
    """The third supervisor, of north unit, is barred from ada's record by the first one."""
    return lay(world, another_supervisor(world.north))
