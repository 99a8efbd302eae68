"""Entries that were changed after an incident: what is flagged, as what, and what looks alike and is not."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from compliance.models import Flag
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.context import acting
from placement.facilities.models import Assignment
from residents import operations as residents
from residents.models import Incident
from tests.flags import DAY, HOUR, MINUTE, Told, find
from tests.world import World

RULES = ("changed_not_there", "changed_after_incident")


@pytest.fixture(params=["cedar", "birch"])
def told(request: pytest.FixtureRequest, committed_world: World) -> Iterator[Told]:
    """A home in which two people work: one on duty three days ago from 14 to 22, another the night after that over midnight."""
    world, key = committed_world, request.param
    with roles.as_owner():
        told = Told(world, key)
        with at_time(world.now - 6 * DAY), acting(world.supervisor.pk, world.supervisor.name):
            facility = world.homes[key].facility
            Assignment.objects.create(
                facility=facility, person=world.staff_past, role="staff", starts_at=world.now - 6 * DAY
            )
        yield told


def staff(told: Told) -> tuple[object, object]:
    return told.world.homes[told.home].staff, told.world.staff_past


def young(told: Told) -> tuple[str, str]:
    return ("ada", "bea") if told.home == "cedar" else ("cleo", "dina")


def incident(told: Told, at: datetime, who: str, kind: str = "other") -> Incident:
    by = told.world.homes[told.home].staff
    with at_time(at + 10 * MINUTE), acting(by.pk, by.name):
        return residents.report_incident(
            facility=told.world.homes[told.home].facility,
            shift=None,
            kind=kind,
            severity="serious",
            happened_at=at,
            seen="The door stood open",
            done="Locked it",
            residents=[told.world.young[who].resident],
            by=by,
        )


def test_by_somebody_who_was_not_there(told: Told) -> None:
    """At 23:40, and the entry is of 21:10; amended two days later, and of an hour after midnight as well."""
    (there, other), (first, _) = staff(told), young(told)
    evening = told.shift(told.at(told.day(4), "14:00"), told.at(told.day(4), "22:00"), there)
    night = told.shift(told.at(told.day(4), "22:00"), told.at(told.day(3), "06:00"), there)
    entry = told.entry(first, there, told.at(told.day(4), "21:10"), shift=evening)
    after_midnight = told.entry(first, there, told.at(told.day(3), "00:50"), shift=night)
    happened = incident(told, told.at(told.day(4), "23:40"), first)
    told.amendment(entry, other, told.at(told.day(2), "16:40"))
    told.amendment(after_midnight, other, told.at(told.day(2), "16:45"))
    found = find(told.world.now, *RULES)
    assert [(one.rule, one.person_id, one.incident_id) for one in found] == [(RULES[0], other.pk, happened.pk)] * 2
    one = found[0]
    assert (one.scope, one.weight, one.on_day) == ("young", "first", told.day(2))
    assert one.resident_id == told.world.young[first].resident.pk and there.pk in one.took_part
    assert [row["kind"] for row in one.evidence] == ["incident", "entry", "amendment"]
    assert one.facts == {"minutes": 41 * 60, "own": False}
    assert find(told.world.now, *RULES) == [] and Flag.objects.filter(rule=RULES[0]).count() == 2


def test_by_somebody_who_was_there(told: Told) -> None:
    (there, _), (first, _) = staff(told), young(told)
    evening = told.shift(told.at(told.day(4), "14:00"), told.at(told.day(4), "22:00"), there)
    entry = told.entry(first, there, told.at(told.day(4), "21:10"), shift=evening)
    incident(told, told.at(told.day(4), "23:40"), first)
    told.amendment(entry, there, told.at(told.day(3), "00:30"))
    assert [(one.rule, one.weight) for one in find(told.world.now, *RULES)] == [(RULES[1], "usual")]


@pytest.mark.parametrize("act", ["residents.change_care", "", "residents.log_care"])
def test_the_writers_own_change_counts_and_says_so(told: Told, act: str) -> None:
    """Whatever name the change goes by: plain SQL gives it none, or any."""
    (there, other), (first, _) = staff(told), young(told)
    entry = told.entry(first, other, told.at(told.day(1), "02:10"))
    happened_at = told.at(told.day(1), "03:00")
    incident(told, happened_at, first)
    with at_time(happened_at + 5 * HOUR), acting(other.pk, other.name, act=act):
        entry.note = "The door was shut"
        entry.save(update_fields=["note"])
    (one,) = find(told.world.now, *RULES)
    assert one.rule == RULES[0] and one.facts["own"] is True and one.evidence[-1]["kind"] == "change"
    del there


def test_what_looks_alike(told: Told) -> None:
    """Before the incident; about another young person; about another day; long after; in another home; and no incident at all."""
    (there, other), (first, second) = staff(told), young(told)
    evening = told.shift(told.at(told.day(4), "14:00"), told.at(told.day(4), "22:00"), there)
    before = told.entry(first, there, told.at(told.day(4), "18:00"), shift=evening)
    told.amendment(before, other, told.at(told.day(4), "22:30"))
    of_another = told.entry(second, there, told.at(told.day(4), "21:10"), shift=evening)
    another_day = told.entry(first, there, told.at(told.day(5), "08:00"))
    later = told.entry(first, there, told.at(told.day(3), "09:00"))
    incident(told, told.at(told.day(4), "23:40"), first)
    for entry in (of_another, another_day, later):
        told.amendment(entry, other, told.at(told.day(2), "16:40"))
    elsewhere = Told(told.world, "birch" if told.home == "cedar" else "cedar")
    of_home = young(elsewhere)[0]
    there_too = elsewhere.entry(of_home, elsewhere.world.homes[elsewhere.home].staff, told.at(told.day(4), "21:10"))
    elsewhere.amendment(there_too, other, told.at(told.day(2), "16:40"))
    assert find(told.world.now, *RULES) == []
