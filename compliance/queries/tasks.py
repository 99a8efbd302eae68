"""One duty on My work, and how many of a kind are shown."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Window

from placement.audit.clock import now
from placement.ui.dates import day_name


@dataclass(frozen=True)
class Task:
    """One thing to do. ``due`` is aware, or ``None`` (then ``when`` stands there). Keys are those of ``components/work_list``."""

    due: datetime | None
    title: str
    detail: str
    href: str
    action: str = "Open"
    when: str = "no date set"
    note: str = ""
    tag: str = ""  # says in a word why it goes first
    kind: str = "late"  # of the tag
    strong: bool = False  # goes before everything else
    alarm: bool = False  # and this before that: it cannot wait, whether it has a time or not

    @property
    def action_href(self) -> str:
        """Return where the button leads."""
        return self.href


@dataclass
class Cut:
    """Takes the most urgent rows of each kind of duty, and counts those that it leaves out."""

    limit: int
    left_out: int = 0

    def __call__(self, rows: QuerySet[Any]) -> list[Any]:
        """Return the first rows, in the order given; the count comes with them in the same query."""
        found = list(rows.annotate(of_all=Window(Count("pk")))[: self.limit])
        self.left_out += max(0, found[0].of_all - self.limit) if found else 0
        return found


def day_end(day: date, zone: ZoneInfo | str) -> datetime:
    """Return the last minute of ``day`` in ``zone`` as an aware time: a duty of a day is late when the day is over."""
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone
    return datetime.combine(day, time(23, 59), zone)


def on_day(day: date, zone: ZoneInfo | str) -> str:
    """Return the small line under the clock of a duty that has a day, in ``zone``, and no hour."""
    today = now().astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()
    return "by the end of the day" if day >= today else f"was due {day_name(day, today)}"
