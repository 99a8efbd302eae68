"""What the authority lets a home do: licences, conditions, waivers. What allows more needs a paper and a second person."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, in_other_words, sentence_of
from placement.database.context import reading
from placement.facilities.models import (
    Facility,
    Licence,
    LicenceCondition,
    LicencePopulation,
    Placement,
    Waiver,
)
from placement.facilities.operations.homes import home_run_by, must_be_agency
from residents.models import Document
from residents.operations.assessments import POPULATION_RULES

LIVES_THERE = (
    "Somebody lives in this home whom it could not house then. End that stay first, or get an exception that reaches"
    " into that time."
)
ONLY_WITH_PAPER = (
    "This allows more than before. File the paper of the authority with the home; a supervisor changes it then."
)


@operation("added a licence")
def add_licence(
    facility: Facility,
    *,
    authority: str,
    number: str,
    capacity: int,
    sexes: Iterable[str],
    levels: Iterable[int],
    valid_from: date,
    by: Person | None,
    valid_to: date | None = None,
    population: str = LicencePopulation.GENERAL,
    population_document: Document | None = None,
    terms_document: Document | None = None,
    jurisdiction: str = "",
    status: str = Licence.Status.LICENSED,
    min_age: int = 0,
    max_age: int = 17,
) -> Licence:
    """Add a licence, both days included; ``jurisdiction`` is the home's unless given.

    A supervisor adds it with ``terms_document``, a paper of the home that somebody else filed; one that the home's
    administrator adds is not confirmed yet, and nobody can be admitted under it until ``confirm_licence``. An exclusive
    population needs a supervisor and a document of the home, here or later through ``confirm_exclusive_population``;
    that document will do for the terms too. Raises ``Refused`` for overlapping licences, a taken number, wrong ages or
    dates.
    """
    home = home_run_by(facility, by)
    confirmed_by, terms_confirmed_by = None, None
    if population == LicencePopulation.EXCLUSIVE:
        confirmed_by = must_confirm(home, population_document, by, field="population_document")
    else:
        population_document = None
    if by is not None and status == Licence.Status.LICENSED:
        if by.may(Can.CONFIRM_POPULATION):
            terms_document = terms_document or population_document
            terms_confirmed_by = must_have_paper(home, terms_document, by, field="terms_document")
        else:
            status, terms_document = Licence.Status.PENDING, None
    with in_other_words(LIVES_THERE, *POPULATION_RULES, field="population"):
        return Licence.objects.create(
            facility=home,
            authority=authority,
            number=number,
            jurisdiction=jurisdiction or home.jurisdiction,
            status=status,
            population=population,
            population_confirmed_by=confirmed_by,
            population_document=population_document,
            terms_confirmed_by=terms_confirmed_by,
            terms_document=terms_document,
            capacity=capacity,
            min_age=min_age,
            max_age=max_age,
            sexes=list(sexes),
            levels=list(levels),
            valid_from=valid_from,
            valid_to=valid_to,
        )


def must_confirm(home: Facility, document: Document | None, by: Person | None, *, field: str) -> Person:
    """Return ``by`` when they may confirm with ``document`` that the home serves one population; raise ``Refused``."""
    if by is None or not by.may(Can.CONFIRM_POPULATION):
        raise Refused(
            "Only a supervisor of the agency can confirm that a home is only for trafficked young people.",
            field="population",
        )
    return must_have_paper(home, document, by, field=field)


def must_have_paper(home: Facility, document: Document | None, by: Person, *, field: str | None) -> Person:
    """Return ``by``, a supervisor, when somebody else filed ``document`` with the home; raise ``Refused`` otherwise."""
    must_be_agency(by)
    if document is None or document.facility_id != home.pk or document.part != Document.Part.HOME:
        raise Refused("Choose the paper of this home that says so.", field=field)
    if document.uploaded_by_id == by.pk:
        raise Refused("You filed this paper yourself, so another supervisor must confirm with it.", field=field)
    return by


@operation("confirmed a licence")
def confirm_licence(licence: Licence, *, document: Document, by: Person) -> Licence:
    """Confirm with a paper of the home that the authority gave this licence. Supervisors only; from now on it counts."""
    home = home_run_by(licence.facility, by)
    licence = Licence.objects.locked().get(pk=licence.pk)
    supervisor = must_have_paper(home, document, by, field="document")
    if licence.status != Licence.Status.PENDING:
        raise Refused("This licence does not wait to be confirmed.")
    licence.status = Licence.Status.LICENSED
    licence.terms_confirmed_by, licence.terms_document = supervisor, document
    licence.save(update_fields=["status", "terms_confirmed_by", "terms_document"])
    return licence


@operation("confirmed whom the home serves")
def confirm_exclusive_population(licence: Licence, *, document: Document, by: Person) -> Licence:
    """Confirm with a paper of the home that it serves only trafficked young people. Supervisors only."""
    home = home_run_by(licence.facility, by)
    licence = Licence.objects.locked().get(pk=licence.pk)
    supervisor = must_confirm(home, document, by, field="document")
    if licence.population == LicencePopulation.EXCLUSIVE:
        raise Refused("This is confirmed already.", field="document")
    licence.population_confirmed_by = supervisor
    licence.population, licence.population_document = LicencePopulation.EXCLUSIVE, document
    with in_other_words(LIVES_THERE, *POPULATION_RULES, field="document"):
        licence.save(update_fields=["population", "population_confirmed_by", "population_document"])
    return licence


@operation("ended a licence")
def end_licence(licence: Licence, *, on: date, by: Person | None) -> Licence:
    """Let a licence end with the day ``on``, so that the next one can begin. Raises ``Refused`` for a later end."""
    home_run_by(licence.facility, by)
    licence = Licence.objects.locked().get(pk=licence.pk)
    if by is not None and licence.valid_to is not None and on > licence.valid_to:
        raise Refused("The licence ends before that. Add the licence that follows it.", field="on")
    licence.valid_to = on
    with in_other_words(LIVES_THERE, *POPULATION_RULES, field="on"):
        licence.save(update_fields=["valid_to"])
    return licence


@operation("changed for whom a licence is")
def change_licence_terms(
    licence: Licence,
    *,
    capacity: int,
    min_age: int,
    max_age: int,
    sexes: Iterable[str],
    levels: Iterable[int],
    by: Person | None,
    document: Document | None = None,
    acknowledged: bool = False,
) -> Licence:
    """Write what the licence says about places, ages in years, sexes and levels; a licensing file says less.

    What allows less counts at once. What allows more needs a supervisor and ``document``, a paper of the home that
    somebody else filed. Raises ``Refused`` without them, and for fewer places than young people living there unless that
    is ``acknowledged``.
    """
    home = home_run_by(licence.facility, by)
    licence = Licence.objects.locked().get(pk=licence.pk)
    sexes, levels = list(sexes), list(levels)
    wider = (
        capacity > licence.capacity
        or min_age < licence.min_age
        or max_age > licence.max_age
        or not set(sexes) <= set(licence.sexes)
        or not set(levels) <= set(licence.levels)
    )
    if wider and by is not None and licence.status == Licence.Status.LICENSED:
        if not by.may(Can.CONFIRM_POPULATION):
            raise Refused(ONLY_WITH_PAPER)
        licence.terms_confirmed_by = must_have_paper(home, document, by, field="document")
        licence.terms_document = document
    with reading("occupancy"):
        living = Placement.objects.filter(facility=home, status=Placement.Status.ACTIVE).count()
    if capacity < min(living, licence.capacity) and not acknowledged:
        raise Refused(
            f"{living} young people live here, and the licence would allow {capacity}. If that is so, tick the box.",
            field="acknowledged",
        )
    licence.capacity, licence.min_age, licence.max_age = capacity, min_age, max_age
    licence.sexes, licence.levels = sexes, levels
    changed = ["capacity", "min_age", "max_age", "sexes", "levels", "terms_confirmed_by", "terms_document"]
    licence.save(update_fields=changed)
    return licence


@operation("added a condition of the licence")
def add_condition(
    licence: Licence,
    *,
    kind: str,
    text: str,
    starts_on: date,
    by: Person | None,
    value: int | None = None,
    ends_on: date | None = None,
) -> LicenceCondition:
    """Add a condition that the authority set. ``value``: places, or an age in years, as ``kind`` says."""
    home_run_by(licence.facility, by)
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The condition can't end before it starts.", field="ends_on")
    return LicenceCondition.objects.create(
        licence=licence, kind=kind, value=value, text=text, starts_on=starts_on, ends_on=ends_on
    )


@operation("added a waiver of the authority")
def add_waiver(
    licence: Licence,
    *,
    kind: str,
    text: str,
    starts_on: date,
    ends_on: date,
    document: Document,
    rules: Sequence[str] = (),
    by: Person | None,
) -> Waiver:
    """Add a leave that the authority gave in writing (``document``, a paper of the home) to differ from one term.

    rules: the ids of the rules of the state's law that it waives; kind: ``rules`` where it waives no term beside.
    It counts when a supervisor has confirmed it: at once, when a supervisor adds it with a paper that somebody else filed.
    """
    home = home_run_by(licence.facility, by)
    if document.facility_id != home.pk or document.part != Document.Part.HOME:
        raise Refused("Choose the paper of this home that says so.", field="document")
    at_once: dict[str, Any] = {}
    if by is not None and by.may(Can.CONFIRM_POPULATION) and document.uploaded_by_id != by.pk:
        at_once = {"confirmed_by": by, "confirmed_at": now()}
    if kind == Waiver.Kind.RULES and not rules:
        raise Refused(sentence_of("waiver_waives_something"), field="rules")
    given = {"kind": kind, "rules": list(rules), "text": text, "starts_on": starts_on, "ends_on": ends_on}
    return Waiver.objects.create(licence=licence, **given, document=document, **at_once)


@operation("confirmed a waiver of the authority")
def confirm_waiver(waiver: Waiver, *, by: Person) -> Waiver:
    """Confirm that the paper of a waiver says so; from now on the waiver counts. Supervisors only.

    Raises ``Refused`` when it is confirmed already, and for whoever filed the paper.
    """
    home = home_run_by(waiver.licence.facility, by)
    waiver = Waiver.objects.select_related("document").locked().get(pk=waiver.pk)
    supervisor = must_have_paper(home, waiver.document, by, field=None)
    if waiver.confirmed_at is not None:
        raise Refused("This waiver is confirmed already.")
    waiver.confirmed_by, waiver.confirmed_at = supervisor, now()
    waiver.save(update_fields=["confirmed_by", "confirmed_at"])
    return waiver
