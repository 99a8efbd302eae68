"""Naming a supervisor of another unit who gives the second signature, where the unit has nobody else."""

from compliance.models import CourtExport
from compliance.queries.court_exports import export_for
from compliance.queries.retention import disposal_for
from placement.access.models import Person
from placement.audit.operation import operation
from residents.models import Disposal


@operation("named a supervisor of another unit to decide")
def name_second(proposal: Disposal | CourtExport, *, person: Person, by: Person) -> Disposal | CourtExport:
    """Let ``person`` decide what ``by`` has proposed: they are shown that one row, until it is decided or nobody needs them.

    Another one can be named while nobody has decided. Raises ``Refused`` where somebody with sight of the record could decide, for
    whom the database does not let one name (``seconds_outside``), and for who has not proposed it; ``DoesNotExist``.
    """
    found: Disposal | CourtExport
    if isinstance(proposal, Disposal):
        found = disposal_for(by, proposal.pk, lock=True)
    else:
        found = export_for(by, proposal.pk, hold=True)
    found.outside = person
    found.save(update_fields=["outside"])
    return found
