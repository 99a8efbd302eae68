"""What the match pages ask: every home with every criterion, what is signed and held, and the beds to choose."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities.matching import Facts, Result, Span, Wish, YoungPerson, evaluate, load, ranked
from placement.facilities.matching.criteria import usable
from placement.facilities.matching.housemates import RESTRICTED_KEY
from placement.facilities.matching.wording import plural
from placement.facilities.models import Facility, Hold, LicencePopulation, Override, Placement, Referral
from placement.facilities.operations.matching import signatures_on
from placement.facilities.queries.criteria import Line, codes_of, in_short, lines
from placement.facilities.queries.referrals import current_hold, rights
from placement.ui.dates import short_day
from residents.models import Population, Stage
from residents.queries.ages import age_now, place_of
from residents.queries.homes import stays_now

KINDS: dict[str, str] = {
    LicencePopulation.EXCLUSIVE: "Exclusive home",
    LicencePopulation.GENERAL: "General residential",
    LicencePopulation.SHELTER: "Youth shelter",
    LicencePopulation.FOSTER: "Foster home",
}
NAMES = {
    "population": "Who lives there",
    "licence": "Licence",
    "conditions": "Conditions",
    "capacity": "Places",
    "age": "Age",
    "sex": "Sex",
    "level": "Level of care",
    "fire": "Fire clearance",
    "separation": "Kept apart",
    "bed": "Bed",
    "exploiter": "Exploiters and recruiters",
    "harm": "Harm between young people",
    "age_gap": "Age gap",
    "siblings": "Brothers and sisters",
    "siblings_apart": "Brothers and sisters apart",
    RESTRICTED_KEY: "Restricted",
    "area": "Area to avoid",
    "school": "School",
    "family": "Family",
    "language": "Language",
    "earlier": "Earlier stays",
}
Wanted = dict[str, Any]  # the stay for which a home is judged, as one_home() takes it; empty: as the referral asks


@dataclass(frozen=True)
class Card:
    """One home in the list."""

    result: Result
    line: str
    lines: list[Line]
    bed: str = ""
    held_here: bool = False
    unsigned: int = 0
    exception_kind: str = ""
    exception: Override | None = None

    @property
    def home(self) -> Any:
        """Return the home's facts."""
        return self.result.home

    @property
    def may_come_free(self) -> bool:
        """Return whether the home only lacks a free bed or place, and a stay or a hold there ends some time."""
        lacks = {criterion.key for criterion in self.result.failed}
        ends = self.result.held or any(stay.ends_at for stay in self.home.stays)
        return bool(lacks and lacks <= {"bed", "capacity"} and ends)

    @property
    def open_lines(self) -> list[Line]:
        """Return what a reader sees first: everything of a home that fits, of another what rules it out."""
        first = [line for line in self.lines if line.state in ("failed", "warned")]
        return first + in_short(self.lines) if self.result.fits else first

    @property
    def signed_by_others(self) -> int:
        """Return how many signatures must be there before anybody proposes, and this reader can't give."""
        return len([line for line in self.lines if line.needs and not line.may_sign and not line.supervisor])

    @property
    def folded_lines(self) -> list[Line]:
        """Return the rest of a home that does not fit."""
        return [] if self.result.fits else in_short(self.lines)


@dataclass(frozen=True)
class MatchPage:
    """The whole page."""

    referral: Referral
    rights: frozenset[Can]
    summary: str
    hold: Hold | None
    can: list[Card]
    cannot: list[Card]
    level_missing: bool = False

    @property
    def what_helps(self) -> str:
        """Return what could open a home when none fits: an assessment, an exception, other dates, or nothing here."""
        if self.level_missing:
            return "Nobody has recorded yet which level of care the young person needs. Most homes wait for that."
        ways = []
        if any(card.exception_kind for card in self.cannot):
            ways.append("ask for an exception where the list offers it")
        if any(card.may_come_free for card in self.cannot):
            ways.append("change the dates of the referral, because some homes only lack a free bed or place")
        if not ways:
            return (
                "No exception and no other dates would open one of them. Talk with your supervisor about another home."
            )
        return f"You can {', or '.join(ways)}."

    @property
    def may_assess(self) -> bool:
        """Return whether this reader may record the level of care that is missing."""
        return self.level_missing and Can.KEEP_CASE in self.rights

    @property
    def may_propose(self) -> bool:
        """Return whether this reader may hold a bed and propose now."""
        return Can.PROPOSE_PLACEMENT in self.rights and self.referral.status == Referral.Status.OPEN


