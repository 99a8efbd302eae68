"""Whether what stood out in the record of who did what was reviewed, and in time."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from compliance.flags.finding import rule_of
from compliance.models import Flag
from compliance.queries.reports.shape import NO_HOME, Figure, Line, Part, Report, Wanted, month_of, share
from placement.access.models import Person
from placement.access.opened import note_audited
from placement.access.rights import Can
from placement.audit.clock import now
from placement.ui.dates import full_moment

REVIEWED = Q(review__isnull=False)
IN_TIME = Q(review__reviewed_at__lte=F("due_at"))


class Reviews(Report):
    """Each flag, in the month in which its review is due."""

    key = "reviews"
    title = "Whether what stood out was reviewed"
    asks = "Did a supervisor look at what stood out, and in time?"
    unit = "reviews"
    about = (
        "Each thing that stood out, or was chosen by chance, counts once, in the month by which somebody was to look at it. What is"
        " not due yet counts as soon as it was reviewed.",
        "What is about yourself is in no number here: somebody else reviews that.",
    )
    parts = (
        Part("due", "To review"),
        Part("reviewed", "Reviewed", REVIEWED),
        Part("in_time", "In time", IN_TIME),
        Part("late", "Late", REVIEWED & ~IN_TIME),
        Part("open", "Not reviewed", ~REVIEWED),
    )
    headline, kind = "open", "late"
    figures = (Figure("Reviewed, of all", share("reviewed", "due")),)
    heads = ("Home", "Found", "To be reviewed by", "Reviewed", "By")
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("-due_at",)}
    related: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("facility", "review__reviewed_by")}
    right = Can.READ_AUDIT
    no_home = True

    def branches(self, person: Person, wanted: Wanted) -> dict[str, QuerySet[Any]]:
        """Return the flags that ``person`` may look at, and that were due or are reviewed."""
        (since, until), (first, last) = wanted.bounds, wanted.codes
        found = Flag.objects.open_to(person).filter(
            Q(due_at__lte=now()) | REVIEWED, due_at__gte=since, due_at__lt=until
        )
        if wanted.facility:
            found = found.filter(facility=None if wanted.facility == NO_HOME else UUID(wanted.facility))
        zone = Coalesce(F("facility__time_zone"), Value(person.time_zone), output_field=CharField())
        months = found.annotate(home=F("facility_id"), in_month=month_of(zone, F("due_at")))
        return {"": months.filter(in_month__gte=first, in_month__lte=last)}

    def lines(self, person: Person, rows: Sequence[Flag], part: Part, wanted: Wanted) -> list[Line]:
        """Return what stood out, and who reviewed it when."""
        note_audited("residents", {flag.resident_id for flag in rows if flag.resident_id}, Can.VIEW_AUDIT)
        listed = []
        for flag in rows:
            rule, review = rule_of(flag.rule), getattr(flag, "review", None)
            zone = flag.facility.zone if flag.facility else None
            cells = (
                flag.facility.name if flag.facility else "",
                full_moment(flag.found_at, zone),
                full_moment(flag.due_at, zone),
                full_moment(review.reviewed_at, zone) if review else "",
                str(review.reviewed_by) if review else "",
            )
            listed.append(
                Line(rule.title if rule else "Something that stood out", reverse("audit:flag", args=[flag.pk]), cells)
            )
        return listed
