"""A former value of a young person's record that a supervisor proposes to put back."""

from placement.access.models import Person
from placement.database.context import acting
from residents.models import Resident, ValueProposal
from residents.operations import propose_value

WHY = "The first name was right"


def proposed_value(resident: Resident, by: Person, *, back: int = 0) -> ValueProposal:
    """That the preferred name says again what it said in the newest row of history, or so many rows before it."""
    row = resident.history.order_by("-history_id")[back]
    with acting(by.pk, by.name):
        return propose_value(
            resident,
            record="residents.Resident",
            thing=resident.pk,
            former=row.history_id,
            fields=["preferred_name"],
            why=WHY,
            by=by,
        )
