"""Who has opened a young person's record: each time for the supervisor, and in plain words for the young person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import TruncDay

from placement.access.models import AccessLogEntry
from placement.access.rights import Role
from placement.ui.paging import Page, keyset_page
from residents.models import AccessRequest, BreakGlass, Case, Caseload, TeamMember
from residents.queries.homes import placement_model
from residents.queries.record import TABS, Record

PAGE = 25
PAGES = {name if ":" in name else f"residents:{name}": label for label, name, _ in TABS} | {
    "facilities:shift-paper": "The paper for a night without computer",
    "residents:document": "A document",
    "residents:clinical_notes": "Clinical notes",
    "residents:care_paper": "Daily care, to print",
    "residents:my_day": "What is written about a day, with the young person",
    "audit:export": "A sealed export for a court",
    "audit:export_files": "The files of a sealed export",
    "audit:retention": "Records of those who left",
    "audit:retention_young": "How long a record is kept",
    "audit:hold_young": "Laying a legal hold",
    "audit:lift_hold": "Lifting a legal hold",
    "audit:export_young": "Asking for a sealed export",
    "answer": "An answer to a proposal about this record",
    "audit:second_disposal": "Whether the record may go",
    "bars:judge": "Who barred a supervisor from this record",
    "break_glass:new": "Emergency access",
    "break_glass:judge": "What was opened by emergency access",
    "residents:disclose": "A sheet to share outside",
    "residents:disclosure": "What was shared",
    "residents:sheet": "A sheet to print",
    "residents:sheet_file": "A sheet as a file",
    "residents:opened": "Who opened this record",
    "residents:opened_in_plain_words": "Who opened this record",
    # pages of the apps above, by their names in the log
    "audit:act": "One act, with each field before and after",
    "reports:rows": "The rows behind a number of a report",
    "reports:file": "A report as a file",
    "audit:list": "Who did what, about this young person",
    "audit:as_of_home": "A home as it stood, with who lived in it",
    "audit:as_of_young": "The record as it stood",
    "audit:flag": "What to look at, with what it rests on",
    "audit:review": "What to look at, in a list",
    "facilities:address": "Where a home is",
    "facilities:board": "The screen on the wall of a shift",
    "facilities:care-entry": "An entry of daily care",
    "facilities:counts": "The counts of medication",
    "facilities:credentials": "The papers of the staff",
    "facilities:detail": "A home",
    "facilities:drills": "The drills of a home",
    "facilities:exits": "The exits of a home",
    "facilities:hand-off": "The hand-off of a shift",
    "facilities:history": "What was changed in a home",
    "facilities:log-care": "The form for daily care",
    "facilities:medication": "Medication on a shift",
    "facilities:opened": "Who opened the pages of a home",
    "facilities:paper": "A paper of a home",
    "facilities:past-shift": "A shift that is over",
    "facilities:roster": "Who works when",
    "facilities:shift": "The shift",
    "facilities:tap": "An entry by one tap",
    "incidents:came-back": "The return of somebody missing",
    "incidents:detail": "An incident",
    "incidents:episode": "The search for somebody missing",
    "incidents:episode-line": "What is known of somebody missing",
    "incidents:episode-search": "The search for somebody missing",
    "incidents:part": "What an incident was for the young person",
    "placements:admit": "The arrival in a home",
    "placements:after-care": "A check after leaving",
    "placements:decide": "The decision about a home",
    "placements:detail": "A placement",
    "placements:extend": "The end of a stay",
    "placements:override": "An exception",
    "placements:safety": "The safety history for a home",
    "placements:withdraw": "A placement, to withdraw it",
    "referrals:compare": "Homes side by side",
    "referrals:correct": "A referral, to correct it",
    "referrals:detail": "A referral",
    "referrals:discard": "A draft of a referral",
    "referrals:edit": "A draft of a referral",
    "referrals:exception": "The request for an exception",
    "referrals:hold": "The form to hold a bed",
    "referrals:match": "The homes that fit",
    "referrals:new": "A new referral",
    "referrals:propose": "The proposal of a home",
    "referrals:release": "A held bed",
    "referrals:send": "A referral, to send it",
    "referrals:sign": "A warning to sign",
    "referrals:withdraw": "A referral, to withdraw it",
}
# Codename of a right → what it opens, as the young person would say it.
IN_PLAIN_WORDS = {
    "view_care_profile": "your name, your alerts, your contacts and your plan of the day",
    "view_care_log": "what staff write down each day",
    "log_care": "what staff write down each day",
    "view_identity": "your legal name, your birth date and your family",
    "view_case": "your case and the court",
    "view_case_summary": "a summary of your case",
    "view_exploitation": "what happened to you before you came here",
    "view_clinical": "the notes of your therapist",
    "write_clinical": "the notes of your therapist",
    "view_sealed": "papers that a court has closed",
    "disclose": "what we gave to others about you",
    "view_audit": "who changed and who opened your record",
}


@dataclass(frozen=True)
class Look:
    """One time that somebody opened the record or was refused. ``by``: why they could, and ``purpose``: what for, in words."""

    when: datetime
    who: str
    role: str
    page: str
    outcome: str
    refused: bool
    by: str
    purpose: str = ""


@dataclass(frozen=True)
class Reader:
    """One person who has opened the record, on how many ``days``, from ``first`` to ``last``, and what they could read."""

    who: str
    role: str
    days: int
    first: datetime
    last: datetime
    read: list[str]


def entries(record: Record) -> QuerySet[AccessLogEntry]:
    """Return what the access log says of this record; the database shows it to those who may audit it."""
    return AccessLogEntry.objects.filter(resident_id=record.resident.pk)


def looks(record: Record, *, after: str | None = None) -> tuple[list[Look], Page]:
    """Return one page of openings, newest first, with the page itself: eight queries at most."""
    page = keyset_page(entries(record), order=("-at", "-pk"), after=after, size=PAGE)
    why = words_of_grants({grant for entry in page.rows for grant in entry.grants})
    return [
        Look(
            when=entry.at,
            who=entry.name,
            role=Role(entry.role).label,
            page=page_words(entry.page),
            outcome=entry.get_outcome_display(),
            refused=entry.outcome == AccessLogEntry.Outcome.REFUSED,
            by=" · ".join(sorted({why[grant] for grant in entry.grants if grant in why})),
            purpose=entry.purpose,
        )
        for entry in page.rows
    ], page


def page_words(name: str) -> str:
    """Return what a page is called; one without a name of its own by its address."""
    words = PAGES.get(name) or name.split(":")[-1].replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def words_of_grants(grants: Iterable[UUID]) -> dict[UUID, str]:
    """Return id of the row from which rights followed → what it was: six queries."""
    kinds = [
        (Caseload, "on their caseload"),
        (TeamMember, "on the team"),
        (Case, "case of their unit"),
        (BreakGlass, "emergency access"),
        (AccessRequest, "asked for access"),
        (placement_model(), "lives in their home"),
    ]
    wanted = list(grants)
    return {
        pk: words for model, words in kinds for pk in model.objects.filter(pk__in=wanted).values_list("pk", flat=True)
    }


def readers(record: Record) -> list[Reader]:
    """Return everybody who has opened the record, who looked last first: two queries."""
    opened = entries(record).exclude(outcome=AccessLogEntry.Outcome.REFUSED).order_by()
    read: dict[tuple[UUID, str, str], set[str]] = {}
    for pk, who, role, parts in opened.values_list("person_id", "name", "role", "parts").distinct():
        read.setdefault((pk, who, role), set()).update(parts)
    people = opened.values("person_id", "name", "role").annotate(
        first=Min("at"), last=Max("at"), days=Count(TruncDay("at", tzinfo=record.zone), distinct=True)
    )
    return [
        Reader(
            who=row["name"],
            role=Role(row["role"]).label,
            days=row["days"],
            first=row["first"],
            last=row["last"],
            read=list(
                dict.fromkeys(
                    words
                    for part, words in IN_PLAIN_WORDS.items()
                    if part in read[row["person_id"], row["name"], row["role"]]
                )
            ),
        )
        for row in people.order_by("-last")
    ]


def by_emergency(glass: BreakGlass) -> list[Look]:
    """Return each page that was opened by the emergency access, oldest first, at most 200: one query."""
    by_it = AccessLogEntry.objects.filter(
        resident_id=glass.resident_id, person_id=glass.person_id, grants__contains=[glass.pk]
    )
    return [
        Look(
            entry.at, entry.name, Role(entry.role).label, page_words(entry.page), entry.get_outcome_display(), False, ""
        )
        for entry in by_it.order_by("at", "pk")[:200]
    ]
