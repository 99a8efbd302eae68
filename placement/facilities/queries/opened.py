"""Who has opened the pages of a home, each time, for the supervisor; those by inspectors, for whoever runs it."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from placement.access.models import AccessLogEntry, Person
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.facilities.models import Facility
from placement.ui.paging import Page, keyset_page

PAGE = 50
PAGES = {
    "facilities:detail": "The home",
    "facilities:address": "The address",
    "facilities:history": "History of the home",
    "facilities:shift": "The shift",
    "audit:export": "A sealed export for a court",
    "audit:export_files": "The files of a sealed export",
    "audit:hold_home": "Legal holds on the home",
    "audit:lift_hold": "Lifting a legal hold",
    "audit:export_home": "Asking for a sealed export",
    "audit:export_incident": "Asking for a sealed export",
    "facilities:opened": "Who opened the home's pages",
    "facilities:past-shift": "A shift that is over",
    "facilities:week": "Who lived there in a week",
    "facilities:paper": "A paper of the home",
    "incidents:detail": "An incident",
    "incidents:episode": "The search for somebody missing",
    "incidents:episode-search": "The search for somebody missing",
    "reports:rows": "The rows behind a number of a report",
    "reports:file": "A report as a file",
    # of an inspector every page is written down, lists too
    "audit:as_of_home": "The home as it stood",
    "compliance:binder": "An inspection binder",
    "compliance:binder_pdf": "An inspection binder as PDF",
    "compliance:binder_tables": "The tables of an inspection binder",
    "compliance:binders": "The inspection binders",
    "compliance:board": "The compliance page",
    "calendar:feed": "The own calendar, as a feed",
    "calendar:home": "The calendar of the home",
    "calendar:own": "The own calendar",
    "compliance:citation": "A citation of an authority",
    "compliance:finding": "A finding",
    "compliance:inspection": "A visit of an authority",
    "compliance:inspections": "The visits of authorities",
    "compliance:obligation": "An obligation",
    "compliance:staff_file": "The file of somebody who works there",
    "facilities:credentials": "What its people hold",
    "facilities:drills": "The drills",
    "facilities:exits": "The exits",
    "facilities:list": "The list of homes",
    "facilities:roster": "The plan of a week",
    "incidents:list": "The list of incidents",
    "residents:detail": "A young person, by code",
    "residents:list": "The list of young people, by code",
    "work": "My work",
}
READERS = (Can.VIEW_OPENED, Can.MANAGE_FACILITY)
WORDS = {f"facilities.{right.codename}": right.label for right in Can if right.app == "facilities"}


@dataclass(frozen=True)
class HomeLook:
    """One time that somebody opened a page of the home. ``by``: the rights on the home that opened it, in words."""

    when: datetime
    who: str
    role: str
    page: str
    outcome: str
    by: list[str]


def home_opened(person: Person, pk: UUID) -> tuple[Facility, bool]:
    """Return a home whose openings ``person`` may read, and whether all of them: else those by inspectors alone.

    Raises ``Facility.DoesNotExist``.
    """
    found: Any = reduce(or_, (Facility.objects.visible_to(person, right) for right in READERS))
    home: Facility = found.get(pk=pk)
    return home, Can.VIEW_OPENED in rights_on(person, home)


def looks(home: Facility, *, after: str | None = None) -> tuple[list[HomeLook], Page]:
    """Return one page of openings, newest first, with the page itself: one query.

    The database shows all of them to supervisors, and those by inspectors to whoever runs the home.
    """
    entries = AccessLogEntry.objects.filter(facility_id=home.pk)
    page = keyset_page(entries, order=("-at", "-pk"), after=after, size=PAGE)
    return [
        HomeLook(
            when=entry.at,
            who=entry.name,
            role=Role(entry.role).label,
            page=PAGES.get(entry.page) or entry.page.split(":")[-1].replace("-", " ").replace("_", " ").capitalize(),
            outcome=entry.get_outcome_display(),
            by=[WORDS[f"facilities.{part}"] for part in entry.parts],
        )
        for entry in page.rows
    ], page
