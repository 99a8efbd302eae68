"""Duties about missing episodes: what is left after a return, a flyer that waits for an approval, and who must take one down."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from compliance.models import Obligation
from compliance.queries.obligations import TOLD_LATER, waiting
from compliance.queries.opened_to import rows_for
from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.rights import Can
from placement.facilities.matching.wording import plural
from placement.facilities.queries.missing import seen_after
from residents.models import EpisodeNote, Flyer, FlyerRelease, Incident, IncidentPart

TO_APPROVE = timedelta(hours=1)


def steps_after_return(person: Person, cut: Cut) -> Iterable[Task]:
    """Steps after a return that nobody has written down, a line for each young person; due when the first rule asks for one."""
    reports = Incident.objects.visible_to(person, Can.REPORT_INCIDENT)
    reports = reports | Incident.objects.visible_to(person, Can.REVIEW_INCIDENT)
    parts = IncidentPart.objects.visible_to(person, Can.VIEW_CARE_PROFILE)
    of_home = Q(incident__in=reports.filter(kind=Incident.Kind.MISSING).order_by().values("pk"))
    kept = Q(pk__in=parts.visible_to(person, Can.KEEP_CASE).order_by().values("pk"))
    done = EpisodeNote.objects.filter(part=OuterRef("pk"), what__in=EpisodeNote.AFTER).order_by()
    rows = (
        parts.filter(of_home | kept, seen_after("resident_id", "incident"))
        .filter(incident__kind=Incident.Kind.MISSING)
        .exclude(incident__status=Incident.Status.CLOSED)
        .annotate(done=Coalesce(Subquery(done.values("part").annotate(n=Count("what", distinct=True)).values("n")), 0))
        .filter(done__lt=len(EpisodeNote.AFTER))
        .select_related("incident__facility", "resident")
    )
    found = cut(rows.order_by("incident__happened_at", "pk"))
    due = first_due(person, [row.incident_id for row in found])
    for row in found:
        left = len(EpisodeNote.AFTER) - row.done
        yield Task(
            due.get((row.incident_id, row.resident_id)) or due.get((row.incident_id, None)),
            f"Write down what comes after the return of {row.resident.code}",
            f"{row.incident.facility} · {plural(left, 'step')} left",
            reverse("incidents:episode", args=[row.incident_id]),
            "Go on",
        )


def first_due(person: Person, incidents: list[UUID]) -> dict[tuple[UUID, UUID | None], datetime]:
    """Return (incident, young person) → when the first thing is due that a rule asks after the return and that is not met."""
    rows = waiting(rows_for(person, Obligation)).filter(event="incident.returned", subject__in=incidents)
    rows = rows.filter(due_at__isnull=False).exclude(severity__in=TOLD_LATER).order_by("-due_at")
    return {(row.subject, row.resident_id): row.due_at for row in rows if row.due_at}


def flyers_to_approve(person: Person, cut: Cut) -> Iterable[Task]:
    """Drafts of flyers that wait for a supervisor who did not write them, while the young person is missing."""
    newer = Flyer.objects.filter(part=OuterRef("part_id"), drafted_at__gt=OuterRef("drafted_at"))
    homes = Incident.objects.visible_to(person, Can.REVIEW_INCIDENT).exclude(status=Incident.Status.CLOSED)
    rows = Flyer.objects.visible_to(person, Can.DISCLOSE).filter(
        ~Exists(newer),
        ~seen_after("part__resident_id", "part__incident"),
        part__incident__in=homes.exclude(people__person=person).order_by().values("pk"),
        approved_at=None,
        recalled_at=None,
    )
    rows = rows.exclude(drafted_by=person).select_related("part__incident__facility", "part__resident", "drafted_by")
    for flyer in cut(rows.order_by("drafted_at", "pk")):
        part = flyer.part
        yield Task(
            flyer.drafted_at + TO_APPROVE,
            f"Approve the flyer about {part.resident.code}",
            f"{part.incident.facility} · drafted by {flyer.drafted_by}",
            reverse("incidents:flyer", args=[part.incident_id, part.pk]),
            "Read and approve",
            tag="missing",
            strong=True,
        )


def flyers_to_take_down(person: Person, cut: Cut) -> Iterable[Task]:
    """Who got a flyer that does not count any more, and was not told to take it down; a line for each of them."""
    newer = Flyer.objects.filter(part=OuterRef("flyer__part_id"), approved_at__gt=OuterRef("flyer__approved_at"))
    over = (
        Q(flyer__recalled_at__isnull=False)
        | Q(flyer__part__incident__status=Incident.Status.CLOSED)
        | Q(Exists(newer))
        | Q(seen_after("flyer__part__resident_id", "flyer__part__incident"))
    )
    rows = FlyerRelease.objects.visible_to(person, Can.DISCLOSE).filter(over, told_at=None)
    rows = rows.select_related("flyer__part__incident", "flyer__part__resident")
    for release in cut(rows.order_by("released_at", "pk")):
        part = release.flyer.part
        yield Task(
            None,
            f"Tell {release.recipient} to take down the flyer about {part.resident.code}",
            f"incident {part.incident.number}",
            reverse("incidents:flyer", args=[part.incident_id, part.pk]),
            "Say that they know",
            when="now",
        )
