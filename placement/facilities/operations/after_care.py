"""After a young person has left: how they are doing, and when somebody looks again."""

from datetime import date, datetime, timedelta

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.models import AfterCareCheck, Discharge


@operation("looked how the young person is doing after leaving")
def record_after_care_check(
    discharge: Discharge, *, checked_at: datetime, note: str, by: Person, next_check_on: date | None = None
) -> AfterCareCheck:
    """Write down that somebody looked at ``checked_at`` (aware), and when the next look is due.

    Without ``next_check_on`` nothing is due any more. Days are those of the home that the young person left. For the
    caseworker of the case and the supervisor of the unit; anybody else gets ``Discharge.DoesNotExist``. Raises
    ``Refused`` without a note, for a time before the young person left or still to come, and for a next check that
    is not on a later day.
    """
    mine = Discharge.objects.visible_to(by, Can.KEEP_CASE) | Discharge.objects.visible_to(by, Can.APPROVE_PLACEMENT)
    discharge = mine.select_related("placement__facility").locked().get(pk=discharge.pk)
    stay = discharge.placement
    if not note.strip():
        raise Refused("Write how the young person is doing.", field="note")
    if checked_at > now() + timedelta(minutes=5):
        raise Refused("This time has not come yet. Give the time when you looked.", field="checked_at")
    if stay.ends_at and checked_at < stay.ends_at.replace(second=0, microsecond=0):
        raise Refused(
            "The young person still lived in the home then. Give the time of a look after that.", field="checked_at"
        )
    if next_check_on and next_check_on <= checked_at.astimezone(stay.facility.zone).date():
        raise Refused("The next check must be on a later day than this one.", field="next_check_on")
    return AfterCareCheck.objects.create(
        discharge=discharge,
        checked_at=checked_at,
        note=note,
        next_check_on=next_check_on,
        written_by=by,
        written_at=now(),
    )
