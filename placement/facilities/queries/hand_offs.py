"""Who has read which hand-off, and what waits to be read or taken over."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import in_force
from placement.audit.clock import now
from placement.facilities.models import Assignment, Facility, HandOffRead, LooksReview, Shift, TakeOver

READ_BACK = timedelta(days=7)  # how far back somebody reads who comes on duty; older hand-offs are on their own pages
NIGHT_AFTER = timedelta(days=7)  # how long a night waits on My work for its review


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


def nights_to_review(person: Person) -> QuerySet[Shift]:
    """Return the signed nights of the homes that ``person`` runs which nobody has reviewed, and in which they had no duty."""
    reviewed = LooksReview.objects.filter(shift=OuterRef("pk"))
    worked = Shift.objects.filter(staff__person=person, pk=OuterRef("pk"))
    return (
        Shift.objects.visible_to(person, Can.MANAGE_FACILITY)
        .filter(~Exists(reviewed), ~Exists(worked), name="Night", signed_at__gt=now() - NIGHT_AFTER)
        .exclude(signed_by=person)
        .select_related("facility")
        .order_by("starts_at")
    )
