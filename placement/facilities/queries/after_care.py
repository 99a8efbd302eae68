"""What pages ask about young people who have left: who looked, how they were doing, and which look is due."""

from typing import Any
from uuid import UUID

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Discharge, Placement
from residents.queries.leaving import checks_due

RIGHTS = (Can.KEEP_CASE, Can.APPROVE_PLACEMENT)


def discharge_to_check(person: Person, placement: UUID) -> Discharge | None:
    """Return how the stay ended, if it was by a discharge after which ``person`` may write down a look."""
    case, unit = (Discharge.objects.visible_to(person, right) for right in RIGHTS)
    return (case | unit).filter(placement=placement).select_related("placement__facility").first()


def after_care(placement: Placement, rights: frozenset[Can]) -> dict[str, Any]:
    """Return what the page of a placement shows of its end, and to readers of the case of the looks since."""
    discharge = Discharge.objects.filter(placement=placement).select_related("written_by").first()
    if discharge is None or Can.VIEW_CASE not in rights:
        return {"discharge": discharge}
    due = checks_due(Discharge.objects.filter(pk=discharge.pk)).values_list("due_on", flat=True).first()
    return {
        "discharge": discharge,
        "checks": list(discharge.checks.select_related("written_by")),
        "check_due_on": due,
        "check_late": due is not None and due < now().astimezone(placement.facility.zone).date(),
        "may_check": bool(rights & set(RIGHTS)),
    }
