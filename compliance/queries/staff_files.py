"""The file of somebody who works in a home: what is there, what is missing, what ends, and what the law asks of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min, Q
from django.urls import reverse

from compliance.facts.training import ANY, HOURS, Hours
from compliance.models import Finding, Obligation, RuleVersion
from compliance.parts import Part
from compliance.queries.opened_to import rows_for
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.audit.reading import Change, changes, merged
from placement.database.context import reading
from placement.facilities.models import (
    Assignment,
    Credential,
    Facility,
    LicencePopulation,
    ReferenceText,
    StaffReference,
    Training,
)
from placement.facilities.models.staff_file import without_zeros
from placement.facilities.queries.credentials import (
    ENDS_SOON,
    Held,
    Lacks,
    PersonHolds,
    filed_for,
    held,
    says_what_lacks,
)
from placement.facilities.queries.homes import with_licence
from placement.ui.dates import full_day

ROLES = (Role.STAFF, Role.ADMIN)
NOT_SHOWN = ("facility", "person")
OF_ROLE = {Role.STAFF: {"staff.working", "staff.care"}, Role.ADMIN: {"staff.working", "staff.running"}}
WORST = ("late", "due", "good")
OF_FACT = {each.fact: each for each in HOURS}

Filed = TypeVar("Filed", Credential, Training)


@dataclass(frozen=True)
class Year:
    """The training year: from one anniversary of the first day in the home to the day before the next one."""

    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Asked:
    """What one rule asks of the person: how it stands, in words and as a tag, and of training how many hours are there."""

    rule: RuleVersion
    words: str
    tag: str
    href: str
    hours: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Topic:
    """Hours on one topic: in the training year, and in all."""

    label: str
    in_year: str
    in_all: str


@dataclass(frozen=True)
class Reference:
    """One reference, with who was asked and what was said where the reader may read that."""

    row: StaffReference
    text: ReferenceText | None


@dataclass(frozen=True)
class StaffFile:
    """The file of one person of the home, as one reader sees it. ``missing``: what is not there, or has ended, in words."""

    assignment: Assignment
    since: date
    year: Year
    held: list[Held]
    topics: list[Topic]
    trainings: list[Training]
    references: list[Reference]
    hides_references: bool
    asked: list[Asked]
    missing: list[str]
    ends: list[str]


def staff_file(home: Facility, assignment: Assignment, reader: Person) -> StaffFile:
    """Return the file of whom ``assignment`` names, who works in the home or runs it. Twelve queries at most."""
    person, zone = assignment.person, home.zone
    today = now().astimezone(zone).date()
    since, left = span(home, person, zone)
    filed = known_here(filed_for([person.pk])[person.pk], home, left)
    have = [held(filed, kind, today, home.pk) for kind in Credential.Kind]
    trainings = known_here(trainings_of(person), home, left)
    counted = [each for each in trainings if each.withdrawn_at is None]
    year, own = year_of(since, today), person.pk == reader.pk
    references = [] if own else references_of(home, person)
    return StaffFile(
        assignment,
        since,
        year,
        have,
        topics(counted, year),
        trainings,
        references,
        own,
        sorted(asked_of(home, assignment, reader, counted, year), key=lambda one: WORST.index(one.tag)),
        list(_missing(have, references, own)),
        _ending(have),
    )


def working(home: Facility, pk: UUID) -> Assignment:
    """Return the role of somebody who works in the home, runs it, or did. Raises ``Assignment.DoesNotExist``."""
    return Assignment.objects.select_related("person").get(facility=home, pk=pk, role__in=ROLES)


def span(home: Facility, person: Person, zone: ZoneInfo) -> tuple[date, datetime | None]:
    """Return the first day on which ``person`` worked in the home, and when they left it; None while they work there."""
    rows = Assignment.objects.filter(facility=home, person=person, role__in=ROLES).order_by("starts_at")
    (first, _), *_ = spans = list(rows.values_list("starts_at", "ends_at"))
    ends = [end for _, end in spans if end is not None and end <= now()]
    return first.astimezone(zone).date(), max(ends) if len(ends) == len(spans) else None


def known_here(filed: Iterable[Filed], home: Facility, left: datetime | None) -> list[Filed]:
    """Return what of ``filed`` the home may know of: of who has ``left``, nothing that another home has filed since."""
    return [one for one in filed if one.facility_id == home.pk or left is None or one.filed_at < left]


def year_of(since: date, today: date) -> Year:
    """Return the training year in which ``today`` is, for somebody who has worked since that day."""
    years = today.year - since.year
    starts_on = anniversary(since, years)
    if starts_on > today:
        years -= 1
        starts_on = anniversary(since, years)
    return Year(starts_on, date.fromordinal(anniversary(since, years + 1).toordinal() - 1))


def anniversary(day: date, years: int) -> date:
    """Return the same day so many years later; of 29 February, 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@reading("roster")  # hours count in every home; what is filed there is for its administrator
