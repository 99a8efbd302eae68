"""Keeping a bed for a referral for a short time."""

from datetime import datetime, timedelta

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.models import Bed, Hold, Referral
from placement.facilities.operations.referrals import free_held_beds, to_change

LONGEST = timedelta(days=7)


@operation("held a bed")
def hold_bed(referral: Referral, bed: Bed, *, until: datetime, by: Person) -> Hold:
    """Keep ``bed`` for the referral until ``until`` (aware, at most seven days). Another bed it held is free again.

    Raises ``Refused`` when somebody else has or holds the bed, and when the referral is not looking for a home.
    """
    referral = to_change(referral, by)
    bed = Bed.objects.visible_to(by, Can.HOLD_BED).locked().get(pk=bed.pk)
    moment = now()
    if referral.status != Referral.Status.OPEN:
        raise Refused(f"This referral is not looking for a home now: {referral.get_status_display().lower()}.")
    if until <= moment:
        raise Refused("The hold must end after now.", field="until")
    if until > moment + LONGEST:
        raise Refused(f"A bed can be held for {LONGEST.days} days at most.", field="until")
    first, last = (each.astimezone(bed.facility.zone).date() for each in (moment, until))
    if bed.closed_from and bed.closed_from <= last and (bed.closed_until is None or bed.closed_until >= first):
        raise Refused("This bed is out of use in that time. Choose another bed.", field="bed")
    free_held_beds(referral, moment)
    return Hold.objects.create(bed=bed, referral=referral, starts_at=moment, ends_at=until, held_by=by)


@operation("released a held bed")
def release_hold(hold: Hold, *, by: Person) -> Hold:
    """Give the bed back before the hold ends. Raises ``Refused`` when the hold is over."""
    hold = Hold.objects.visible_to(by, Can.PROPOSE_PLACEMENT).locked().get(pk=hold.pk)
    moment = now()
    if hold.ends_at <= moment:
        raise Refused("This hold is already over.")
    hold.ends_at = max(moment, hold.starts_at)
    hold.save(update_fields=["ends_at"])
    return hold
