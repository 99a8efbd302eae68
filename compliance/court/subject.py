"""What a sealed export is about, which kinds of history hang on it, and which rows of them somebody may take out of the house."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q

from compliance.models.court_export import about, moments
from compliance.queries.audit_kinds import audited_models, audited_words
from placement.access.models import AccessLogEntry, Person
from placement.access.rights import AGENCY_RIGHTS, RESIDENT_RIGHTS, ROLE_RIGHTS, Can, Role
from placement.access.visible import rights_on, visible_ids
from placement.audit.history import Tracked
from placement.facilities.models import Facility
from residents.models import ClinicalNote, Document, Incident, Resident

NEVER = ("facilities.FacilityAddress",)  # where a home is leaves the house in no file
TO_INCIDENT = ("incident_id", "part__incident_id", "restraint__part__incident_id", "flyer__part__incident_id")
FOR_YOUNG, FOR_HOME = (Can.DISCLOSE, Can.VIEW_AUDIT), Can.VIEW_OPENED


@dataclass(frozen=True)
class Subject:
    """``thing`` from ``since`` to ``until``, both included in ``zone``, as ``person`` may read its history and share it."""

    person: Person
    thing: Resident | Incident | Facility
    since: date
    until: date

    @property
    def home(self) -> Facility | None:
        """Return the home that it is, or in which it was; ``None`` for a young person, of whom that would tell it."""
        thing: Any = self.thing
        return None if isinstance(thing, Resident) else thing if isinstance(thing, Facility) else thing.facility

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the zone of its days: the home's; for a young person that of who asks, which does not tell where they live."""
        return self.home.zone if self.home else ZoneInfo(self.person.time_zone)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Return the first moment, and the one after the last."""
        return moments(self.since, self.until, self.zone)

    @property
    def title(self) -> str:
        """Return what it is about, in words."""
        return about(self.thing)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Return label → path in its history to this subject, of each kind of record that hangs on it and may leave the house."""
        found = {label: path_to(model, self.thing) for label, (model, _, _) in audited_models().items()}
        return {label: path for label, path in found.items() if path and label not in NEVER}

    @cached_property
    def closed(self) -> list[str]:
        """Return the labels of kinds that are not open to this person, whatever rows there are."""
        always = ROLE_RIGHTS[Role.SUPERVISOR] | AGENCY_RIGHTS[Role.SUPERVISOR]
        held = always | RESIDENT_RIGHTS[Role.SUPERVISOR]
        if isinstance(self.thing, Resident):
            held = always | rights_on(self.person, self.thing)
        rights = {label: {one.right for one in audited_models()[label][0].opened_by} for label in self.kinds}
        return [label for label, by in rights.items() if by and not by & held]

    def choices(self) -> list[tuple[str, str]]:
        """Return (label, words) of each kind that can be chosen."""
        words = audited_words()
        found = [(label, words[label].many) for label in self.kinds if label not in self.closed]
        return sorted(
            ((label, said[:1].upper() + said[1:]) for label, said in found), key=lambda choice: (choice[1], choice[0])
        )

    def rows(self, label: str) -> models.QuerySet[Any]:
        """Return the history of one kind in the time, as the person may read and share it."""
        begins, ends = self.moments
        model, path = audited_models()[label][0], self.kinds[label]
        rows = model.history.filter(**{path: self.thing.pk}, history_date__gte=begins, history_date__lt=ends)
        if to_young := self.path_to_young(label):
            shared = Q(*(Q(**{f"{to_young}__any_of": visible_ids(self.person, right)}) for right in FOR_YOUNG))
            rows = rows.filter(shared | about_nobody(model, to_young))
        if model in (Document, ClinicalNote):
            clinical = Q(resident_id__any_of=visible_ids(self.person, Can.VIEW_CLINICAL))
            rows = rows.filter(clinical if model is ClinicalNote else clinical | ~Q(part=Document.Part.CLINICAL))
        return rows

    def path_to_young(self, label: str) -> str:
        """Return the path to the one young person whom a row of this kind is about; "" where there is none, or may be several."""
        model = audited_models()[label][0]
        path = model.guards.get("residents", "")
        return "" if not path or "incidentresident" in path or not leads(model.history.model, path) else path

    def log(self) -> models.QuerySet[AccessLogEntry]:
        """Return who opened it in the time: of a home without the entries that name a young person."""
        begins, ends = self.moments
        rows = AccessLogEntry.objects.filter(at__gte=begins, at__lt=ends)
        if isinstance(self.thing, Resident):
            return rows.filter(resident_id=self.thing.pk)
        if isinstance(self.thing, Facility):
            return rows.filter(facility_id=self.thing.pk, resident_id=None)
        return rows.filter(thing=self.thing.pk, resident_id=None)


def path_to(model: type[Tracked], thing: Any) -> str:
    """Return the path from the history of ``model`` to ``thing``; "" where it does not hang on it."""
    history = model.history.model
    if isinstance(thing, Incident):
        paths = ("id",) if model is Incident else TO_INCIDENT
    else:
        paths = (model.guards.get("residents" if isinstance(thing, Resident) else "facilities", ""),)
    return next((path for path in paths if path and leads(history, path)), "")


def about_nobody(model: type[Tracked], to_young: str) -> Q:
    """Return the condition that a row is about no young person; of one whose path is not open to the reader nobody knows that."""
    *steps, last = to_young.split("__")
    if not steps:
        return Q(**{f"{last}__isnull": True})
    far: Any = model
    for step in steps:
        far = far._meta.get_field(step).related_model
    return Q(**{f"{'__'.join(steps)}__in": far._base_manager.filter(**{f"{last}__isnull": True}).values("pk")})


def leads(history: Any, path: str) -> bool:
    """Return whether ``path`` begins with a column of this history table and can be followed."""
    steps = path.split("__")
    columns = {column: field for field in history._meta.concrete_fields for column in (field.name, field.attname)}
    if steps[0] not in columns:
        return False
    try:
        model = history
        for step in steps[:-1]:
            model = model._meta.get_field(step).related_model
            if model is None:
                return False
        names = {name for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    except FieldDoesNotExist:
        return False
    return steps[-1] in names


def young_of(person: Person, ids: set[UUID]) -> list[UUID]:
    """Return those of these young people whose record ``person`` may share, in the order of their ids."""
    return sorted(Resident.objects.visible_to(person, Can.DISCLOSE).filter(pk__in=ids).values_list("pk", flat=True))
