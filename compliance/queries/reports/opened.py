"""Who looked at the records of young people, by role; who was refused, and who used emergency access."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from compliance.queries.reports.shape import NO_HOME, Figure, Line, Part, Report, Wanted, month_of, share
from placement.access.models import AccessLogEntry, Person
from placement.access.opened import note_audited
from placement.access.rights import Can, Role
from placement.access.visible import visible_ids
from placement.facilities.models import Facility, Placement
from placement.ui.dates import full_moment
from residents.models import BreakGlass, Resident
from residents.queries.opened import page_words

Outcome = AccessLogEntry.Outcome
SEEN = ~Q(outcome=Outcome.REFUSED)


def lived_in(field: str) -> Subquery:
    """Return the expression of ``field`` of the home where the young person of an entry lived when it was written."""
    goes_on = Q(ends_at__isnull=True) | Q(ends_at__gt=OuterRef("at")) | Q(status=Placement.Status.ACTIVE)
    stays = Placement.objects.filter(
        goes_on, resident=OuterRef("resident_id"), starts_at__lte=OuterRef("at"), status__in=Placement.LIVED
    )
    return Subquery(stays.order_by("-starts_at").values(field)[:1])


class AccessByRole(Report):
    """Each time that somebody opened the record of a young person, or was refused, by their role."""

    key = "looks-by-role"
    title = "Who looked, by role"
    asks = "Who opens the records of young people, who is refused, and who uses emergency access?"
    unit = "times"
    about = (
        "Each page of a young person's record that somebody opened counts once, in the home where the young person lived at that"
        " time. A list counts when it shows more than a code. Pages about a home alone are not counted.",
        "Only records whose audit trail is open to you are counted. Somebody who was refused stands under “Refused” only.",
        "Your own reading is in these numbers too.",
    )
    parts = (
        Part("all", "Opened", SEEN),
        *(Part(role.value, role.label, SEEN & Q(role=role)) for role in Role if role not in (Role.SYSADMIN, Role.NONE)),
        Part("exported", "Printed or saved", Q(outcome=Outcome.EXPORTED)),
        Part("emergency", "By emergency access", Q(grants__overlap=ArraySubquery(BreakGlass.objects.values("pk")))),
        Part("refused", "Refused", Q(outcome=Outcome.REFUSED)),
    )
    headline = "all"
    figures = (Figure("Printed or saved, of all", share("exported", "all")),)
    heads = ("Home then", "When", "Who", "Role", "What", "How")
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("-at",)}
    right = Can.READ_AUDIT
    no_home = True

    def branches(self, person: Person, wanted: Wanted) -> dict[str, QuerySet[Any]]:
        """Return the entries of the access log about young people whose trail ``person`` reads."""
        (since, until), (first, last) = wanted.bounds, wanted.codes
        found = AccessLogEntry.objects.filter(
            resident_id__any_of=visible_ids(person, Can.VIEW_AUDIT), at__gte=since, at__lt=until
        )
        own_zone = Value(timezone.get_current_timezone_name(), CharField())  # of the reader, for what was in no home
        found = found.annotate(home=lived_in("facility_id"))
        if wanted.facility:
            found = found.filter(home=None) if wanted.facility == NO_HOME else found.filter(home=wanted.facility)
        zone = Coalesce(lived_in("facility__time_zone"), own_zone, output_field=CharField())
        return {"": found.annotate(in_month=month_of(zone, F("at"))).filter(in_month__gte=first, in_month__lte=last)}

    def lines(self, person: Person, rows: Sequence[AccessLogEntry], part: Part, wanted: Wanted) -> list[Line]:
        """Return who opened which record, by code. Two queries."""
        note_audited("residents", [row.resident_id for row in rows if row.resident_id], Can.VIEW_AUDIT)
        codes: dict[UUID | None, str] = dict(
            Resident.objects.filter(pk__in=[row.resident_id for row in rows]).values_list("pk", "code")
        )
        homes = {row.home for row in rows if row.home}  # type: ignore[attr-defined]
        places = {home.pk: home for home in Facility.objects.visible_to(person, Can.VIEW_BEDS).filter(pk__in=homes)}
        return [
            Line(
                codes.get(row.resident_id, "A young person"),
                reverse("residents:opened", args=[row.resident_id]),
                (
                    place.name if place else "",
                    full_moment(row.at, place.zone if place else None),
                    row.name,
                    Role(row.role).label,
                    page_words(row.page),
                    row.get_outcome_display(),
                ),
            )
            for row in rows
            for place in [places.get(row.home)]  # type: ignore[attr-defined]
        ]
