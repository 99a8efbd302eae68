"""The strip of facts above a home's page."""

from typing import Any

from django.urls import reverse

from placement.access.models import Person
from placement.access.rights import Can
from placement.facilities.models import Facility
from placement.facilities.queries.beds import places_in
from placement.facilities.queries.homes import HomeToday, exits, licence_state
from placement.facilities.queries.ratio import RatioNow, here_of, needed, ratio_now
from placement.facilities.queries.standing import Standing, counts, homes_now
from placement.ui.dates import full_day
from residents.models import Resident


def facts(person: Person, facility: HomeToday, *, by_code: bool) -> list[dict[str, Any]]:
    """Return who is in the house, beds, licence, staff and exits: each opens into the rows behind it on the same page.

    How many are in the house, out or missing counts those of whom ``person`` may know; ``by_code`` False leaves it out.
    """
    places = places_in([facility])[facility.pk]
    now_here = homes_now([facility]) if by_code else []
    found = exits(facility)
    alarms = sum(1 for way in found if way.has_alarm)
    state, kind = licence_state(facility)
    until = facility.licence_valid_to
    living = (
        f"{places.living} of {facility.licence_capacity}"
        if facility.licence_capacity is not None
        else str(places.living)
    )
    return [
        *({"href": "#beds"} | fact for fact in (whereabouts(person, now_here[0].people) if by_code else [])),
        {"label": "Living here", "value": living, "href": "#beds", "note": "licensed places"},
        {
            "label": "Beds free",
            "value": f"{places.free} of {places.beds}",
            "href": "#beds",
            "note": places.others,
        },
        {
            "label": "Licence until",
            "value": full_day(until) if until else "no end" if facility.licence_status else "none",
            "href": "#licence",
            "note": state,
            "kind": kind,
        },
        *(staff_now(facility, ratio_now(here_of(now_here))[facility.pk]) if by_code else []),
        {
            "label": "Exits",
            "value": str(len(found)),
            "href": "#exits",
            "note": f"{alarms} with an alarm" if found else "none written down",
            **({} if found else {"kind": "due"}),
        },
    ]


def staff_now(facility: Facility, stands: RatioNow) -> list[dict[str, Any]]:
    """Return how many are on duty, and whether they are enough now and in the next hours."""
    staff, shift = stands.staff, stands.shift
    awake = sum(row.awake for row in staff)
    return [
        {
            "label": "Staff now",
            "value": f"{len(staff)} for {stands.now.young_people}" if shift else "no shift",
            "href": "#staff",
            "note": f"{awake} awake · {shift.name}" if shift else "no shift is open",
            **({} if shift else {"kind": "due"}),
        },
        needed(stands) | {"href": reverse("facilities:roster", args=[facility.pk])},
    ]


def whereabouts(person: Person, people: list[Standing]) -> list[dict[str, Any]]:
    """Return where those are of whom ``person`` may know, as the shift page counts them, and that they are not all."""
    known = set(
        Resident.objects.visible_to(person, Can.VIEW_CODE)
        .filter(pk__in=[each.resident.pk for each in people])
        .values_list("pk", flat=True)
    )
    if not known:
        return []
    first, *others = counts([each.place for each in people if each.resident.pk in known])
    if len(known) < len(people):
        first["label"] = f"{first['label']}, of those open to you"
    return [first, *others]
