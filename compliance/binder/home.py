"""The sections about the home itself: licence, fire clearance, people and their files, shifts and drills."""

from typing import Any

from django.db.models import Prefetch, Q

from compliance.binder.scope import ON_FILE, Column, Scope, day, on_file, short
from compliance.queries.staff_files import known_here, trained
from placement.access.rights import Role
from placement.facilities.models import (
    Credential,
    Drill,
    DrillStaff,
    DrillYoung,
    FireClearance,
    Licence,
    LicenceCondition,
    Shift,
    ShiftStaff,
    StaffReference,
    Waiver,
)
from placement.facilities.queries.credentials import filed_for, held
from placement.facilities.queries.drills import counts, minutes
from placement.facilities.queries.rounds import is_night

Rows = list[list[str]]
LICENCES = (
    Column("What", width=1),
    Column("Says", width=6),
    Column("From", "day", 1),
    Column("Until", "day", 1),
    Column("Paper", width=1),
    Column("Confirmed by", width=1),
)
FIRE = (Column("Authority", width=4), Column("From", "day"), Column("Until", "day"))
STAFF = (
    Column("Staff number", width=1),
    Column("Role"),
    Column("From", "moment"),
    Column("Until", "moment"),
    *(Column(kind.label) for kind in Credential.Kind),
)
TRAINING = (
    Column("Staff number", width=1),
    Column("Topic", width=3),
    Column("Course", width=3),
    Column("Hours", width=1),
    Column("Day", "day"),
    Column("Paper", width=1),
    Column("Filed by", width=1),
    Column("Filed", "moment"),
)
REFERENCES = (
    Column("Staff number", width=1),
    Column("Who was asked", width=3),
    Column("Asked", "day"),
    Column("Answer", width=2),
    Column("Answered", "day"),
    Column("Kept by", width=1),
)
CREDENTIALS = (
    Column("Staff number", width=1),
    Column("What"),
    Column("Course", width=3),
    Column("From", "day"),
    Column("Until", "day"),
    Column("Paper", width=1),
    Column("Filed by", width=1),
    Column("Filed", "moment"),
)
SHIFTS = (
    Column("Shift", width=1),
    Column("From", "moment"),
    Column("Until", "moment"),
    Column("On duty", width=5),
    Column("Signed by", width=1),
    Column("Signed", "moment"),
)
DRILLS = (
    Column("Drill", width=1),
    Column("Held", "moment"),
    Column("Part of the day", width=1),
    Column("Kind"),
    Column("Took", width=1),
    Column("Everybody out", width=1),
    Column("Young people", width=3),
    Column("Not out"),
    Column("Staff"),
    Column("What went wrong", width=1),
    Column("Amended", width=1),
)


def licences(scope: Scope) -> Rows:
    """Return the licences that hold in the span, each with its conditions and waivers."""
    to_come = Q(valid_to__isnull=True) | Q(valid_to__gte=scope.since)
    found = (
        Licence.objects.filter(to_come, facility=scope.home, valid_from__lte=scope.until)
        .prefetch_related(
            Prefetch("conditions", LicenceCondition.objects.order_by("starts_on", "id")),
            Prefetch("waivers", Waiver.objects.order_by("starts_on", "id")),
        )
        .order_by("valid_from", "id")
    )
    rows: Rows = []
    below: list[tuple[Licence, list[Any]]] = [(lic, [*lic.conditions.all(), *lic.waivers.all()]) for lic in found]
    writers = {
        row["id"]: row["history_user_id"]
        for model in (LicenceCondition, Waiver)
        for row in model.history.filter(history_type="+", licence_id__in=[lic.pk for lic, _ in below]).values(
            "id", "history_user_id"
        )
    }
    told = scope.told(writers.values())
    for licence, terms in below:
        rows.append(of_licence(scope, licence))
        for term in terms:
            if term.starts_on <= scope.until and (term.ends_on is None or term.ends_on >= scope.since):
                rows.append(of_term(scope, term, told(term.text, writers.get(term.pk))))
    return rows


