"""``manage.py compliance evaluate``: what it keeps, and what it says of a moment that has passed."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.models import Finding, Obligation
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from residents import operations as residents
from tests.compliance.judging import CHICAGO, LOS_ANGELES, on
from tests.law import report
from tests.world import World

DAY = timedelta(days=1)


def evaluate(*options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("compliance", "evaluate", "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def keys(said: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["rule"], one["subject"], one["since"]) for one in said["findings"]}


def test_a_past_moment_is_what_was_recorded_then(committed_world: World) -> None:
    """What is evaluated day by day is what ``--at`` says of each of these moments afterwards, whatever came later."""
    report(committed_world, committed_world.ada.resident)
    recorded = {}
    with roles.as_owner():
        for days in (1, 3, 10, 40, 310):
            with at_time(committed_world.now + days * DAY):
                said = evaluate()
            recorded[said["at"]] = said
    assert len({len(said["findings"]) for said in recorded.values()}) > 2  # it has changed in between
    history = Finding.history.count()
    for at, said in recorded.items():
        with at_time(committed_world.now + 311 * DAY):
            later = evaluate("--at", at)
        assert keys(later) == keys(said)
        assert later["counts"] == {"not met": len(said["findings"])}
    with roles.as_owner():
        assert Finding.history.count() == history  # and nothing was judged for it
    assert evaluate("--at", (committed_world.now - 200 * DAY).isoformat())["findings"] == []


def test_it_keeps_what_a_dry_run_says_and_no_names(committed_world: World) -> None:
    report(committed_world, committed_world.ada.resident, ago=timedelta(hours=30))
    with roles.as_owner():
        before = Obligation.history.count(), Finding.history.count()
        dry = evaluate("--dry-run")
        assert (Obligation.history.count(), Finding.history.count()) == before
        said = evaluate()
        kept = Finding.objects.filter(closed_at=None)
        kept_ones = {(rule, str(subject)) for rule, subject in kept.values_list("rule__rule", "subject")}
        assert {(one["rule"], one["subject"]) for one in dry["findings"]} == kept_ones
        assert {key: said["counts"].get(key) for key in ("met", "open", "to watch")} == {
            key: dry["counts"].get(key) for key in ("met", "open", "to watch")
        }
    assert said["counts"]["not met"] == len(said["findings"])
    assert {"rule", "version", "citation", "severity", "facility", "subject", "met", "since", "due", "evidence"} == set(
        said["findings"][0]
    )
    assert all(name not in json.dumps(said) for name in ("Secretname", "Hidden", "of the world"))


def test_the_number_of_queries_does_not_grow_with_the_homes(committed_world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            evaluate()
        return len(queries)

    with roles.as_owner():
        few = cost()
        with acting_as_system("test"), connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO facilities_facility (id, name, kind, original_type, jurisdiction, region, time_zone, languages)
                   SELECT gen_random_uuid(), 'Home ' || n, 'residential', '', 'CA', '', 'America/Los_Angeles', '{}'
                   FROM generate_series(1, 200) n"""
            )
        assert (
            abs(cost() - few) <= 1
        )  # what another worker's transaction holds up on this server is asked for once more


def friday_before_labor_day(after: date) -> date:
    """The Friday before the first Monday of September."""
    for year in (after.year, after.year + 1):
        monday = next(date(year, 9, day) for day in range(1, 8) if date(year, 9, day).weekday() == 0)
        if monday - 3 * DAY > after + 2 * DAY:
            return monday - 3 * DAY
    raise AssertionError


# Worked out by hand in ``test_clocks``, with the citations: rule → days after the Friday, and the time of that day.
DUE = {
    "cedar": {
        "fed-missing-report-24h": (1, "23:40"),
        "ca-missing-at-risk-report-24h": (1, "23:40"),
        "ca-incident-report-next-working-day": (4, "17:00"),  # Saturday, Sunday and Labor Day are no working days
        "ca-incident-report-written-7d": (7, "23:40"),
    },
    "birch": {
        "fed-missing-report-24h": (1, "23:40"),
        "tx-dfps-missing-ncmec-24h": (1, "23:40"),
        "tx-dfps-missing-notice-24h": (1, "23:40"),
        "tx-missing-return-before-clock-document-24h": (1, "23:40"),
    },
}


@pytest.mark.parametrize(("home", "key", "zone"), [("cedar", "ada", LOS_ANGELES), ("birch", "cleo", CHICAGO)])
def test_missing_at_23_40_on_the_friday_before_labor_day(
    home: str, key: str, zone: ZoneInfo, committed_world: World
) -> None:
    """By the real operation, at its real time: what is stored when it ends."""
    world, place = committed_world, committed_world.homes[home]
    friday = friday_before_labor_day(world.today)
    at = on(friday, "23:40", zone)
    with roles.as_owner(), at_time(at + timedelta(minutes=5)):
        with acting(world.supervisor.pk, world.supervisor.name):
            homes.file_credential(
                place.facility,
                place.staff,
                kind="background",
                valid_from=friday - DAY,
                valid_to=friday + 99 * DAY,
                by=world.supervisor,
            )
        with acting(place.staff.pk, place.staff.name):
            incident = residents.report_incident(
                facility=place.facility,
                shift=None,
                kind="missing",
                severity="critical",
                happened_at=at,
                seen="Her bed was empty",
                done="Looked in the garden",
                residents=[world.young[key].resident],
                by=place.staff,
            )
        stored = {row.rule.rule: row for row in Obligation.objects.filter(subject=incident.pk).select_related("rule")}
        for rule, (days, clock) in DUE[home].items():
            due: datetime = stored[rule].due_at.astimezone(zone)
            assert due == on(friday + days * DAY, clock, zone), rule
            assert (stored[rule].met_at is None) is bool(stored[rule].rule.proofs)  # the report itself is a record
        other = {"cedar": "tx-", "birch": "ca-"}[home]
        assert not [rule for rule in stored if rule.startswith(other)]
        assert not Finding.objects.filter(subject=incident.pk).exists()
