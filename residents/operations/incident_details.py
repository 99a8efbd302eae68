"""What hangs on a report while it is written: people, what concerns each young person alone, restraint, injuries, files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.body_map import REGIONS
from residents.models import (
    Document,
    Incident,
    IncidentFile,
    IncidentInjury,
    IncidentPart,
    IncidentPerson,
    Restraint,
    RestraintCheck,
)
from residents.operations.documents import file_document
from residents.operations.incidents import own_report


@dataclass(frozen=True)
class Mark:
    """One injury as it is written down: a region of the body map, a kind, its size in cm and a note."""

    region: str
    kind: str
    size_cm: Decimal | None = None
    note: str = ""


@operation("named somebody in an incident")
def name_person(
    incident: Incident, *, role: str, part: str, by: Person, person: Person | None = None, name: str = ""
) -> IncidentPerson:
    """Add a grown-up: one of the people of the home (``person``), or a ``name``. Whoever is named reviews nothing of it."""
    incident = own_report(incident, by)
    if person is None and not name.strip():
        raise Refused("Choose somebody, or write a name.", field="name")
    return IncidentPerson.objects.create(
        incident=incident, person=person, name="" if person else name.strip(), role=role, part=part
    )


@operation("took somebody out of an incident")
def remove_person(row: IncidentPerson, *, by: Person) -> Incident:
    """Take a grown-up out of a report that is still being written."""
    row = IncidentPerson.objects.visible_to(by, Can.REPORT_INCIDENT).get(pk=row.pk)
    incident = own_report(row.incident, by)
    row.delete()
    return incident


@operation("wrote what an incident was for one young person")
def write_part(part: IncidentPart, *, role: str, about: str, by: Person) -> IncidentPart:
    """Say what the young person did in it, and what concerns them alone: nobody who reads only the others reads it."""
    part = own_part(part, by)
    part.role, part.about = role, about
    part.save(update_fields=["role", "about"])
    return part


@operation("wrote down a restraint")
def add_restraint(
    part: IncidentPart,
    *,
    kind: str,
    started_at: datetime,
    ended_at: datetime | None,
    held_by: str,
    why: str,
    tried: str,
    by: Person,
) -> Restraint:
    """Keep how a young person was held or secluded, from when to when (``None``: still), why, and what was tried before."""
    part = own_part(part, by)
    times_are_true(started_at, ended_at)
    return Restraint.objects.create(
        part=part, kind=kind, started_at=started_at, ended_at=ended_at, held_by=held_by, why=why, tried=tried
    )


@operation("wrote down the end of a restraint")
def end_restraint(restraint: Restraint, *, ended_at: datetime, by: Person) -> Restraint:
    """Say when it was over. Raises ``Refused`` when that is known already."""
    restraint = Restraint.objects.visible_to(by, Can.VIEW_CARE_PROFILE).select_related("part").get(pk=restraint.pk)
    own_part(restraint.part, by)
    if restraint.ended_at is not None:
        raise Refused("Its end is written down already.")
    times_are_true(restraint.started_at, ended_at)
    restraint.ended_at = ended_at
    restraint.save(update_fields=["ended_at"])
    return restraint


def times_are_true(started_at: datetime, ended_at: datetime | None) -> None:
    """Raise ``Refused`` for times to come, and an end before the start."""
    if started_at > now():
        raise Refused("This time has not come yet.", field="started_at")
    if ended_at is not None and (ended_at < started_at or ended_at > now()):
        raise Refused("It ends after its start, and not later than now.", field="ended_at")


@operation("wrote down a check during a restraint")
def add_check(restraint: Restraint, *, at: datetime, checked_by: str, how: str, by: Person) -> RestraintCheck:
    """Keep that somebody looked, when, and how the young person was. It stays as it was written."""
    restraint = Restraint.objects.visible_to(by, Can.VIEW_CARE_PROFILE).select_related("part").get(pk=restraint.pk)
    if at < restraint.started_at or at > (restraint.ended_at or now()):
        raise Refused("A check is between the start and the end.", field="at")
    return RestraintCheck.objects.create(restraint=restraint, at=at, checked_by=checked_by, how=how, written_by=by)


@operation("marked injuries on the body map")
def mark_injuries(part: IncidentPart, *, marks: Iterable[Mark], by: Person) -> IncidentPart:
    """Keep these marks instead of those before. Raises ``Refused`` for a region that the body map has not."""
    part = own_part(part, by)
    wanted = list(marks)
    if any(mark.region not in REGIONS for mark in wanted):
        raise Refused("Choose a place on the body map.")
    before = {(row.region, row.kind, row.size_cm, row.note): row for row in part.injuries.all()}
    keep = {(mark.region, mark.kind, mark.size_cm, mark.note) for mark in wanted}
    part.injuries.filter(pk__in=[row.pk for key, row in before.items() if key not in keep]).delete()
    IncidentInjury.objects.bulk_create(
        IncidentInjury(part=part, region=region, kind=kind, size_cm=size, note=note)
        for region, kind, size, note in sorted(keep - set(before), key=str)
    )
    return part


@operation("put a file to an incident")
def attach_file(part: IncidentPart, *, upload: UploadedFile, title: str, by: Person) -> IncidentFile:
    """File a document in the care part of the young person's record, and put it to the incident."""
    part = own_part(part, by)
    document = file_document(upload=upload, title=title, part=Document.Part.CARE, resident=part.resident, by=by)
    return IncidentFile.objects.create(part=part, document=document)


def own_part(part: IncidentPart, by: Person) -> IncidentPart:
    """Return the part of a report that ``by`` writes. Raises ``Refused`` for a report that is sent, or of somebody else."""
    part = (
        IncidentPart.objects.visible_to(by, Can.VIEW_CARE_PROFILE)
        .select_related("incident", "resident")
        .get(pk=part.pk)
    )
    own_report(part.incident, by)
    return part
