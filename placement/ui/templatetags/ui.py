"""Template tags and filters of the look."""

import datetime
import difflib
import re
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from placement.ui.dates import day_name, full_day, moment_name, time_of_day, zoned

register = template.Library()

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
WORD_OR_GAP = re.compile(r"\s+|\S+")
SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]+\s*|[^.!?\n]+")
LONG = 4000  # words and gaps; comparing more would keep the page waiting


@register.filter
def span(length: datetime.timedelta) -> str:
    """Return a length of time in words: ``1 h 40 min``, from a day on ``1 day``, ``3 days``."""
    minutes = int(length.total_seconds() // 60)
    if days := minutes // (24 * 60):
        return f"{days} day{'' if days == 1 else 's'}"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


@register.filter
def local(value: datetime.datetime | None, zone: Any = None) -> str:
    """Show a moment in a place's own time: ``Tue Nov 24, 16:00`` (``today, 16:00``)."""
    return moment_name(value, zone) if value else ""


@register.filter
def local_time(value: datetime.datetime | None, zone: Any = None) -> str:
    """Show only the time of day of a moment, in a place's own time: ``16:00``."""
    return time_of_day(zoned(value, zone)) if value else ""


@register.filter
def local_day(value: datetime.datetime | datetime.date | None, zone: Any = None) -> str:
    """Show only the day of a moment, in a place's own time: ``today``, ``Tue Nov 24``."""
    if not value:
        return ""
    day = zoned(value, zone).date() if isinstance(value, datetime.datetime) else value
    return day_name(day, zoned(timezone.now(), zone).date())


@register.filter
def on_day(value: datetime.datetime | datetime.date | None, zone: Any = None) -> str:
    """Show a day as papers name it, whatever day it is today: ``Nov 23, 2026``."""
    if not value:
        return ""
    return full_day(zoned(value, zone) if isinstance(value, datetime.datetime) else value)


@register.filter
def ago(value: datetime.datetime | None) -> str:
    """Show how long ago a moment was: ``7 min ago``, ``3 days ago``; ``in 2 h 5 min`` when it is still to come."""
    if not value:
        return ""
    gone = timezone.now() - value
    if abs(gone) < MINUTE:
        return "just now"
    return f"{span(gone)} ago" if gone > MINUTE else f"in {span(-gone)}"


@register.inclusion_tag("components/clock.html")
def clock(due: datetime.datetime, zone: Any = None, note: str = "") -> dict[str, Any]:
    """Show a due time: counts down within a day of it, before that says the day, after that counts the calendar's days.

    Args:
        due: aware moment. zone: the place's zone or its name. note: replaces the small line under the clock.
    """
    left = due - timezone.now()
    here, today = zoned(due, zone), zoned(timezone.now(), zone).date()
    day, at = day_name(here.date(), today), time_of_day(here)
    if abs(left) >= DAY:
        text = day if left > datetime.timedelta() else f"{span(today - here.date())} late"
        small = f"by {at}" if left > datetime.timedelta() else f"was due {day}, {at}"
    else:
        text = f"{span(-left)} late" if left <= -MINUTE else "now" if left < MINUTE else span(left)
        small = f"{'by' if left > datetime.timedelta() else 'was due'} {at} {day}"
    edge = "late-edge" if left < MINUTE else "due-edge" if left < DAY else ""
    return {"due": due.isoformat(), "text": text, "small": note or small, "edge": edge}


@register.filter
def all_new(rows: Sequence[dict[str, Any]]) -> bool:
    """Tell whether no row of a difference has anything before it: then only what came is worth showing."""
    return not any(row["before"] for row in rows)


@register.simple_tag
def field_diff(before: Any, after: Any, side: str) -> str:
    """Show one side of a difference, word by word, with what went in ``del`` and what came in ``ins``.

    Args:
        before, after: the two texts; None shows as a dash. side: ``"before"`` or ``"after"``.
    """
    old, new = ("" if value is None else str(value) for value in (before, after))
    if not (old if side == "before" else new):
        return "–"
    if side == "after" and not old:
        return format_html("{}", new)  # all of it is new: marks would only be noise
    steps = _steps(WORD_OR_GAP.findall(old), WORD_OR_GAP.findall(new))
    mark = "<del>{}</del>" if side == "before" else "<ins>{}</ins>"
    texts = [(before if side == "before" else after, same) for same, before, after in steps]
    return format_html_join("", "{}", ((format_html("{}" if same else mark, text),) for text, same in texts if text))


def _steps(olds: Sequence[str], news: Sequence[str]) -> list[tuple[bool, str, str]]:
    """Return (the same, text before, text after) of each stretch of two texts, given as words and gaps.

    What both begin and end with is the same however long it is. What lies between is compared word by word, and beyond ``LONG``
    sentence by sentence.
    """
    short = min(len(olds), len(news))
    head = next((n for n in range(short) if olds[n] != news[n]), short)
    tail = next((n for n in range(short - head) if olds[-1 - n] != news[-1 - n]), short - head)
    old, new = olds[head : len(olds) - tail], news[head : len(news) - tail]
    if len(old) + len(new) > LONG:
        old, new = SENTENCE.findall("".join(old)), SENTENCE.findall("".join(new))
    parts = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    begun, ended = "".join(olds[:head]), "".join(olds[len(olds) - tail :])
    between = [(kind == "equal", "".join(old[a:b]), "".join(new[c:d])) for kind, a, b, c, d in parts]
    return [(True, begun, begun), *between, (True, ended, ended)]
