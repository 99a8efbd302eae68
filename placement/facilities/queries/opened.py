"""Who has opened the pages of a home, each time, for the supervisor."""

from dataclasses import dataclass
from datetime import datetime

from placement.access.models import AccessLogEntry
from placement.access.rights import Can, Role
from placement.facilities.models import Facility
from placement.ui.paging import Page, keyset_page

PAGE = 50
PAGES = {
    "facilities:detail": "The home",
    "facilities:address": "The address",
    "facilities:history": "History of the home",
    "facilities:shift": "The shift",
    "facilities:opened": "Who opened the home's pages",
    "facilities:past-shift": "A shift that is over",
    "facilities:week": "Who lived there in a week",
    "facilities:paper": "A paper of the home",
    "incidents:detail": "An incident",
}
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


def looks(home: Facility, *, after: str | None = None) -> tuple[list[HomeLook], Page]:
    """Return one page of openings, newest first, with the page itself: one query. The database shows them to supervisors."""
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
