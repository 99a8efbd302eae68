"""Duties about the rights of young people: limits, contacts, gaps in contact, measures to judge, who was left out, passes."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from compliance.models import Finding
from compliance.queries.obligations import CLOSED
from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.models import Placement
from placement.facilities.queries import passes as outings
from placement.facilities.queries.tiles import day_and_time
from residents.models import Incident, Restriction
from residents.queries import contacts, measures

LEFT_OUT = "house-not-left-out"


def limits(person: Person, cut: Cut) -> Iterable[Task]:
    """Limits on contact and activities that wait for a decision; they hold a day without one."""
    for limit in cut(contacts.limits_to_decide(person).order_by("asked_at")):
        yield Task(
            limit.asked_at + Restriction.WAITS,
            f"{limit.asked_by} has refused {limit.resident}: {limit.of_what}",
            limit.reason,
            reverse("residents:decide_limit", args=[limit.resident_id, limit.pk]),
            "Read and decide",
            tag="waits" if limit.holds else "does not hold any more",
            strong=limit.holds,
            kind="due",
        )


def wider_contacts(person: Person, cut: Cut) -> Iterable[Task]:
    """Questions whether contact that was not allowed may be, for the supervisor."""
    for change in cut(contacts.changes_to_decide(person).order_by("asked_at")):
        yield Task(
            change.asked_at + timedelta(days=2),
            f"{change.asked_by} asks for wider contact of {change.resident} with {change.outside_person.name}",
            change.reason,
            reverse("residents:decide_change", args=[change.resident_id, change.pk]),
            "Read and decide",
            tag="waits",
            kind="due",
        )


def unsupervised(person: Person, cut: Cut) -> Iterable[Task]:
    """Contacts at which nobody was present who had to be, until a supervisor has read of them."""
    for contact in cut(contacts.unsupervised_to_read(person).order_by("happened_at")):
        yield Task(
            contact.written_at + timedelta(days=1),
            f"{contact.get_kind_display()} of {contact.resident} with nobody present",
            f"{contact.relation.capitalize()}: {contact.note}",
            reverse("residents:read_contact", args=[contact.resident_id, contact.pk]),
            "Read it",
        )


def contact_gaps(person: Person, cut: Cut) -> Iterable[Task]:
    """Young people who have not been in touch with anybody on their list for longer than ``contacts.LONGEST_GAP``."""
    right = Can.APPROVE_PLACEMENT if person.role == Role.SUPERVISOR else Can.ACCEPT_PLACEMENT
    living = Placement.objects.visible_to(person, right).filter(status=Placement.Status.ACTIVE)
    for stay in cut(contacts.with_gap(living).select_related("resident", "facility").order_by("quiet_since")):
        days = (now() - stay.quiet_since).days
        yield Task(
            stay.quiet_since + contacts.LONGEST_GAP,
            f"{stay.resident} has had no contact with anybody outside for {days} days",
            "Nobody on the list may be in contact. Ask the caseworker who can be added"
            if stay.nobody_allowed
            else f"{stay.facility}: help them to call, write or be visited",
            reverse("residents:contacts", args=[stay.resident_id]),
            "See the contacts",
        )


def measures_to_judge(person: Person, cut: Cut) -> Iterable[Task]:
    """Searches, things taken and other measures that wait for the judgement of somebody who did not do them."""
    for measure in cut(measures.to_judge(person).order_by("review_by")):
        late = measure.review_by <= now()
        yield Task(
            measure.review_by,
            f"{measure.get_kind_display()}: {measure.resident}",
            f"{measure.facility} · by {measure.done_by}: {measure.why}",
            reverse("residents:judge_measure", args=[measure.resident_id, measure.pk]),
            "Read and judge",
            tag="not judged in time" if late else "waits",
            kind="late" if late else "due",
        )


def measures_to_end(person: Person, cut: Cut) -> Iterable[Task]:
    """What is still kept, watched or shut, and may not be any more."""
    for measure in cut(measures.kept_too_long(person)):
        yield Task(
            measure.over_since,
            f"{measure.get_kind_display()}: {measure.resident}, may not go on",
            f"{measure.facility} · give it back or open it, then write that it is over",
            reverse("residents:end_measure", args=[measure.resident_id, measure.pk]),
            "It is over",
            tag="kept too long",
        )


def limits_to_lift(person: Person, cut: Cut) -> Iterable[Task]:
    """Limits that are over, until somebody who answers for them says that they are lifted in the house too."""
    over = contacts.to_answer_for(person).filter(decision="approved", ends_at__lte=now(), lifted_at=None)
    for limit in cut(over.order_by("ends_at")):
        yield Task(
            limit.ends_at,
            f"A limit of {limit.resident} is over: {limit.of_what}",
            "It holds no more. See that the house knows, and say so",
            reverse("residents:lift_limit", args=[limit.resident_id, limit.pk]),
            "Lift it",
        )


def left_out(person: Person, cut: Cut) -> Iterable[Task]:
    """Young people who were kept from something while others took part, until they take part again."""
    found = Finding.objects.visible_to(person, Can.VIEW_BEDS).filter(rule__rule=LEFT_OUT, closed_at=None)
    for row in cut(found.filter(resident__isnull=False).select_related("facility", "resident").order_by("since")):
        yield Task(
            row.since,
            f"{row.resident or CLOSED} was left out while others took part",
            f"{row.facility} · let them take part in the next one",
            reverse("compliance:finding", args=[row.pk]),
            "See the finding",
        )


def drafts(person: Person, cut: Cut) -> Iterable[Task]:
    """Reports that are not sent, or were returned to be corrected: the own ones, and the drafts of others to review."""
    own = Incident.objects.visible_to(person, Can.REPORT_INCIDENT).filter(reported_by=person)
    found = own if person.role == Role.STAFF else own | Incident.objects.visible_to(person, Can.REVIEW_INCIDENT)
    returned = Q(status=Incident.Status.RETURNED, reported_by=person)
    waiting = found.filter(Q(status=Incident.Status.DRAFT) | returned).select_related("facility", "reported_by")
    for incident in cut(waiting.order_by("reported_at")):
        mine = incident.reported_by_id == person.pk
        yield Task(
            incident.reported_at + timedelta(hours=2),
            f"Correct the report of incident {incident.number}"
            if incident.status == Incident.Status.RETURNED
            else f"Complete the report of incident {incident.number}"
            if mine
            else f"Incident {incident.number} is still a draft by {incident.reported_by}",
            f"{incident.facility} · {incident.get_kind_display().lower()}",
            reverse("incidents:complete" if mine else "incidents:detail", args=[incident.pk]),
            "Complete it" if mine else "Read it",
            tag=incident.get_status_display().split()[0].lower(),
            strong=True,
        )


def passes(person: Person, cut: Cut) -> Iterable[Task]:
    """Passes that wait for a decision before the young person would leave."""
    for asked in cut(outings.to_decide(person).order_by("starts_at")):
        home = asked.placement.facility
        yield Task(
            asked.starts_at,
            f"{asked.resident} asks to go out: {asked.where}",
            f"{home} · with {asked.whom}, back {day_and_time(asked.ends_at, now(), home.zone)}",
            reverse("placements:pass", args=[asked.pk]),
            "Read and decide",
        )


def not_back(person: Person, cut: Cut) -> Iterable[Task]:
    """Young people who have not come back from a pass in time."""
    for asked in cut(outings.not_back(person).order_by("ends_at")):
        home = asked.placement.facility
        yield Task(
            asked.ends_at,
            f"{asked.resident} is not back yet from {asked.where}",
            f"{home} · with {asked.whom}, was due {day_and_time(asked.ends_at, now(), home.zone)}",
            reverse("facilities:pass-back", args=[home.pk, asked.pk]),
            "They are back",
            tag="not back",
            strong=True,
        )
