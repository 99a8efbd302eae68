"""The rights page: per home and per young person, whether they reach the world outside, get out, and take part. Fixed numbers of
queries, whatever the number of homes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from compliance.models import Finding
from compliance.queries.board import worst_first
from compliance.queries.opened_to import name_exits
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.models import Exit, ExitCheck, Facility, Placement
from placement.facilities.queries.drills import is_overdue, last_drills
from placement.facilities.queries.exits import ExitNow, exits_now
from placement.ui.paging import Page, keyset_page
from residents.models import Contact, IntrusiveMeasure, Resident, Restriction
from residents.parity import Comparison, Verdict
from residents.queries import contacts, measures
from residents.queries import rights as young_rights
from residents.queries.measures import Measure, measure_of
from residents.queries.rights import Activities, LeftOut, SchoolDays

HOMES = 50
AREAS = ("activities-normalcy", "exits-and-security", "outside-contact", "rights-notice")
"""The areas of the rules whose findings stand on the rights page."""


@dataclass(frozen=True)
class ShutExit:
    """An exit by which nobody can get out now, since when, and what is wrong."""

    exit: Exit
    since: datetime
    faults: list[str]

    @property
    def locked(self) -> bool:
        """Return whether it is the door itself that keeps people in."""
        return "does not open" in self.faults


@dataclass
class HomeRow:
    """One home on the page: numbers that open into its page."""

    home: Facility
    living: int = 0
    quiet: int = 0
    longest_quiet: int = 0
    refused: int = 0
    limits: int = 0
    left_out: int = 0
    missed_school: int = 0
    measures: int = 0
    to_judge: int = 0
    findings: int = 0
    exits: list[ExitNow] = field(default_factory=list)
    last_drill: datetime | None = None

    @property
    def shut(self) -> list[ExitNow]:
        """Return the exits by which nobody can get out."""
        return [each for each in self.exits if each.in_danger]

    @property
    def no_way_out(self) -> bool:
        """Return whether none of the exits is known to be good."""
        return bool(self.shut) and all(each.in_danger or each.check is None for each in self.exits)

    @property
    def drill_late(self) -> bool:
        """Return whether a drill should have been held by now."""
        return self.living > 0 and is_overdue(self.last_drill)

    @property
    def needs_somebody(self) -> bool:
        """Return whether something here is not as it should be."""
        return bool(self.findings or self.quiet or self.shut or self.left_out or self.to_judge)


@dataclass(frozen=True)
class YoungRow:
    """One young person of a home: contact, activities, school, measures."""

    stay: Any
    since: datetime
    last: datetime | None
    nobody: bool
    refused: int
    compared: Comparison | None
    school: SchoolDays | None
    left_out: int
    measures: int
    rights_read: datetime | None

    @property
    def days(self) -> int:
        """Return the whole days without contact."""
        return (now() - self.since).days

    @property
    def too_long(self) -> bool:
        """Return whether that is beyond the rule."""
        return now() - self.since > contacts.LONGEST_GAP

    @property
    def kind(self) -> str:
        """Return the kind of the tag of the comparison."""
        return "late" if self.compared and self.compared.verdict == Verdict.MORE else ""


@dataclass(frozen=True)
class HomeRights:
    """The page of one home."""

    home: Facility
    young: list[YoungRow]
    refused: list[Contact]
    limits: list[Restriction]
    measures: list[Measure]
    activities: Activities
    exits: list[ExitNow]
    shut: list[ShutExit]
    doors: list[Measure]
    last_drill: datetime | None
    findings: list[Finding]

    @property
    def drill_late(self) -> bool:
        """Return whether it should have been held by now."""
        return bool(self.young) and is_overdue(self.last_drill)


@dataclass(frozen=True)
class YoungRights:
    """The page of one young person; ``row`` is empty for somebody who lives in no home that the reader knows."""

    row: YoungRow | None
    refused: list[Contact]
    limits: list[Restriction]
    measures: list[Measure]
    left_out: list[LeftOut]
    answers: list[tuple[datetime, str, str]]
    compared: Comparison | None
    house: int
    school: SchoolDays | None
    notices: list[Any]
    findings: list[Finding]


def homes_of(person: Person) -> QuerySet[Facility]:
    """Return the homes whose rights page is open to ``person``: those they run, and to the supervisor all."""
    return Facility.objects.visible_to(person, Can.CHANGE_FACILITY)


def answers_for(person: Person) -> Can:
    """Return the right by which ``person`` answers for young people."""
    return Can.APPROVE_PLACEMENT if person.role == Role.SUPERVISOR else Can.ACCEPT_PLACEMENT


def living(person: Person, homes: Iterable[Facility]) -> QuerySet[Any]:
    """Return who lives in ``homes`` now, of the young people for whom ``person`` answers, since when without contact."""
    stays = Placement.objects.visible_to(person, answers_for(person)).filter(
        status=Placement.Status.ACTIVE, facility__in=homes
    )
    return contacts.since_contact(stays).select_related("resident", "facility").order_by("resident__code")


def page_of_homes(person: Person, after: str | None) -> tuple[list[HomeRow], Page]:
    """Return one page of the homes by name. 14 queries for any number of homes."""
    page = keyset_page(homes_of(person), order=("name",), after=after, size=HOMES)
    rows = {home.pk: HomeRow(home) for home in page.rows}
    homes = list(page.rows)
    stays = list(living(person, homes))
    of_young = {stay.resident_id: rows[stay.facility_id] for stay in stays}
    for stay in stays:
        row, days = rows[stay.facility_id], (now() - stay.quiet_since).days
        row.living += 1
        row.longest_quiet = max(row.longest_quiet, days)
        row.quiet += now() - stay.quiet_since > contacts.LONGEST_GAP
    for who, number in counted(young_rights.left_out(person, list(of_young))).items():
        of_young[who].left_out += number
    for contact in young_rights.refused(person, list(of_young)):
        of_young[contact.resident_id].refused += 1
    for limit in young_rights.limits_of(person, list(of_young)):
        of_young[limit.resident_id].limits += limit.holds
    for who, days in young_rights.school(person, list(of_young)).items():
        of_young[who].missed_school += len(days.missed)
    of_all = measures.that_count(IntrusiveMeasure.objects.visible_to(person, Can.VIEW_CARE_LOG))
    recent = of_all.filter(resident__in=list(of_young), happened_at__gte=young_rights.since())
    for who, number in counted(recent).items():
        of_young[who].measures += number
    for who, number in counted(of_all.filter(resident__in=list(of_young), decision="")).items():
        of_young[who].to_judge += number
    for exit_now in exits_now(homes):
        rows[exit_now.exit.facility_id].exits.append(exit_now)
    for home in last_drills(Facility.objects.filter(pk__in=rows)):
        rows[home.pk].last_drill = home.last_drill  # type: ignore[attr-defined]
    found = findings_of(person, homes).order_by().values_list("facility").annotate(number=Count("pk"))
    for pk, number in found:
        rows[pk].findings = number
    return list(rows.values()), page


def counted(rows: QuerySet[Any]) -> Counter[UUID]:
    """Return how many of ``rows`` are about each young person."""
    return Counter(dict(rows.order_by().values_list("resident").annotate(number=Count("pk"))))


def findings_of(person: Person, homes: Iterable[Facility]) -> QuerySet[Finding]:
    """Return the open findings about rights in ``homes`` that ``person`` may open."""
    found = Finding.objects.visible_to(person, Can.VIEW_BEDS).filter(closed_at=None, area__in=AREAS, facility__in=homes)
    return worst_first(found.select_related("rule", "facility", "resident"))


def home_rights(person: Person, home: Facility) -> HomeRights:
    """Return the page of one home. A fixed number of queries."""
    stays = list(living(person, [home]))
    young = [stay.resident_id for stay in stays]
    offered = young_rights.activities(person, home)
    refused = young_rights.refused(person, young)
    taken = [measure_of(row) for row in young_rights.measures_of(person, young)]
    exits = exits_now([home])
    (drilled,) = last_drills(Facility.objects.filter(pk=home.pk)) or [None]
    found = list(findings_of(person, [home]))
    name_exits(person, found)
    return HomeRights(
        home,
        rows_of(person, stays, refused, taken, offered),
        refused,
        young_rights.limits_of(person, young),
        taken,
        offered,
        exits,
        shut_since(exits),
        [each for each in taken if each.first.kind == IntrusiveMeasure.Kind.SHUT_OUT],
        drilled.last_drill if drilled else None,  # type: ignore[attr-defined]
        found,
    )


def rows_of(
    person: Person, stays: list[Any], refused: list[Contact], taken: list[Measure], offered: Activities
) -> list[YoungRow]:
    """Return who lives in the home, each with what shows whether their rights are kept."""
    young = [stay.resident_id for stay in stays]
    times, of_school = Counter(row.resident_id for row in refused), young_rights.school(person, young)
    of_measures = Counter(each.first.resident_id for each in taken)
    kept = Counter(each.resident.pk for each in offered.left_out)
    read = dict(young_rights.notices(person, young).order_by("given_at").values_list("resident", "given_at"))
    return [
        YoungRow(
            stay,
            stay.quiet_since,
            stay.last_contact,
            stay.nobody_allowed,
            times[stay.resident_id],
            offered.compared.get(stay.resident_id),
            of_school.get(stay.resident_id),
            kept[stay.resident_id],
            of_measures[stay.resident_id],
            read.get(stay.resident_id),
        )
        for stay in stays
    ]


def shut_since(exits: list[ExitNow]) -> list[ShutExit]:
    """Return the exits by which nobody can get out, each since the first look that found it so. One query, or none."""
    shut = {each.exit.pk: each for each in exits if each.in_danger}
    if not shut:
        return []
    looks = ExitCheck.objects.filter(exit__in=shut, amends=None).order_by("exit", "-checked_at")
    since: dict[UUID, datetime] = {}
    closed: set[UUID] = set()
    for look in looks.filter(checked_at__lte=now()):
        if look.exit_id in closed:
            continue
        if look.is_danger or look.exit_id not in since:
            since[look.exit_id] = look.checked_at
        else:
            closed.add(look.exit_id)
    return [ShutExit(each.exit, since[pk], each.faults) for pk, each in shut.items()]


def young_right(person: Person, resident: Resident, home: Facility | None) -> YoungRights:
    """Return the page of one young person. home: where they live now, if the reader knows it."""
    stays = (
        list(
            contacts.since_contact(
                Placement.objects.visible_to(person, Can.VIEW_CARE_LOG).filter(
                    resident=resident, status=Placement.Status.ACTIVE
                )
            ).select_related("resident", "facility")
        )
        if home
        else []
    )
    refused = young_rights.refused(person, [resident.pk])
    taken = [measure_of(row) for row in young_rights.measures_of(person, [resident.pk])]
    offered = young_rights.activities(person, home) if home else Activities({}, [], {}, 0)
    rows = rows_of(person, stays, refused, taken, offered)
    schooled = young_rights.school(person, [resident.pk])
    return YoungRights(
        rows[0] if rows else None,
        refused,
        young_rights.limits_of(person, [resident.pk]),
        taken,
        [each for each in offered.left_out if each.resident.pk == resident.pk],
        offered.answers.get(resident.pk, []),
        offered.compared.get(resident.pk),
        len(offered.compared),
        schooled.get(resident.pk),
        list(young_rights.notices(person, [resident.pk])[:20]),
        list(
            worst_first(
                Finding.objects.visible_to(person, Can.VIEW_CARE_PROFILE)
                .filter(Q(area__in=AREAS), resident=resident, closed_at=None)
                .select_related("rule", "facility", "resident")
            )
        ),
    )