def of_licence(scope: Scope, licence: Licence) -> list[str]:
    """Return a licence as one row."""
    says = [
        f"{licence.authority} {licence.number}",
        licence.get_status_display(),
        licence.get_population_display(),
        f"{licence.capacity} places",
        f"ages {licence.min_age} to {licence.max_age}",
        licence.sexes_text or "sexes not written down",
        licence.levels_text or "levels not written down",
    ]
    paper = on_file(licence.population_document_id or licence.terms_document_id)
    by = scope.staff(licence.population_confirmed_by_id or licence.terms_confirmed_by_id)
    return ["Licence", "; ".join(says), day(licence.valid_from), day(licence.valid_to), paper, by]


def of_term(scope: Scope, term: Any, text: str) -> list[str]:
    """Return a condition or a waiver as one row."""
    value = f" {term.value}" if getattr(term, "value", None) is not None else ""
    says = f"{term.get_kind_display()}{value}: {text}"
    if isinstance(term, Waiver):
        says = f"{'' if term.kind == Waiver.Kind.RULES else term.get_kind_display() + ': '}{text}"
        says += f" Waives {', '.join(term.rules)}." if term.rules else ""
        says += "" if term.confirmed_at else " (not confirmed)"
        confirmed = scope.staff(term.confirmed_by_id)
        return ["Waiver", says, day(term.starts_on), day(term.ends_on), on_file(term.document_id), confirmed]
    return ["Condition", says, day(term.starts_on), day(term.ends_on), "", ""]


def fire(scope: Scope) -> Rows:
    """Return the fire clearances that hold in the span. The name of the authority goes without the place."""
    found = FireClearance.objects.filter(
        facility=scope.home, valid_from__lte=scope.until, valid_to__gte=scope.since
    ).order_by("valid_from", "id")
    return [[scope.told_by_nobody(row.authority, None), day(row.valid_from), day(row.valid_to)] for row in found]


def works_in(scope: Scope) -> list[Any]:
    """Return who worked in the home or ran it in the span, by staff number."""
    still = Q(ends_at__isnull=True) | Q(ends_at__gte=scope.begins)
    rows = scope.home.assignments.filter(still, role__in=[Role.STAFF, Role.ADMIN], starts_at__lt=scope.ends)
    return sorted(rows, key=lambda row: (scope.staff(row.person_id), row.starts_at))


def staff(scope: Scope) -> Rows:
    """Return who worked in the home, and what each of them holds on the last day of the span."""
    rows = works_in(scope)
    filed = filed_for(row.person_id for row in rows)

    def known(row: Any) -> list[Credential]:
        found = [one for one in filed[row.person_id] if one.valid_from <= scope.until]
        return known_here(found, scope.home, row.ends_at)

    return [
        [
            scope.staff(row.person_id),
            row.get_role_display(),
            scope.at(row.starts_at),
            scope.at(row.ends_at),
            *(held(known(row), kind, scope.until).words for kind in Credential.Kind),
        ]
        for row in rows
    ]


def credentials(scope: Scope) -> Rows:
    """Return the clearances and training that were filed in this home and hold in the span; no numbers and no issuers."""
    to_come = Q(valid_to__isnull=True) | Q(valid_to__gte=scope.since)
    people = {row.person_id for row in works_in(scope)}
    found = list(
        Credential.objects.filter(to_come, facility=scope.home, person__in=people, valid_from__lte=scope.until)
    )
    told = scope.told(row.filed_by_id for row in found)
    found.sort(key=lambda row: (scope.staff(row.person_id), row.kind, row.valid_from, str(row.pk)))
    return [
        [
            scope.staff(row.person_id),
            row.get_kind_display(),
            told(row.course, row.filed_by_id),
            day(row.valid_from),
            day(row.valid_to),
            on_file(row.document_id),
            scope.staff(row.filed_by_id),
            scope.at(row.filed_at),
        ]
        for row in found
    ]