def trainings_of(person: Person) -> list[Training]:
    """Return the training of somebody, wherever it was filed, the newest first."""
    rows = Training.objects.filter(person=person).select_related("document", "filed_by", "withdrawn_by", "facility")
    return list(rows)


@reading("roster")
def trained(people: Iterable[UUID], *, until: date) -> list[Training]:
    """Return the training that counts of these people up to ``until``, wherever it was filed."""
    return list(Training.objects.filter(person__in=set(people), held_on__lte=until, withdrawn_at__isnull=True))


def topics(trainings: Iterable[Training], year: Year) -> list[Topic]:
    """Return the hours by topic, in the order of the topics."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for each in trainings:
        sums[each.topic][1] += each.hours
        if each.held_on in year:
            sums[each.topic][0] += each.hours
    return [Topic(topic.label, *map(without_zeros, sums[topic])) for topic in Training.Topic if topic in sums]


def references_of(home: Facility, person: Person) -> list[Reference]:
    """Return the references on somebody; the database adds their text only for those who may read it."""
    rows = StaffReference.objects.filter(facility=home, person=person).select_related("asked_by", "answered_by")
    texts = {text.reference_id: text for text in ReferenceText.objects.filter(facility=home, person=person)}
    return [Reference(row, texts.get(row.pk)) for row in rows]


def reference_to_answer(home: Facility, pk: UUID) -> StaffReference:
    """Return a reference of the home that waits for its answer. Raises ``StaffReference.DoesNotExist``."""
    return StaffReference.objects.select_related("person").get(facility=home, pk=pk, result="")


def training_to_withdraw(home: Facility, pk: UUID) -> Training:
    """Return training that was filed in the home and counts. Raises ``Training.DoesNotExist``."""
    return Training.objects.select_related("person").get(facility=home, pk=pk, withdrawn_at__isnull=True)


def assignment_of(home: Facility, person: Person) -> Assignment:
    """Return the newest role of somebody in the home. Raises ``Assignment.DoesNotExist``."""
    return Assignment.objects.filter(facility=home, person=person, role__in=ROLES).latest("starts_at")


def others(people: Iterable[PersonHolds], reader: Person) -> list[Person]:
    """Return the people of the home whom ``reader`` may file something for: all but themselves."""
    return [each.assignment.person for each in people if each.assignment.person_id != reader.pk]


def history(home: Facility, person: Person) -> list[Change]:
    """Return what became of the file in this home, newest first, as far as the database shows it to the reader."""
    models: tuple[Any, ...] = (Credential, Training, StaffReference)
    rows = (model.history.filter(facility_id=home.pk, person_id=person.pk) for model in models)
    return merged(*(changes(each, hide=NOT_SHOWN) for each in rows))


def rules_of(home: Facility, role: str) -> list[RuleVersion]:
    """Return the rules that are judged of whoever works in this home in this role, as they are now, by title."""
    today = now().astimezone(home.zone).date()
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    laws = ("INT", "US", f"US-{home.jurisdiction}")
    rows = RuleVersion.objects.filter(
        in_force, off="", home_part=Part.PAPERS, jurisdiction__in=laws, valid_from__lte=today
    )
    holds = {f"home.{home.kind}"}
    terms = with_licence(Facility.objects.filter(pk=home.pk)).get()
    if terms.licence_population == LicencePopulation.EXCLUSIVE:
        holds.add("licence.exclusive")
    found = []
    for rule in rows.order_by("title"):
        about = {*rule.parameters.get("event", ()), *rule.parameters.get("of", ())}
        if about & OF_ROLE[Role(role)] and holds.issuperset(rule.parameters.get("when", ())):
            found.append(rule)
    return found


def asked_of(
    home: Facility, works: Assignment, reader: Person, trainings: list[Training], year: Year
) -> Iterable[Asked]:
    """Yield how each rule about somebody stands: what it asks, or what is not met; nothing against them is met. Four queries."""
    about = {"facility": home, "subject": works.person_id, "part": Part.PAPERS}
    rows = rows_for(reader, Obligation).filter(**about, ended_at__isnull=True)
    newest: dict[str, Obligation] = {row.rule.rule: row for row in rows.order_by("event_at")}
    failing = rows_for(reader, Finding).filter(**about, closed_at__isnull=True)
    findings: dict[str, Finding] = {row.rule.rule: row for row in failing.order_by("-since")}
    rules = {rule.rule: rule for rule in rules_of(home, works.role)}
    rules |= {key: row.rule for key, row in newest.items()} | {key: row.rule for key, row in findings.items()}
    for rule in sorted(rules.values(), key=lambda rule: rule.title):
        row, finding = newest.get(rule.rule), findings.get(rule.rule)
        hours = hours_of(rule, trainings, year)
        if row is not None and row.met_at is None:
            late = row.due_at is not None and row.due_at <= now()
            words, tag = ("late", "late") if late else ("to be done", "due")
            yield Asked(rule, words, tag, reverse("compliance:obligation", args=[row.pk]), hours, row.due_at)
        elif finding is not None:
            yield Asked(rule, "not met", "late", reverse("compliance:finding", args=[finding.pk]), hours)
        else:
            yield Asked(rule, "met", "good", reverse("compliance:rule", args=[rule.rule]), hours)


def hours_of(rule: RuleVersion, trainings: list[Training], year: Year) -> str:
    """Return in words how many hours are there of those that a rule asks for; empty for a rule that counts none."""
    wanted = [OF_FACT[fact] for fact in rule.parameters.get("done", ()) if fact in OF_FACT]
    return "; ".join(_hours(each, trainings, year) for each in wanted)


def _hours(asked: Hours, trainings: list[Training], year: Year) -> str:
    rows = [each for each in trainings if each.topic == asked.topic and (not asked.yearly or each.held_on in year)]
    there = sum((each.hours for each in rows), Decimal(0))
    label = Training.Topic(asked.topic).label
    if asked.hours == ANY:
        return f"{label}: {without_zeros(there)} hours on file; the rule sets no number"
    when = " in this training year" if asked.yearly else ""
    return f"{label}: {without_zeros(there)} hours{when}, {without_zeros(asked.hours)} asked for"


@says_what_lacks
def lacking(home: Facility, people: list[PersonHolds], reader: Person) -> dict[UUID, Lacks]:
    """Return what each of ``people``, who work in the home, lacks: clearances, tests of health, hours by topic, references.

    Of the reader themselves no reference is told. Five queries, however many people.
    """
    ids = [each.assignment.person_id for each in people]
    first = Assignment.objects.filter(facility=home, person__in=ids, role__in=ROLES).order_by().values("person")
    since = dict(first.annotate(first=Min("starts_at")).values_list("person", "first"))
    asked: dict[UUID, list[Reference]] = defaultdict(list)
    for row in StaffReference.objects.filter(facility=home, person__in=ids):
        asked[row.person_id].append(Reference(row, None))
    hours = hours_lacking(home, {who: at.astimezone(home.zone).date() for who, at in since.items()}, reader)
    found = {}
    for each in people:
        who = each.assignment.person_id
        late, soon = hours.get(who, ([], []))
        found[who] = Lacks([*_missing(each.held, asked[who], who == reader.pk), *late], [*_ending(each.held), *soon])
    return found


def hours_lacking(home: Facility, since: dict[UUID, date], reader: Person) -> dict[UUID, tuple[list[str], list[str]]]:
    """Return person → the hours that a rule asks for and that are late or not there, and those that are due in 30 days.

    since: person → the first day in the home. Three queries.
    """
    moment, today = now(), now().astimezone(home.zone).date()
    about = {"facility": home, "subject__in": list(since), "part": Part.PAPERS}
    open_ = {"met_at__isnull": True, "ended_at__isnull": True, "due_at__lte": moment + ENDS_SOON}
    rows: list[tuple[Obligation | Finding, bool]] = [
        *((row, True) for row in rows_for(reader, Finding).filter(**about, closed_at__isnull=True)),
        *((row, row.due_at <= moment) for row in rows_for(reader, Obligation).filter(**about, **open_)),
    ]
    there: dict[UUID, list[Training]] = defaultdict(list)
    for each in trained(since, until=today):
        there[each.person_id].append(each)
    found: dict[UUID, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for row, late in sorted(rows, key=lambda each: (each[0].rule.title, not each[1])):
        words = hours_of(row.rule, there[row.subject], year_of(since[row.subject], today))
        due = f", due {full_day(row.due_at.astimezone(home.zone).date())}" if row.due_at and not late else ""
        missing, soon = found[row.subject]
        if words and words not in missing:
            (missing if late else soon).append(words + due)
    return found


def _ending(have: Iterable[Held]) -> list[str]:
    return [f"{one.label}: {one.words}" for one in have if one.tag == "due" and one.words.startswith("ends")]


def _missing(have: Iterable[Held], references: list[Reference], own: bool) -> Iterable[str]:
    needed = (*Credential.NEEDED, *Credential.OF_HEALTH)
    for one in have:
        if one.kind in needed and (one.credential is None or one.tag == "late" or one.words.startswith("ended")):
            yield f"{one.label}: {one.words}"
    if not own and not references:
        yield "References: nobody was asked"
    elif not own and not any(one.row.result for one in references):
        yield "References: no answer yet"


def may_change(rights: Iterable[Can], assignment: Assignment, reader: Person) -> bool:
    """Return whether ``reader`` may file something in this file: nobody does in their own."""
    return Can.CHANGE_FACILITY in set(rights) and assignment.person_id != reader.pk
