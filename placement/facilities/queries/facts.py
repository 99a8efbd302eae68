"""The strip of facts above a home's page."""

from typing import Any

from placement.facilities.queries.bed_board import Board
from placement.facilities.queries.homes import HomeToday, exits, licence_state, on_duty, places_in
from placement.ui.dates import full_day


def facts(facility: HomeToday, board: Board, *, by_code: bool) -> list[dict[str, Any]]:
    """Return who is in the house, beds, licence, staff and exits: each opens into the rows behind it on the same page.

    ``by_code`` False leaves out who is missing or away.
    """
    places = places_in([facility])[facility.pk]
    shift, people = on_duty(facility)
    awake = sum(1 for row in people if row.awake)
    found = exits(facility)
    alarms = sum(1 for way in found if way.has_alarm)
    state, kind = licence_state(facility)
    until = facility.licence_valid_to
    living = (
        f"{places.living} of {facility.licence_capacity}"
        if facility.licence_capacity is not None
        else str(places.living)
    )
    absent = [
        f"{number} {word}" for number, word in ((board.missing, "missing"), (board.away, "away")) if by_code and number
    ]
    return [
        {
            "label": "In the house now",
            "value": living,
            "href": "#beds",
            "note": " · ".join(absent) or "licensed places",
        },
        {
            "label": "Beds free",
            "value": f"{places.free} of {places.beds}",
            "href": "#beds",
            "note": f"{places.held} held" if places.held else "none held",
        },
        {
            "label": "Licence until",
            "value": full_day(until) if until else "no end" if facility.licence_status else "none",
            "href": "#licence",
            "note": state,
            "kind": kind,
        },
        {
            "label": "Staff now",
            "value": f"{len(people)} for {places.living}" if shift else "no shift",
            "note": f"{awake} awake · {shift.name}" if shift else "no shift runs at this time",
            **({} if shift else {"kind": "due"}),
        },
        {
            "label": "Exits",
            "value": str(len(found)),
            "href": "#exits",
            "note": f"{alarms} with an alarm" if found else "none written down",
            **({} if found else {"kind": "due"}),
        },
    ]
