"""What somebody opened who opened very many records in a short time."""

from dataclasses import dataclass
from datetime import timedelta

from placement.access.models import AccessLogEntry, Person, UnusualAccess
from placement.access.rights import Can
from residents.models import Resident
from residents.queries.opened import page_words

AROUND = timedelta(minutes=10)
MOST = 200


@dataclass(frozen=True)
class Opening:
    """A record that was opened: its code, on which pages, how often."""

    code: str
    pages: list[str]
    times: int


def openings(found: UnusualAccess, reader: Person) -> list[Opening]:
    """Return the records that were opened in the ten minutes before and after, of those that ``reader`` may audit: two queries."""
    log = AccessLogEntry.objects.filter(
        person_id=found.person_id, at__range=(found.at - AROUND, found.at + AROUND), resident_id__isnull=False
    ).exclude(outcome=AccessLogEntry.Outcome.REFUSED)
    pages: dict[object, list[str]] = {}
    for resident, page in log.order_by("at", "pk").values_list("resident_id", "page")[: MOST * 5]:
        pages.setdefault(resident, []).append(page_words(page))
    known = Resident.objects.visible_to(reader, Can.VIEW_AUDIT).filter(pk__in=list(pages))
    codes = known.order_by("code").values_list("pk", "code")[:MOST]
    return [Opening(code, list(dict.fromkeys(pages[pk])), len(pages[pk])) for pk, code in codes]
