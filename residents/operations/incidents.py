"""Incidents: reported by who saw it, at once or as a draft that is completed, and corrected when it is returned."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.incident_kinds import GUIDES, clean_answers, unanswered
from residents.models import Incident, IncidentPart, IncidentResident, IncidentStep, Resident
from residents.operations.allegations import NOBODY_ACCUSED, Accused, accuse, names_accused

NOBODY_NAMED = "Say which young person is missing."
NOBODY_INVOLVED = "Say which young person it is about."
NOT_SENT = "This report is still a draft. It has to be sent first."


@operation("reported an incident")
def report_incident(
    *,
    facility: Any,
    shift: Any,
    kind: str,
    severity: str,
    happened_at: datetime,
    seen: str,
    done: str,
    residents: Iterable[Resident],
    by: Person,
    thought: str = "",
    answers: Mapping[str, str] | None = None,
    accused: Iterable[Accused] = (),
    draft: bool = False,
) -> Incident:
    """Report what happened in a home at ``happened_at`` (aware), with the young people involved, and tell who must know at once.

    answers: to what the kind asks (``incident_kinds``); ``None``: nobody was asked. draft: it is not sent to review yet.
    accused: who is said to have done it, in an allegation, which is hidden from them at once, also where one of them writes it.
    Raises ``Refused`` for a time to come, an empty report, one of somebody missing that names nobody, and an answer that is
    wrong or, where it is sent, lacking; ``DoesNotExist`` without the right on home or person.
    """
    if Can.REPORT_INCIDENT not in rights_on(by, facility):
        raise type(facility).DoesNotExist
    involved, accused = known_to(by, residents), list(accused)
    must_be_true(kind, happened_at, seen, involved)
    clean = clean_answers(kind, answers or {})
    if answers is not None and not draft:
        must_be_complete(kind, clean, bool(involved), bool(accused))
    incident = Incident.objects.create(
        facility=facility,
        shift=shift,
        kind=kind,
        severity=severity_of(kind, severity),
        status=Incident.Status.DRAFT if draft else Incident.Status.REPORTED,
        happened_at=happened_at,
        seen=seen,
        thought=thought,
        done=done,
        answers=clean,
        reported_by=by,
        number=0,
    )
    incident.refresh_from_db(fields=["number", "reported_at", "sent_at"])
    IncidentResident.objects.bulk_create(IncidentResident(incident=incident, resident=r) for r in involved)
    accuse(incident, accused)
    if not draft or kind != Incident.Kind.ALLEGATION:  # who is said to have done it stands in the finished report
        tell(incident)
    return incident


def draft_about_contact(
    resident: Resident, *, facility: Any, shift: Any, happened_at: datetime, seen: str, by: Person
) -> Incident:
    """Begin the report of a contact that is not allowed, by its facts; ``by`` completes it. Part of another operation."""
    if Can.REPORT_INCIDENT not in rights_on(by, facility):
        raise type(facility).DoesNotExist
    incident = Incident.objects.create(
        facility=facility,
        shift=shift,
        kind=Incident.Kind.EXPLOITER,
        severity=Incident.Severity.SERIOUS,
        status=Incident.Status.DRAFT,
        happened_at=happened_at,
        seen=seen,
        reported_by=by,
        number=0,
    )
    incident.refresh_from_db(fields=["number", "reported_at"])
    IncidentResident.objects.create(incident=incident, resident=resident)
    tell(incident)
    return incident


@operation("wrote the report of an incident")
def complete_draft(
    incident: Incident,
    *,
    kind: str,
    severity: str,
    happened_at: datetime,
    seen: str,
    done: str,
    by: Person,
    thought: str = "",
    answers: Mapping[str, str] | None = None,
    residents: Iterable[Resident] | None = None,
    send: bool = True,
) -> Incident:
    """Write on a draft, or on a report that was returned, and with ``send`` send it. Its reporter alone writes it.

    residents: who is involved, of those whom ``by`` may know; ``None`` leaves it. The line of a contact that was logged stays.
    Raises ``Refused`` as ``report_incident`` does, for anybody else, when it is sent already, and for what ``send_draft`` misses.
    """
    incident = own_report(incident, by)
    if kind == Incident.Kind.MISSING != incident.kind:
        raise Refused("Report that somebody is missing anew: the clocks begin with that report.", field="kind")
    involved = None if residents is None else known_to(by, residents)
    must_be_true(kind, happened_at, seen, ["somebody"] if involved is None else involved)
    facts = incident.seen.split("\n")[0]
    if incident.contacts.exists() and seen.split("\n")[0] != facts:
        seen = f"{facts}\n{seen}"
    incident.kind, incident.severity, incident.happened_at = kind, severity_of(kind, severity), happened_at
    incident.seen, incident.thought, incident.done = seen, thought, done
    incident.answers = clean_answers(kind, incident.answers if answers is None else answers)
    incident.save(update_fields=["kind", "severity", "happened_at", "seen", "thought", "done", "answers"])
    if involved is not None:
        name(incident, involved, by)
    if send:
        if answers is not None:
            must_be_complete(kind, incident.answers, incident.incidentresident_set.exists(), names_accused(incident))
        return sent(incident, by)
    if kind != Incident.Kind.ALLEGATION:
        tell(incident)
    return incident


@operation("sent the report of an incident as it stood")
def send_draft(incident: Incident, *, by: Person) -> Incident:
    """Send a draft, or a returned report, word for word. Raises ``Refused`` when it is sent, and where something is lacking."""
    mine = Incident.objects.visible_to(by, Can.REPORT_INCIDENT) | Incident.objects.visible_to(by, Can.REVIEW_INCIDENT)
    incident = mine.locked().get(pk=incident.pk)
    must_be_draft(incident)
    if incident.reported_by_id == by.pk:
        must_be_complete(
            incident.kind, incident.answers, incident.incidentresident_set.exists(), names_accused(incident)
        )
    return sent(incident, by)


def sent(incident: Incident, by: Person) -> Incident:
    """Send the report, and tell who must know. Its own reporter sends no report of a restraint without its times."""
    if incident.kind == Incident.Kind.RESTRAINT and incident.reported_by_id == by.pk:
        parts = IncidentPart.objects.visible_to(by, Can.VIEW_CARE_PROFILE).filter(incident=incident)
        if parts.filter(restraints=None).exists():
            raise Refused("Write down for each young person how long it lasted, and each check.")
        if parts.filter(restraints__isnull=False, restraints__ended_at=None).exists():
            raise Refused("Write down when it was over before you send the report.")
    incident = step(incident, IncidentStep.What.SENT, by)
    tell(incident)
    return incident


def step(incident: Incident, what: str, by: Person, comment: str = "", reason: str = "") -> Incident:
    """Take one step of an incident; return it as it stands then. The database refuses what is not the next, or not for ``by``."""
    IncidentStep.objects.create(incident=incident, what=what, by=by, comment=comment.strip(), reason=reason.strip())
    if what == IncidentStep.What.SENT and not Incident.objects.filter(pk=incident.pk).exists():
        incident.status = Incident.Status.REPORTED  # an allegation against who sent it: it is hidden from them now
        return incident
    incident.refresh_from_db()
    return incident


def tell(incident: Incident) -> None:
    """Tell at once who must know, by how serious it is. The database finds them: the writer may not know who they are."""
    if incident.severity != Incident.Severity.LOW:
        with connection.cursor() as cursor:
            cursor.execute("SELECT incident_tell(%s)", [incident.pk])


def own_report(incident: Incident, by: Person) -> Incident:
    """Return the report, locked, that ``by`` began and may write on. Raises ``Refused`` for anybody else, and when it is sent."""
    incident = Incident.objects.visible_to(by, Can.REPORT_INCIDENT).locked().get(pk=incident.pk)
    must_be_draft(incident)
    if incident.reported_by_id != by.pk:
        raise Refused("Somebody else began this report. You can send it as it stands.")
    return incident


def must_be_draft(incident: Incident) -> None:
    """Raise ``Refused`` when the report is sent already."""
    if incident.status not in Incident.WRITTEN_ON:
        raise Refused("This report is sent already. Nothing was changed.")


def must_be_true(kind: str, happened_at: datetime, seen: str, involved: list[Any]) -> None:
    """Raise ``Refused`` for a time to come, an empty report, and one that does not name whom it must."""
    if happened_at > now():
        raise Refused("This time has not come yet. Give the time when it happened.", field="happened_at")
    if kind == Incident.Kind.MISSING and not involved:
        raise Refused(NOBODY_NAMED, field="residents")
    if not seen.strip():
        raise Refused("Say what was seen and heard.", field="seen")


def must_be_complete(kind: str, answers: Mapping[str, str], names_somebody: bool, accuses: bool) -> None:
    """Raise ``Refused`` for the first answer that is lacking, and where nobody is named, or accused, who must be."""
    if GUIDES[kind].names_somebody and not names_somebody:
        raise Refused(NOBODY_INVOLVED, field="residents")
    if kind == Incident.Kind.ALLEGATION and not accuses:
        raise Refused(NOBODY_ACCUSED)
    for ask in unanswered(kind, answers):
        raise Refused(f"Answer this before you send the report: {ask.label}", field=ask.name)


def severity_of(kind: str, severity: str) -> str:
    """Return how serious it is: a death is critical, whatever was ticked."""
    return Incident.Severity.CRITICAL if kind == Incident.Kind.DEATH else severity


def known_to(by: Person, residents: Iterable[Resident]) -> list[Resident]:
    """Return each of them once. Raises ``Resident.DoesNotExist`` where one is not open to ``by``."""
    involved = list(dict.fromkeys(residents))
    known = Resident.objects.visible_to(by, Can.VIEW_CARE_PROFILE).filter(pk__in=[r.pk for r in involved])
    if known.count() != len(involved):
        raise Resident.DoesNotExist
    return involved


def name(incident: Incident, involved: list[Resident], by: Person) -> None:
    """Name these, and nobody else of those whom ``by`` may know."""
    known = IncidentResident.objects.visible_to(by, Can.VIEW_CARE_PROFILE).filter(incident=incident)
    known.exclude(resident__in=involved).delete()
    there = set(IncidentResident.objects.filter(incident=incident).values_list("resident", flat=True))
    IncidentResident.objects.bulk_create(
        IncidentResident(incident=incident, resident=one) for one in involved if one.pk not in there
    )