def training(scope: Scope) -> Rows:
    """Return the hours of those who work here up to the last day; of another home that filed them it tells no words."""
    works = works_in(scope)
    ends = {row.person_id: row.ends_at for row in sorted(works, key=lambda row: row.starts_at)}
    found = trained(ends, until=scope.until)
    found = [one for one in found if known_here([one], scope.home, ends[one.person_id])]
    told = scope.told(row.filed_by_id for row in found)
    found.sort(key=lambda row: (scope.staff(row.person_id), row.held_on, row.topic, str(row.pk)))
    return [
        [
            scope.staff(row.person_id),
            row.get_topic_display(),
            told(row.course, row.filed_by_id) if row.facility_id == scope.home.pk else ON_FILE,
            row.hours_text,
            day(row.held_on),
            on_file(row.document_id),
            scope.staff(row.filed_by_id) if row.facility_id == scope.home.pk else "another home",
            scope.at(row.filed_at),
        ]
        for row in found
    ]


def references(scope: Scope) -> Rows:
    """Return who of the staff somebody was asked about, and how it turned out; neither whom was asked nor what they said."""
    people = {row.person_id for row in works_in(scope)}
    found = list(StaffReference.objects.filter(facility=scope.home, person__in=people, asked_on__lte=scope.until))
    told = scope.told(row.asked_by_id for row in found)
    found.sort(key=lambda row: (scope.staff(row.person_id), row.asked_on, str(row.pk)))
    return [
        [
            scope.staff(row.person_id),
            told(row.relation, row.asked_by_id),
            day(row.asked_on),
            row.get_result_display() or "no answer yet",
            day(row.answered_on),
            scope.staff(row.answered_by_id or row.asked_by_id),
        ]
        for row in found
    ]


def shifts(scope: Scope) -> Rows:
    """Return the shifts of the span, and who was on duty in each, awake or asleep."""
    found = (
        Shift.objects.filter(facility=scope.home, starts_at__lt=scope.ends, ends_at__gt=scope.begins)
        .prefetch_related(Prefetch("staff", ShiftStaff.objects.order_by("came_at", "id")))
        .order_by("starts_at", "id")
    )
    return [
        [
            short(row.pk),
            scope.at(row.starts_at),
            scope.at(row.ends_at),
            "; ".join(sorted(on_duty(scope, one) for one in row.staff.all())),
            scope.staff(row.signed_by_id),
            scope.at(row.signed_at),
        ]
        for row in found
    ]


def on_duty(scope: Scope, one: ShiftStaff) -> str:
    """Return one person on duty: number, awake or asleep, and where it was not the whole shift from and until when."""
    said = [scope.staff(one.person_id), "awake" if one.awake else "asleep"]
    said += [f"from {scope.says(one.came_at)}"] if one.came_at else []
    said += [f"until {scope.says(one.left_at)}"] if one.left_at else []
    return " ".join(said)


def drills(scope: Scope) -> Rows:
    """Return the drills of the span as they count, with their amendments; what went wrong stays in the records."""
    everybody = Prefetch("young", DrillYoung.objects.order_by("id"))
    amendments = Drill.objects.prefetch_related(everybody).order_by("written_at", "pk")
    found = (
        Drill.objects.filter(facility=scope.home, amends=None, held_at__gte=scope.begins, held_at__lt=scope.ends)
        .prefetch_related(
            everybody, Prefetch("staff", DrillStaff.objects.order_by("id")), Prefetch("amendments", amendments)
        )
        .order_by("held_at", "id")
    )
    rows = []
    for drill in found:
        said = counts(drill)
        rows.append(
            [
                short(drill.pk),
                scope.at(drill.held_at),
                "night" if is_night(drill.held_at, scope.home.zone) else "day",
                drill.get_kind_display(),
                minutes(said.seconds),
                "yes" if said.all_out else "no",
                who(scope, drill.young.all()),
                who(scope, [one for one in said.young.all() if not one.got_out]),
                ", ".join(sorted(scope.staff(one.person_id) for one in drill.staff.all())),
                on_file(said.problems or said.follow_up),
                on_file(said.pk != drill.pk),
            ]
        )
    return rows


def who(scope: Scope, rows: Any) -> str:
    """Return the codes of these young people, and how many of them do not live here now."""
    keys = [row.resident_id for row in rows]
    known = sorted(scope.codes[key] for key in keys if key in scope.codes)
    others = len(keys) - len(known)
    return ", ".join([*known, *([f"{others} who do not live here now"] if others else [])])
