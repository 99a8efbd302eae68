"""What is open when a shift is handed off: who is not found, looks that are late, meals of which nothing is logged."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.models import Facility, HandOffLine, Shift
from placement.facilities.queries.medication import medication_left_open
from placement.facilities.queries.rounds import SNACK, Kind, Place, Span, in_effect, meals_over
from placement.facilities.queries.standing import Standing, homes_now
from placement.facilities.queries.tiles import day_and_time
from placement.ui.templatetags.ui import span
from residents.models import CareEntry, Resident


@dataclass(frozen=True)
class LeftOpen:
    """What is open about one young person, in words; ``lost`` when nobody knows where they are."""

    resident: Resident
    what: str
    lost: bool


def left_open(shift: Shift) -> list[LeftOpen]:
    """Return what is open in a shift: seven queries. A shift after which another began leaves only its meals open."""
    moment, home = now(), shift.facility
    here = homes_now([home])[0]
    goes_on = here.shift is not None and here.shift.pk == shift.pk
    meals = meals_over(shift.starts_at, moment if goes_on else min(moment, shift.ends_at), home.zone)
    eaten: dict[Any, list[CareEntry]] = {}
    if meals:
        entries = CareEntry.objects.filter(
            facility=home, kind=Kind.MEAL, happened_at__gte=meals[0].starts_at, happened_at__lt=meals[-1].ends_at
        )
        with reading("whereabouts"):  # that somebody ate counts also for whoever is barred from their record
            counted = in_effect(entries)
        for entry in counted:
            if entry.outcome != SNACK:
                eaten.setdefault(entry.resident_id, []).append(entry)
    medicine = {
        each.resident.pk: each.what
        for each in medication_left_open(shift, {each.resident.pk: each for each in here.people})
    }
    found = []
    for each in here.people:
        words = _looks(each, shift) if goes_on else []
        if each.place in (Place.HOUSE, Place.NOT_FOUND):
            words += [f"no {meal.name.lower()} logged" for meal in meals if _open(meal, each, eaten)]
        words += [medicine[each.resident.pk]] if each.resident.pk in medicine else []
        if words:
            found.append(LeftOpen(each.resident, " · ".join(words), goes_on and each.lost))
    return sorted(found, key=lambda each: not each.lost)


def _looks(each: Standing, shift: Shift) -> list[str]:
    moment, zone = now(), shift.facility.zone
    if each.missing:
        return [f"missing since {day_and_time(each.missing.happened_at, moment, zone)}"]
    if each.place == Place.NOT_FOUND and each.stand.not_found:
        return [f"not found at {day_and_time(each.stand.not_found.happened_at, moment, zone)}"]
    return [f"next look {span(moment - each.stand.due_at)} late"] if each.late_at(moment) else []


def _open(meal: Span, each: Standing, eaten: dict[Any, list[CareEntry]]) -> bool:
    logged = any(meal.starts_at <= entry.happened_at < meal.ends_at for entry in eaten.get(each.resident.pk, []))
    return not logged and each.since < meal.ends_at


def kept_for(person: Person, shift: Shift) -> dict[str, Any]:
    """Return what a signed hand-off keeps of the young people whom ``person`` may read: ``was_open`` and ``said``, lines of each.

    ``closed_open`` and ``closed_lost`` are how many others something was open about, and of how many nobody knew where they
    were. Two queries.
    """
    lines = HandOffLine.objects.visible_to(person, Can.VIEW_CARE_LOG).filter(shift=shift).select_related("resident")
    shown = list(lines.order_by("-lost", "resident__code"))
    with reading("whereabouts"):  # numbers only
        still_open = HandOffLine.objects.filter(shift=shift).exclude(left_open="").values_list("pk", "lost")
        closed = dict(still_open.exclude(pk__in=[line.pk for line in shown]))
    return {
        "was_open": [line for line in shown if line.left_open],
        "said": sorted((line for line in shown if line.said), key=lambda line: line.resident.code),
        "closed_open": len(closed),
        "closed_lost": sum(closed.values()),
    }


def in_the_house(home: Facility) -> int:
    """Return how many young people are in the house now by the log."""
    return sum(each.place == Place.HOUSE for each in homes_now([home])[0].people)


def summary_of(shift: Shift) -> dict[UUID, str]:
    """Return resident id → what the entries of a shift say of them, as the hand-off keeps it.

    Drawn from what is in effect, without notes: those stay where only their readers see them; and without what was moved to
    before the shift. One query.
    """
    by_young: dict[UUID, list[CareEntry]] = defaultdict(list)
    begins = shift.starts_at.replace(second=0, microsecond=0)
    with reading("whereabouts"):
        for entry in sorted(in_effect(CareEntry.objects.filter(shift=shift)), key=lambda entry: entry.happened_at):
            if entry.happened_at >= begins:
                by_young[entry.resident_id].append(entry)
    found = {}
    for resident, mine in by_young.items():
        looks = [entry for entry in mine if entry.kind in CareEntry.LOOKS]
        said = list(dict.fromkeys(entry.title for entry in mine if entry.kind not in (*CareEntry.LOOKS, Kind.NOTE)))
        notes = sum(bool(entry.note) for entry in mine)
        if looks:
            said.insert(0, f"{len(looks)} {'look' if len(looks) == 1 else 'looks'}, last {looks[-1].outcome.lower()}")
        if notes:
            said.append(f"{notes} {'note' if notes == 1 else 'notes'} to read")
        if said:
            found[resident] = " · ".join(said)
    return found


def keep_lines(shift: Shift, still_open: Iterable[LeftOpen], said: Mapping[UUID, str]) -> None:
    """Let the database keep, with the signature that the acting person has just given, what the hand-off says of each."""
    opened = {each.resident.pk: each for each in still_open}
    lines = [
        {
            "resident": str(key),
            "said": said.get(key, ""),
            "left_open": opened[key].what if key in opened else "",
            "lost": key in opened and opened[key].lost,
        }
        for key in {**opened, **said}
    ]
    if lines:
        with connection.cursor() as cursor:
            cursor.execute("SELECT keep_hand_off_lines(%s, %s)", [shift.pk, json.dumps(lines)])
