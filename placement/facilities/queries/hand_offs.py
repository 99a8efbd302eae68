"""Who has read which hand-off, and what waits to be read or taken over."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, F, Func, Max, OuterRef, Q, QuerySet, TimeField

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import in_force
from placement.audit.clock import now
from placement.facilities.models import Assignment, Facility, HandOffRead, LooksReview, Shift, TakeOver
from residents.models import CareEntry

READ_BACK = timedelta(days=7)  # how far back somebody reads who comes on duty; older hand-offs are on their own pages
NIGHT_AFTER = timedelta(days=7)  # how long a night waits on My work for its review
DAY = (time(5), time(23))  # a shift within these hours of one day is no night, whatever it is called
DAYTIME = timedelta(hours=18)  # from the one to the other; when clocks go forward, a longer shift looks as short
NOBODY = timedelta(hours=1)  # a shift that no other one follows for so long answers for the time after it, too


def unread_of(person: Person) -> QuerySet[Shift]:
    """Return the signed shifts of the last days of homes where ``person`` works that they have neither worked nor read."""
    mine = Q(staff__person=person) | Q(signed_by=person)
    read = HandOffRead.objects.filter(shift=OuterRef("pk"), read_by=person)
    worked = Shift.objects.filter(mine, pk=OuterRef("pk"))
    began = Assignment.objects.filter(
        in_force(), facility=OuterRef("facility"), person=person, starts_at__lte=OuterRef("signed_at")
    )
    return (
        Shift.objects.visible_to(person, Can.WORK_SHIFT)
        .filter(Exists(began), ~Exists(read), ~Exists(worked), signed_at__gt=now() - READ_BACK)
        .select_related("signed_by", "facility")
        .order_by("starts_at")
    )


def unread(person: Person, home: Facility) -> list[Shift]:
    """Return what ``person`` has not read in one home, oldest first."""
    return list(unread_of(person).filter(facility=home))


def signed_shift(person: Person, home: Facility, pk: str) -> Shift:
    """Return a signed shift of the home by the id that a page sent. Raises ``Shift.DoesNotExist``."""
    try:
        key = UUID(pk)
    except ValueError:
        raise Shift.DoesNotExist from None
    return Shift.objects.visible_to(person, Can.WORK_SHIFT).get(pk=key, facility=home, signed_at__isnull=False)


def readers(home: Facility) -> list[tuple[Person, datetime | None]]:
    """Return who works in the home now, each with the end of the newest shift whose hand-off they have read."""
    working = Assignment.objects.filter(in_force(), facility=home, role__in=[Role.STAFF, Role.ADMIN])
    people = {row.person_id: row.person for row in working.select_related("person")}
    newest = (
        HandOffRead.objects.filter(shift__facility=home, read_by__in=people)
        .order_by()
        .values("read_by")
        .annotate(upto=Max("shift__ends_at"))
    )
    upto = {row["read_by"]: row["upto"] for row in newest}
    return [(person, upto.get(pk)) for pk, person in sorted(people.items(), key=lambda each: each[1].name)]


def not_taken_over(person: Person) -> QuerySet[Shift]:
    """Return the newest signed shift of each home where ``person`` works, when nobody has taken over after it."""
    later = Shift.objects.filter(
        facility=OuterRef("facility"), starts_at__gt=OuterRef("starts_at"), signed_at__isnull=False
    )
    return (
        Shift.objects.visible_to(person, Can.WORK_SHIFT)
        .filter(
            ~Exists(later),
            ~Exists(TakeOver.objects.filter(shift=OuterRef("pk"))),
            signed_at__gt=now() - timedelta(days=1),
        )
        .exclude(signed_by=person)
        .select_related("facility")
    )


def is_past(shift: Shift) -> bool:
    """Return whether a later shift of the home is signed too, so that nobody can take over after this one any more."""
    later = Shift.objects.filter(facility=shift.facility_id, starts_at__gt=shift.starts_at, signed_at__isnull=False)
    return later.exists()


def had_part(person: Person, shift: Shift) -> bool:
    """Return whether somebody was on duty in a shift, signed it, or wrote looks in it, so that another one reviews it."""
    if shift.signed_by_id == person.pk or any(row.person_id == person.pk for row in shift.staff.all()):
        return True
    looks = CareEntry.objects.filter(facility=shift.facility_id, written_by=person, kind__in=CareEntry.LOOKS)
    return looks.filter(happened_at__gte=shift.starts_at, happened_at__lt=shift.ends_at).exists()


def nights_to_review(person: Person) -> QuerySet[Shift]:
    """Return the signed nights of the homes that ``person`` runs which nobody has reviewed, and in which they had no part.

    A night is also what touches the hours in which people sleep under another name, and a shift after which nobody opened
    one: whoever opened it chose the name.
    """
    reviewed = LooksReview.objects.filter(shift=OuterRef("pk"))
    worked = Shift.objects.filter(staff__person=person, pk=OuterRef("pk"))
    looked = CareEntry.objects.filter(
        facility=OuterRef("facility"),
        written_by=person,
        kind__in=CareEntry.LOOKS,
        happened_at__gte=OuterRef("starts_at"),
        happened_at__lt=OuterRef("ends_at"),
    )
    following = Shift.objects.filter(
        facility=OuterRef("facility"), starts_at__gt=OuterRef("starts_at"), starts_at__lte=OuterRef("ends_at") + NOBODY
    )
    by_day = Q(begins__gte=DAY[0], begins__lt=F("stops"), stops__lte=DAY[1], ends_at__lte=F("starts_at") + DAYTIME)
    alone = Q(~Exists(following), ends_at__lt=now() - NOBODY)
    return (
        Shift.objects.visible_to(person, Can.MANAGE_FACILITY)
        .annotate(begins=_clock("starts_at"), stops=_clock("ends_at"))
        .filter(Q(name="Night") | ~by_day | alone, ~Exists(reviewed), ~Exists(worked), ~Exists(looked))
        .filter(signed_at__gt=now() - NIGHT_AFTER)
        .exclude(signed_by=person)
        .select_related("facility")
        .order_by("starts_at")
    )


def _clock(at: str) -> Func:
    """Return the time of day that a moment of a shift is in its home."""
    return Func(F("facility__time_zone"), F(at), template="timezone(%(expressions)s)::time", output_field=TimeField())
