"""Attacks on the rules about sealed exports for courts, for ``test_every_rule``."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from compliance.models import CourtExport
from placement.audit.clock import at_time
from placement.database.context import acting
from residents.models import IncidentPerson
from tests.attack.sql import change, insert
from tests.law import report
from tests.world import World

DAY = timedelta(days=1)


def export(w: World, by: str = "supervisor", **values: Any) -> UUID:
    """An export about Cedar in plain SQL."""
    subject = {name: values.pop(name, None) for name in ("resident_id", "incident_id")}
    row = {"facility_id": w.cedar.facility.pk, "since": w.today - DAY, "until": w.today - DAY, "zone": "UTC"}
    row |= {
        "kinds": ["facilities.Shift"],
        "with_log": False,
        "recipient": "Court",
        "handed_to": "Clerk",
        "authority": "7",
    }
    row |= {
        "why_withheld": "",
        "asked_by_id": w.people[by].pk,
        "asked_at": w.now,
        "keys": json.dumps({}),
        "sha256": "a" * 64,
    }
    row |= {"sealed": b"x", "decision": ""}
    return insert(CourtExport, **row | subject | values)


def decide(w: World, by: str, pk: UUID, **values: Any) -> int:
    """Approve an export in plain SQL."""
    person = w.people[by]
    row = {"approved": True, "decided_by_id": person.pk, "decided_at": w.now, "decision": "The order asks for it"}
    with acting(person.pk, person.name):
        return change((CourtExport, pk), **row | values)


def named(w: World) -> None:
    """The other supervisor decides about an incident that names them."""
    incident = report(w, w.ada.resident, kind="property")
    with acting(w.staff_cedar.pk, w.staff_cedar.name):
        person = w.supervisor2.pk
        insert(IncidentPerson, incident_id=incident.pk, person_id=person, name="", role="staff", part="witness")
    with acting(w.supervisor.pk, w.supervisor.name):
        made = export(w, incident_id=incident.pk, facility_id=None)
    decide(w, "supervisor2", made)


def late(w: World) -> None:
    made = export(w)
    with at_time(w.now + 8 * DAY):
        decide(w, "supervisor2", made)


def many(w: World) -> None:
    for _ in range(11):
        export(w)


COURT: list[dict[str, Any]] = [
    {"who": "supervisor", **each}
    for each in [
        {
            "name": "court_export_is_about_one_thing",
            "attack": lambda w: export(w, resident_id=w.ada.resident.pk),
        },
        {
            "name": "court_export_is_of_five_years_at_most",
            "attack": lambda w: export(w, since=w.today - 2000 * DAY),
        },
        {"name": "court_export_is_of_five_years_at_most", "attack": lambda w: export(w, since=w.today)},
        {"name": "court_export_says_for_whom", "attack": lambda w: export(w, authority=" ")},
        {"name": "court_export_names_its_kinds", "attack": lambda w: export(w, kinds=[])},
        {"name": "court_export_has_a_fingerprint", "attack": lambda w: export(w, sha256="A" * 64)},
        {"name": "court_export_needs_two_people", "attack": lambda w: decide(w, "supervisor", export(w))},
        {
            "name": "court_export_decision_is_signed",
            "attack": lambda w: decide(w, "supervisor2", export(w), decision=" "),
        },
        {"name": "court_export_is_of_days_that_came", "attack": lambda w: export(w, until=w.today + 2 * DAY)},
        {"name": "court_exports_of_a_day_are_few", "attack": many},
        {"name": "court_export_is_kept", "attack": lambda w: change((CourtExport, export(w)), sha256="b" * 64)},
        {
            "name": "court_export_is_kept",
            "attack": lambda w: change((CourtExport, export(w)), keys="{}", zone="Asia/Tokyo"),
        },
        {
            "name": "court_export_has_only_own_rows",
            "attack": lambda w: export(w, keys=json.dumps({"residents_historicalcareentry": [10**12]})),
        },
        {"name": "court_export_judged_by_nobody_named", "attack": named},
        # The database believes another time only from the owner.
        {"name": "court_export_is_decided_in_time", "attack": late, "by_owner": True},
        {
            "name": "court_export_taken_by_who_asked",
            "attack": lambda w: change((CourtExport, export(w)), taken_at=w.now),
        },
        # Row security would refuse it as well.
        {
            "name": "court_export_is_for_supervisors",
            "who": "admin_cedar",
            "attack": lambda w: export(w, "admin_cedar"),
            "by_owner": True,
        },
    ]
]
