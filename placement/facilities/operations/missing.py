"""The end of a missing episode: the young person is back, and somebody says when and how they are."""

from datetime import datetime

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.queries.missing import missing_by_home
from placement.facilities.queries.rounds import IN_THE_HOUSE
from placement.facilities.queries.shifts import shift_at
from residents import operations as residents
from residents.models import CareEntry, Incident, Resident
from residents.queries.looks import A_MINUTE


@operation("wrote down that a missing young person is back")
def came_back(incident: Incident, resident: Resident, *, happened_at: datetime, how: str, by: Person) -> CareEntry:
    """End the missing episode of ``resident``, reported by ``incident``: back at ``happened_at`` (aware), and ``how`` they are.

    It is a head count in the house, so that from then on everything counts them as found. Raises ``Refused`` for
    somebody who is not missing by this report, for a time before it, and without a word on how they are;
    ``DoesNotExist`` without the right to log care.
    """
    incident = (
        Incident.objects.visible_to(by, Can.REPORT_INCIDENT).locked().select_related("facility").get(pk=incident.pk)
    )
    report = missing_by_home({resident.pk: incident.facility_id}).get(resident.pk)
    if report is None:
        raise Refused("This young person is not missing any more. Somebody has seen them since the report.")
    if happened_at < report.happened_at + A_MINUTE:
        raise Refused("This is before they were missing. Check the day and the time.", field="happened_at")
    if not how.strip():
        raise Refused("Say how they are.", field="how")
    shift = shift_at(incident.facility, happened_at)
    return residents.log_care(
        resident,
        facility=incident.facility,
        shift=shift,
        kind=CareEntry.Kind.HEAD_COUNT,
        outcome=IN_THE_HOUSE,
        note=f"Came back. {how.strip()}",
        happened_at=happened_at,
        reason=f"Came back after incident {incident.number}." if shift and shift.signed_at else "",
        by=by,
    )