def match_page(referral: Referral, person: Person, *, only: list[UUID] | None = None) -> MatchPage:
    """Return every home that ``person`` may see, held against the referral; ``only`` narrows it to some."""
    may = rights(referral, person)
    homes = Facility.objects.visible_to(person, Can.VIEW_FACILITY)
    known = load(referral, person, homes=homes.filter(pk__in=only) if only is not None else homes)
    wish = Wish(known.span, known.level)
    results = ranked(evaluate(known.person, home, wish) for home in known.homes)
    hold = current_hold(referral)
    signed = signatures_on(referral)
    codes = codes_of(results, person)
    cards = [card(result, known, may, signed, hold, codes) for result in results]
    fit, others = [c for c in cards if c.result.fits], [c for c in cards if not c.result.fits]
    about = summary(known, age_of(known, referral, person))
    return MatchPage(referral, may, about, hold, fit, others, known.person.level is None)


def one_home(
    referral: Referral, person: Person, facility: Facility, *, span: Span | None = None, bed: UUID | None = None
) -> tuple[Card, list[tuple[str, str]]]:
    """Return one home held against the referral, and its free beds as choices.

    ``span`` and ``bed``: what is chosen already, in place of what the referral asks for.
    """
    homes = Facility.objects.visible_to(person, Can.VIEW_FACILITY).filter(pk=facility.pk)
    known = load(referral, person, homes=homes, span=span)
    result = evaluate(known.person, known.homes[0], Wish(known.span, known.level, bed))
    signed, codes = signatures_on(referral), codes_of([result], person)
    shown = card(result, known, rights(referral, person), signed, current_hold(referral), codes)
    return shown, beds_to_choose(result, known)


def card(
    result: Result,
    known: Facts,
    may: frozenset[Can],
    signed: dict[tuple[UUID, str], list[Any]],
    hold: Hold | None,
    codes: dict[UUID, str],
) -> Card:
    """Return one home as the page shows it."""
    rows = lines(result, may, signed, codes)
    asked = next((o for o in known.overrides if o.facility_id == result.home.id), None)
    return Card(
        result,
        home_line(result),
        rows,
        bed=result.bed.name if result.bed else "",
        held_here=bool(hold and result.bed and hold.bed_id == result.bed.id),
        unsigned=len([row for row in rows if row.needs and (row.may_sign or not row.supervisor)]),
        exception_kind=exception_kind(result),
        exception=asked,
    )


def exception_kind(result: Result) -> str:
    """Return the kind of exception that would open the home, or nothing when none would.

    An exception lifts only the rule about who lives there: full, without a licence or a bed, it stays closed.
    """
    serves = result.home.serves
    if serves == LicencePopulation.EXCLUSIVE or {c.key for c in result.failed} != {"population"}:
        return ""
    return Override.Kind.FOSTER if "foster" in (serves, result.home.kind) else Override.Kind.POPULATION


def home_line(result: Result) -> str:
    """Return the small line under the home's name: its kind and how many beds are free."""
    kind = KINDS.get(result.home.serves, result.home.kind_name)
    beds = plural(len(result.home.beds), "bed")
    day = result.starts_at.astimezone(result.home.zone)
    if not result.home.beds:
        return f"{kind} · no beds on file"
    held = f", {result.held} held" if result.held else ""
    return f"{kind} · {result.free} of {beds} free from {short_day(day)}{held}"


def age_of(known: Facts, referral: Referral, reader: Person) -> int | None:
    """Return the age of the young person on the day of the place where they are now. One query."""
    stay = stays_now(reader, [referral.resident]).get(referral.resident_id)
    return age_now(known.person.birth_date, place_of(stay, reader))


def summary(known: Facts, age: int | None) -> str:
    """Return one line about the young person: population, age, level of care, languages."""
    young: YoungPerson = known.person
    parts = []
    if young.population:
        parts.append(f"{Stage(young.stage).label}: {Population(young.population).label.lower()}")
    if age is not None:
        parts.append(str(age))
    if young.level:
        parts.append(f"level of care {known.level or young.level}")
    if young.languages:
        parts.append(f"speaks {' and '.join(young.languages)}")
    return " · ".join(parts)


