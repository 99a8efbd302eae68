"""Shifts: opened with the people on duty, ended by a signed hand-off."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import reading
from placement.facilities.models import Assignment, Facility, RatioCheck, Shift, ShiftStaff
from placement.facilities.operations.roster import count_ratio
from placement.facilities.queries.hand_off import keep_lines, left_open, summary_of

LONGEST = timedelta(hours=24)
REACH = timedelta(days=7)  # before now and ahead: a shift that was forgotten, one that is planned


@operation("opened a shift")
def open_shift(
    facility: Facility,
    *,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    staff: Collection[Person],
    by: Person,
    awake: Collection[Person] | None = None,
) -> Shift:
    """Open a shift from ``starts_at`` to ``ends_at`` (aware) with ``staff`` on duty.

    ``awake`` names who of them is awake; everybody when it is not given. Raises ``Refused`` for nobody on duty, for
    somebody who does not work in the home in that time, for more than 24 hours or a day more than a week away, and when
    shifts would overlap.
    """
    Facility.objects.visible_to(by, Can.WORK_SHIFT).get(pk=facility.pk)
    if ends_at <= starts_at:
        raise Refused("The shift can't end before it starts.", field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise Refused("A shift lasts 24 hours at most. Open the next one after it.", field="ends_at")
    if abs(starts_at - now()) > REACH:
        raise Refused("This day is more than a week away. Check the date.", field="starts_at")
    on_duty = {person.pk for person in staff}
    if not on_duty:
        raise Refused("Choose who is on duty.", field="staff")
    working = Assignment.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=starts_at),
        facility=facility,
        starts_at__lt=ends_at,
        role__in=[Role.STAFF, Role.ADMIN],
        person__in=on_duty,
    )
    if set(working.values_list("person_id", flat=True)) != on_duty:
        raise Refused("Somebody in this list does not work in this home at that time.", field="staff")
    shift = Shift.objects.create(facility=facility, name=name, starts_at=starts_at, ends_at=ends_at)
    awake_ids = on_duty if awake is None else {person.pk for person in awake}
    rows = ShiftStaff.objects.bulk_create(
        ShiftStaff(shift=shift, person_id=pk, awake=pk in awake_ids) for pk in sorted(on_duty)
    )
    if starts_at <= now() < ends_at:
        count_ratio(shift, RatioCheck.Occasion.OPENED, staff=rows)
    return shift


@operation("signed the hand-off")
def sign_shift(shift: Shift, *, hand_off: str, by: Person, reason: str = "", about_open: str = "") -> Shift:
    """End a shift with a hand-off note for the next one. From then on its entries are only amended.

    A shift that is signed before its planned end ends now. Raises ``Refused`` without a note, before the start, a
    second time, and for somebody who was not on duty; only the home's administrator may then sign, in the own name, when
    the shift is over and with the ``reason``. What is open then is kept with the hand-off, and ``about_open`` says what is
    done about it; it is needed when somebody is not found or missing.
    """
    shift = Shift.objects.visible_to(by, Can.WORK_SHIFT).select_related("facility").locked().get(pk=shift.pk)
    moment, staff = now(), list(shift.staff.all())
    if shift.signed_at is not None:
        raise Refused("This shift is already signed.")
    if shift.starts_at >= moment:
        raise Refused("This shift has not started yet.")
    if not hand_off.strip():
        raise Refused("Write what the next shift must know.", field="hand_off")
    if by.pk not in {row.person_id for row in staff}:
        if Can.MANAGE_FACILITY not in rights_on(by, shift.facility) or shift.ends_at > moment:
            raise Refused("Only somebody who was on duty in this shift can sign it.")
        if not reason.strip():
            raise Refused("Say why nobody who was on duty signs.", field="reason")
        shift.signing_reason = reason
    with reading("whereabouts"):
        still_open, said = left_open(shift), summary_of(shift)
    if any(each.lost for each in still_open) and not about_open.strip():
        raise Refused("Somebody is not found or missing. Say what is done about it.", field="about_open")
    if shift.ends_at > moment:
        count_ratio(shift, RatioCheck.Occasion.SIGNED, staff=staff)
    shift.about_open = about_open if still_open else ""
    shift.hand_off, shift.signed_by, shift.signed_at = hand_off, by, moment
    minute = moment.replace(second=0, microsecond=0)  # so that the next shift can begin with the minute on the page
    shift.ends_at = min(shift.ends_at, minute if minute > shift.starts_at else moment)
    shift.save(update_fields=["hand_off", "signed_by", "signed_at", "signing_reason", "about_open", "ends_at"])
    keep_lines(shift, still_open, said)
    return shift
