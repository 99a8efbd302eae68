"""Who works today: on a tablet that is passed on, they come first."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from placement.access.models import Person
from placement.access.pins import says_who_is_on_duty
from placement.audit.clock import now
from placement.facilities.models import RosterEntry, ShiftStaff


@says_who_is_on_duty
def works_today(person: Person) -> bool:
    """Return whether ``person`` is on duty in a shift that goes on, or planned for any part of today. At most two queries."""
    moment = now()
    zone = ZoneInfo(person.time_zone)
    midnight = datetime.combine(moment.astimezone(zone).date(), time(), zone)
    begins, ends = midnight, midnight + timedelta(days=1)
    shifts = ShiftStaff.objects.filter(person=person, shift__starts_at__lte=moment, shift__ends_at__gt=moment)
    on_duty = shifts.filter(Q(left_at=None) | Q(left_at__gt=moment))
    planned = RosterEntry.objects.filter(person=person, starts_at__lt=ends, ends_at__gt=begins)
    return on_duty.exists() or planned.exists()