def table(cards: list[Card]) -> list[dict[str, Any]]:
    """Return the comparison: one row per criterion, one cell per home."""
    said = {line.key: line for card in cards for line in card.lines}
    keys = [key for key in NAMES if key in said] + sorted(said.keys() - NAMES.keys())
    return [
        {
            "name": NAMES.get(key) or said[key].cites,
            "cells": [(card.home.name, next((line for line in card.lines if line.key == key), None)) for card in cards],
        }
        for key in keys
    ]


def after_signing(referral: Referral, person: Person) -> str:
    """Return where a person goes on after signing: to the decision that waits for them, the arrival, or the homes."""
    waiting = Placement.objects.visible_to(person, Can.APPROVE_PLACEMENT).filter(referral=referral, status="proposed")
    if found := waiting.exclude(proposed_by=person).first():
        return reverse("placements:decide", args=[found.pk])
    coming = Placement.objects.visible_to(person, Can.VIEW_CASE_SUMMARY).visible_to(person, Can.VIEW_FACILITY)
    if found := coming.filter(referral=referral, status="approved").first():
        return reverse("placements:detail", args=[found.pk])
    return reverse("referrals:match", args=[referral.pk])


def home_for(person: Person, pk: UUID, right: Can = Can.VIEW_FACILITY) -> Facility:
    """Return the home. Raises ``Facility.DoesNotExist`` when ``person`` may not see it."""
    return Facility.objects.visible_to(person, right).get(pk=pk)


def beds_of(facility: Facility) -> list[tuple[str, str]]:
    """Return every bed of the home as a choice, without asking which are free: a refusal says that best."""
    return [(str(bed.pk), bed.name) for bed in facility.beds.order_by("name")]


def beds_to_choose(result: Result, known: Facts) -> list[tuple[str, str]]:
    """Return the beds of a home that are free for the whole stay, as choices."""
    span = Span(result.starts_at, known.span.ends_at)
    return [
        (str(bed.id), f"{bed.name}, held for this referral" if bed.held_for else f"{bed.name}, free")
        for bed in sorted(result.home.beds, key=lambda each: each.name)
        if usable(bed, result.home, span, known.person.id)
    ]


def warnings_to_sign(
    referral: Referral,
    person: Person,
    facility: Facility,
    starts_at: datetime | None,
    ends_at: datetime | None,
    bed: str | None,
) -> list[tuple[str, str]]:
    """Return mark and text of each warning of the home that ``person`` may sign and nobody has.

    For the stay from ``starts_at`` (aware), or for the one that the referral asks for when that is not known.
    """
    span = Span(starts_at, ends_at) if starts_at else None
    shown, _ = one_home(referral, person, facility, span=span, bed=UUID(bed) if bed and span else None)
    return [(line.mark, line.in_words) for line in shown.lines if line.mark]


def kind_to_ask(shown: Card) -> str:
    """Return the kind of exception to ask for. Raises ``Refused`` when none would open the home."""
    if not shown.exception_kind:
        raise Refused("An exception would not open this home now. The list says what rules it out.")
    return shown.exception_kind


def warning_for(referral: Referral, person: Person, facility: Facility, key: str) -> tuple[Line | None, Wanted]:
    """Return the warning ``key`` of the home, as this reader may see it, and the stay for which it is given.

    One that lacks a signature goes before one that is signed. None when there is no such warning now.
    """
    signed: tuple[Line | None, Wanted] = (None, {})
    for stay in stays_wanted(referral, facility):
        shown, _ = one_home(referral, person, facility, **stay)
        line = next((each for each in shown.lines if each.key == key and (each.needs or each.signed)), None)
        if line and line.needs:
            return line, stay
        signed = signed if signed[0] else (line, stay)
    return signed


def stays_wanted(referral: Referral, facility: Facility) -> list[Wanted]:
    """Return the stays in the home for which it may have warnings: as proposed, from now on, as the referral asks."""
    coming = referral.placements.filter(facility=facility, status__in=("proposed", "approved")).first()
    if coming is None:
        return [{}]
    moment = now()
    starts = [coming.starts_at, moment] if coming.starts_at > moment else [moment]
    return [*({"span": Span(start, coming.ends_at), "bed": coming.bed_id} for start in starts), {}]
