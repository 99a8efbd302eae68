"""Sealed exports for courts: the list, one of them, who decides it, and whether its files can be taken."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, CharField, Exists, Func, OuterRef, Q, QuerySet, When
from django.urls import reverse

from compliance.court.subject import FOR_HOME, FOR_YOUNG
from compliance.models import CourtExport
from compliance.models.court_export import DECIDED_WITHIN, OPEN_FOR
from compliance.queries.audit_kinds import audited_words
from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.opened import note_audited, note_opened
from placement.access.rights import Can
from placement.access.visible import visible_ids
from placement.audit.clock import now
from placement.audit.models import Seal
from placement.facilities.models import Facility
from placement.ui.paging import Page, keyset_page
from residents.models import Incident, IncidentPerson, Resident

PAGE = 25
TAKEN_ENOUGH = (
    "You have taken files of sealed exports ten times in the last 24 hours, which is the most. Use the copy that you have, or"
    " come back tomorrow."
)


def subject_for(person: Person, about: Resident | Incident | Facility) -> Resident | Incident | Facility:
    """Return what ``person`` may ask a sealed export of. Raises ``DoesNotExist``."""
    if not person.may(Can.READ_AUDIT):
        raise type(about).DoesNotExist
    if isinstance(about, Resident):
        first, second = FOR_YOUNG
        shared: Any = Resident.objects.visible_to(person, first).visible_to(person, second).get(pk=about.pk)
        return shared
    if isinstance(about, Facility):
        home: Facility = Facility.objects.visible_to(person, FOR_HOME).get(pk=about.pk)
        return home
    incident: Incident = Incident.objects.visible_to(person, FOR_HOME).select_related("facility").get(pk=about.pk)
    return incident


def exports(person: Person) -> QuerySet[CourtExport]:
    """Return the exports about what ``person`` may ask one of, and those that they are named to decide, without what they say."""
    homes = visible_ids(person, FOR_HOME)
    young = Q(*(Q(resident_id__any_of=visible_ids(person, right)) for right in FOR_YOUNG))
    mine = young | Q(facility_id__any_of=homes) | Q(incident__facility_id__any_of=homes) | Q(outside=person)
    found = CourtExport.objects.filter(mine) if person.may(Can.READ_AUDIT) else CourtExport.objects.none()
    also = ("resident", "incident", "facility", "asked_by", "decided_by", "outside__unit")
    code = Case(When(outside=person, then=Func("pk", function="court_export_code", output_field=CharField())))
    return found.select_related(*also).annotate(code_outside=code).defer("sealed", "keys")


def exports_page(person: Person, after: str | None) -> Page:
    """Return one page of the exports, newest first."""
    page = keyset_page(exports(person), order=("-asked_at",), after=after, size=PAGE)
    note_opened(*page.rows)
    return page


def export_for(person: Person, pk: UUID, *, hold: bool = False) -> CourtExport:
    """Return an export with what it says; ``hold`` keeps it until the transaction ends. Raises ``CourtExport.DoesNotExist``."""
    rows = exports(person).defer(None)
    found: CourtExport = (rows.select_for_update(of=("self",), no_key=True) if hold else rows).get(pk=pk)
    homes = [found.incident.facility_id if found.incident else found.facility_id]
    note_audited("residents", [pk for pk in [found.resident_id] if pk], Can.VIEW_AUDIT)
    note_audited("facilities", [pk for pk in homes if pk], FOR_HOME)
    return found


def to_decide(person: Person) -> QuerySet[CourtExport]:
    """Return the exports that wait for a decision, and that ``person`` may decide: not their own, nor one that names them."""
    named = IncidentPerson.objects.filter(person=person, incident=OuterRef("incident"))
    waiting = Q(approved__isnull=True, asked_at__gt=now() - DECIDED_WITHIN)
    return exports(person).filter(waiting, ~Exists(named)).exclude(asked_by=person).order_by("asked_at")


def to_take(person: Person) -> QuerySet[CourtExport]:
    """Return the own exports that are approved, that nobody has taken, and that can still be taken, those that close first."""
    open_now = Q(approved=True, taken_at=None, decided_at__gt=now() - OPEN_FOR)
    return exports(person).filter(open_now, asked_by=person).order_by("decided_at")


def approvals(person: Person, cut: Cut) -> Iterable[Task]:
    """Sealed exports that wait for this supervisor, or another one, to approve them, and own ones that can be taken now."""
    for export in cut(to_decide(person)):
        yield Task(
            export.asked_at + timedelta(days=2),
            f"Decide: a sealed export for {export.recipient}",
            f"{export.about}, asked for by {export.asked_by}",
            reverse("audit:export", args=[export.pk]),
            "Read and decide",
        )
    for export in cut(to_take(person)):
        yield Task(
            export.open_until or now(),
            f"Take the files of a sealed export for {export.recipient}",
            f"{export.about}, approved by {export.decided_by}: after this time you have to ask again",
            reverse("audit:export", args=[export.pk]),
            "Take it",
        )


def why_closed(person: Person, export: CourtExport) -> str:
    """Return why ``person`` can't take the files of an export (yet, or any more); "" while they can."""
    if export.asked_by_id != person.pk:
        return f"Only {export.asked_by}, who asked for it, can take its files."
    if export.approved is None:
        return "Another supervisor to whom this is open must approve it first, on their My work. Nobody approves their own."
    if not export.approved:
        return "It was refused. Read why, and ask again if that can be put right."
    if export.open_until is None or now() >= export.open_until:
        return "It was approved more than 24 hours ago. Ask for a new one, so that it says what is true today."
    young = export.content()["young"]
    if Resident.objects.visible_to(person, Can.DISCLOSE).filter(pk__in=young).count() < len(young):
        return "Somebody whose rows are in it is not open to you any more. Ask for a new one."
    return ""


def waits_for_seal(export: CourtExport) -> bool:
    """Return whether no seal was made since it was asked for: a row in it may not be sealed yet."""
    return not Seal.objects.filter(made_at__gt=export.asked_at).exists()


def is_taken_enough(export: CourtExport, page: str) -> bool:
    """Return whether the acting person has taken files at ``page`` as often in 24 hours as they may. Whoever takes more waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT court_export_is_rationed(%s, %s)", [export.pk, page])
        return bool(cursor.fetchone()[0])


def kinds_of(export: CourtExport) -> list[str]:
    """Return the kinds of records that were chosen, in words."""
    words = audited_words()
    return sorted(words[label].many if label in words else label for label in export.kinds)


def withheld_of(person: Person, export: CourtExport) -> dict[str, Any] | None:
    """Return what is in it and what is withheld, for who asked; beside the own record it would tell others what is closed."""
    if export.asked_by_id != person.pk:
        return None
    content = export.content()
    names = ("not_chosen", "not_open", "by_hash_alone")
    return {name: content[name] for name in names} | {"rows": len(content["rows"])}
