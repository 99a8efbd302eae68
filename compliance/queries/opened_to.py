"""Obligations and findings as one reader may see them: what opens a row, whose it is, and what it leads to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q
from django.urls import reverse

from compliance.codes import as_open_to
from compliance.facts import FACTS
from compliance.kinds.parameters import PROOF
from compliance.models import Finding, Obligation, RuleVersion
from compliance.parts import FILED_BY, OPENED_BY, Part
from compliance.queries.told import told_changes
from placement.access.models import Person
from placement.access.rights import AGENCY_RIGHTS, HOME_RIGHTS, RESIDENT_RIGHTS, Can, Role
from placement.access.visible import rights_on
from placement.audit.reading import Change, changes, merged
from placement.facilities.models import ExitCheck, Facility, Placement
from residents.in_texts import A_YOUNG_PERSON
from residents.models import Incident, Resident

READERS = tuple(sorted({right for rights in OPENED_BY.values() for right in rights} | {Can.INSPECT}))
FILERS = tuple(sorted({right for rights in FILED_BY.values() for right in rights}))
CLOSED = "somebody whose record is closed to you"
BY_OTHERS = "the caseworker, or somebody outside. The home does not owe it"
Row = Obligation | Finding
RELATED = ("rule", "facility", "resident")
NOT_SHOWN = ("rule", "facility", "resident", "subject", "evidence", "part", "area", "severity", "event")
EXIT_SHUT = "exit.shut"
NOT_SHOWN_ALSO = ("finding", "action", "number")  # of what follows the row


@dataclass(frozen=True)
class Door:
    """A page of the record on which a row rests, for readers who have one of ``rights`` on ``model``, and all of ``also``."""

    words: str
    page: str
    model: type[Model]
    rights: tuple[Can, ...]
    also: tuple[Can, ...] = ()


INCIDENT = Door(
    "Open the incident",
    "incidents:detail",
    Incident,
    (Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.INSPECT, Can.VIEW_EXPLOITATION),
)
STAY = Door("Open the placement", "placements:detail", Placement, (Can.VIEW_CASE_SUMMARY,), also=(Can.VIEW_FACILITY,))
OF_SUBJECT = {"incident.": INCIDENT, "stay.": STAY, "young.turns_eighteen": STAY, "young.estimated_age": STAY}
OF_HOME = {
    "exit.": Door("Open the exits", "facilities:exits", Facility, (Can.VIEW_BEDS,)),
    "drill.": Door("Open the drills", "facilities:drills", Facility, (Can.VIEW_BEDS,)),
    "staff.": Door("Open who works there", "facilities:credentials", Facility, (Can.CHANGE_FACILITY, Can.INSPECT)),
}
HOME = Door("Open the home", "facilities:detail", Facility, (Can.VIEW_FACILITY,))
YOUNG = Door("Open the record", "residents:detail", Resident, (Can.VIEW_CODE,))


@dataclass(frozen=True)
class Evidence:
    """One fact behind a row. ``until``: None for what goes on, or happens in a moment. Links are open to the reader."""

    says: str
    at: datetime | None
    until: datetime | None = None
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Whose:
    """Whom a row is about: the young person's code with the way to the record, where that is open; nobody for a home's own."""

    words: str
    href: str = ""


def row_for(person: Person, model: type[Row], pk: UUID) -> Any:
    """Return the row as ``person`` may know it. Raises ``DoesNotExist`` for somebody to whom its part is closed."""
    (found,) = known_to(person, [rows_for(person, model).get(pk=pk)])
    return found


def known_to(person: Person, rows: list[Any]) -> list[Any]:
    """Return ``rows`` with the codes that ``person`` may know, and without what a code would say too much beside."""
    give_codes(rows)
    name_exits(person, rows)
    return as_open_to(person, rows)


def name_exits(person: Person, rows: Iterable[Row]) -> None:
    """Put on findings about a check of an exit the name of that exit. One query where there are such findings."""
    tried: list[Any] = [row for row in rows if isinstance(row, Finding) and row.evidence.get("fact") == EXIT_SHUT]
    if tried:
        checks = ExitCheck.objects.visible_to(person, Can.VIEW_BEDS).filter(pk__in={row.subject for row in tried})
        names = dict(checks.values_list("pk", "exit__name"))
        for row in tried:
            row.exit_name = names.get(row.subject, "")


def give_codes(rows: Iterable[Row]) -> None:
    """Put on findings about young people whose records are closed to the reader their ``code``, and when they ``left_at``.

    As far as the database tells: it does to those who run the home. One query where there are such findings.
    """
    closed: dict[UUID, Any] = {
        row.pk: row for row in rows if isinstance(row, Finding) and row.resident_id and row.resident is None
    }
    if closed:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, code, left_at FROM compliance_codes(%s)", [list(closed)])
            for pk, code, left_at in cursor.fetchall():
                closed[pk].code, closed[pk].left_at = code, left_at


def texts_of(finding: Finding, person: Person) -> tuple[UUID | None, UUID | None]:
    """Return the finding by an earlier text of the rule from which this one goes on, and that by a newer text that does from it."""
    around = Q(pk=finding.goes_on_from_id) | Q(goes_on_from=finding.pk)
    found = list(rows_for(person, Finding).filter(around).values_list("pk", flat=True))
    before = finding.goes_on_from_id if finding.goes_on_from_id in found else None
    return before, next((pk for pk in found if pk != before), None)


def obligation_behind(finding: Finding, person: Person) -> UUID | None:
    """Return what is still asked so that the finding is put right, where it is something that must be done."""
    same = {name: getattr(finding, name) for name in ("rule", "subject", "resident_id")}
    asked = rows_for(person, Obligation).filter(**same, met_at__isnull=True, ended_at__isnull=True)
    return asked.order_by("event_at").values_list("pk", flat=True).first()


def open_anew(finding: Finding, person: Person) -> Finding | None:
    """Return the finding by which the same rule is not met again, where ``finding`` is closed."""
    same = {name: getattr(finding, name) for name in ("rule", "facility", "subject", "resident_id")}
    return (
        None if finding.closed_at is None else rows_for(person, Finding).filter(**same, closed_at__isnull=True).first()
    )


def rows_for(person: Person, model: type[Row]) -> Any:
    """Return the rows whose part is open to ``person``, with what a page names of them."""
    rows: Any = model.objects.select_related(*RELATED)
    found = [rows.visible_to(person, Can.INSPECT)]
    for part, rights in OPENED_BY.items():
        found += [rows.filter(part=part).visible_to(person, right) for right in rights]
    if model is Finding:
        found.append(rows.filter(stays_with_home=True).visible_to(person, Can.MANAGE_FACILITY))
    return reduce(or_, found)


def rights_of(row: Row, person: Person) -> frozenset[Can]:
    """Return what ``person`` may do with the home of the row and with the young person. Two queries."""
    return rights_on(person, row.facility) | (rights_on(person, row.resident) if row.resident else frozenset())


def may_file(row: Row, rights: frozenset[Can]) -> bool:
    """Return whether somebody with these ``rights`` is one of those who do what is asked."""
    return bool(FILED_BY[Part(row.part)] & rights)


def who_does_it(row: Obligation) -> str:
    """Return in words who does what is asked: whose duty it is by the rule, else who may do it."""
    if row.severity == "watch":
        return BY_OTHERS
    return row.rule.get_duty_display().lower() if row.rule.duty else who_may_do(row.part)


def who_may_do(part: str) -> str:
    """Return in words who does what an obligation of this part asks."""
    asked, everywhere = FILED_BY[Part(part)], (AGENCY_RIGHTS, HOME_RIGHTS, RESIDENT_RIGHTS)
    roles = [role for role in Role if any(asked & rights.get(role, frozenset()) for rights in everywhere)]
    *most, last = [role.label.lower() for role in roles]
    return f"{', '.join(most)} or {last}" if most else last


def parts_of(person: Person) -> frozenset[Part]:
    """Return the parts of which rows may be open to somebody in the role of ``person``: which ones are, the database says."""
    held = {
        right for rights in (AGENCY_RIGHTS, HOME_RIGHTS, RESIDENT_RIGHTS) for right in rights.get(Role(person.role), ())
    }
    return frozenset(part for part, rights in OPENED_BY.items() if held & {*rights, Can.INSPECT})


def whose(row: Row) -> Whose | None:
    """Return whom the row is about."""
    if row.resident_id is None:
        return None
    if row.resident is None:
        if row.without_code:
            return Whose(A_YOUNG_PERSON)
        return Whose(CLOSED if isinstance(row, Obligation) else row.code or CLOSED)
    return Whose(row.resident.code, reverse(YOUNG.page, args=[row.resident_id]))


def home_of(row: Row, person: Person) -> Facility | None:
    """Return the home of the row, None for a reader who may not know which one it is."""
    return row.facility if opens(HOME, row.facility_id, person) else None


def sentence(fact: str, rule: RuleVersion) -> str:
    """Return what a fact, or the proof of one item, says in words."""
    if fact.startswith(f"{PROOF}:"):
        number = int(fact.rpartition("#")[2])
        return rule.proofs[number - 1] if 0 < number <= len(rule.proofs) else "A proof was filed."
    return FACTS[fact].sentence if fact in FACTS else "Something that is no longer recorded under this name."


def evidence_of(row: Finding, person: Person) -> list[Evidence]:
    """Return what the finding rests on, with ways to the records that ``person`` may open. A query for each kind of page.

    Whoever goes on seeing it after the stay is told nothing of what came then.
    """
    said = row.evidence

    def told(at: datetime | None) -> bool:
        return row.left_at is None or at is None or at <= row.left_at

    about = Evidence(
        counted(said) if "young" in said else sentence(said.get("fact", ""), row.rule),
        moment(said.get("at")) or (row.since if "young" in said else None),
        until if told(until := moment(said.get("until"))) else None,
        tuple(ways(said.get("fact", ""), row, person)),
    )
    done = sorted((said.get("done") or {}).items(), key=lambda each: each[1])
    done = [(fact, at) for fact, at in done if told(moment(at))]
    held = [Evidence(sentence(fact, row.rule), None) for fact in said.get("holds") or []]
    found = [about, *held, *(Evidence(sentence(fact, row.rule), moment(at)) for fact, at in done)]
    return [replace(one, at=None, until=None) for one in found] if row.timeless else found


def counted(said: dict[str, Any]) -> str:
    """Return what a count of people in a home says in words."""
    young, awake, asleep = (int(said[name] or 0) for name in ("young", "awake", "asleep"))
    people = f"{young} young {'person' if young == 1 else 'people'}"
    return f"{people} in the home, and of the adults on duty {awake} awake and {asleep} asleep."


def ways(fact: str, row: Row, person: Person) -> Iterable[tuple[str, str]]:
    """Yield words and address of the pages on which the record behind a row stands, as far as ``person`` may open them."""
    doors = [(door, row.subject) for start, door in OF_SUBJECT.items() if fact.startswith(start)]
    doors += [(door, row.facility_id) for start, door in OF_HOME.items() if fact.startswith(start)]
    doors += [(YOUNG, row.resident_id)] if row.resident_id and row.resident else []
    for door, pk in [*doors, (HOME, row.facility_id)]:
        if opens(door, pk, person):
            yield door.words, reverse(door.page, args=[pk])


def opens(door: Door, pk: UUID, person: Person) -> bool:
    """Return whether the page behind ``door`` opens to ``person``."""
    rows: Any = reduce(or_, (door.model.objects.visible_to(person, right) for right in door.rights))  # type: ignore[attr-defined]
    for right in door.also:
        rows = rows.visible_to(person, right)
    return bool(rows.filter(pk=pk).exists())


def history_of(row: Row, person: Person, rights: frozenset[Can], also: Iterable[Any] = ()) -> list[Change]:
    """Return what became of the row, newest first, as far as the reader may read the trail: else the own acts only.

    also: further histories that are read as that of the row is.
    """
    of_home = bool(rights & {Can.MANAGE_FACILITY, Can.INSPECT})
    reads = Can.VIEW_AUDIT in rights or (Can.VIEW_HOME_AUDIT in rights and of_home)
    if row.resident_id is None:
        reads = of_home or Can.CHANGE_FACILITY in rights
    found = [(type(row).history.filter(id=row.pk), NOT_SHOWN), *((rows, NOT_SHOWN_ALSO) for rows in also)]
    own = (changes(rows if reads else rows.filter(history_user_id=person.pk), hide=hide) for rows, hide in found)
    return told_changes(merged(*own), person, row)


def moment(text: Any) -> datetime | None:
    """Return the time that the evidence holds; None for none, and for one without beginning or end."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
