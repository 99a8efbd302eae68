"""What an inspector reads by code: pages and binder name the young person on the same rows, and on none about harm or health."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from compliance.codes import NO_CODE, hides_times_of
from compliance.models import Finding, Obligation
from placement.access.models import Person
from placement.access.rights import Can
from placement.database.context import acting
from residents.models import Incident
from residents.queries.history import record_history
from residents.queries.record import open_record
from tests.compliance.test_binder import made, rows, short
from tests.law import report
from tests.world import World, browser

HOURS = timedelta(hours=1)
UNNAMED = "a young person"


def of_cedar(model: Any, world: World) -> list[Any]:
    return list(model.objects.filter(facility=world.cedar.facility, resident=world.ada.resident))


def reported(world: World) -> tuple[Incident, Incident]:
    """Ada was missing, and somebody alleges that she was abused: both late, so that something is not met."""
    missing = report(world, world.ada.resident, kind="missing", ago=30 * HOURS)
    return missing, report(world, world.ada.resident, kind="allegation", ago=40 * HOURS)


def main(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


@pytest.mark.parametrize(
    ("model", "page", "section", "number"),
    [
        (Obligation, "compliance:obligation", "obligations", "Obligation"),
        (Finding, "compliance:finding", "findings", "Finding"),
    ],
)
def test_the_page_of_each_row_names_whom_the_binder_names(
    world: World, model: Any, page: str, section: str, number: str
) -> None:
    reported(world)
    about = {row[number]: row["About"] for row in rows(made(world), section)}
    client, admin, code = browser(world, "inspector_cedar"), browser(world, "admin_cedar"), world.ada.resident.code
    found = [row for row in of_cedar(model, world) if short(row.pk) in about]
    named = {row.pk: about[short(row.pk)] for row in found}
    assert set(named.values()) == {code, UNNAMED}
    for row in found:
        url = reverse(page, args=[row.pk])
        text = main(client.get(url).text)
        head = text[: text.index("<h1>")]
        assert (code in text, UNNAMED in head) == (named[row.pk] == code, named[row.pk] == UNNAMED), row.rule
        assert str(world.ada.resident.pk) not in text or named[row.pk] == code
    unnamed = next(row for row in found if named[row.pk] == UNNAMED and row.part in ("care", "incident"))
    assert code in main(admin.get(reverse(page, args=[unnamed.pk])).text)


def test_a_row_without_a_code_whose_times_would_tell_has_none(world: World) -> None:
    client = browser(world, "inspector_cedar")
    here = Obligation.objects.filter(facility=world.cedar.facility, resident__isnull=False, due_at__isnull=False)
    row = next(row for row in here.select_related("rule") if row.area == "health" and hides_times_of(row))
    text = main(client.get(reverse("compliance:obligation", args=[row.pk])).text)
    assert "No times are given" in text and "<time" not in text
    assert row.event_at.astimezone(world.cedar.facility.zone).strftime("%H:%M") not in text
    row = here.filter(area="rights-notice").first()
    assert "No times are given" not in main(client.get(reverse("compliance:obligation", args=[row.pk])).text)


@pytest.mark.parametrize("state", ["", "not-met", "found", "waiting", "due", "done"])
def test_the_lists_name_nobody_beside_harm(world: World, state: str) -> None:
    _, alleged = reported(world)
    url = reverse("compliance:board")
    text = main(browser(world, "inspector_cedar").get(url, {"state": state}).text)
    code, items = world.ada.resident.code, text.split("<li>")
    for model in (Finding, Obligation):
        for row in model.objects.filter(subject=alleged.pk):
            for item in (each for each in items if str(row.pk) in each):
                assert code not in item and UNNAMED in item
    of_admin = main(browser(world, "admin_cedar").get(url, {"state": state}).text).split("<li>")
    about = [str(row.pk) for model in (Finding, Obligation) for row in model.objects.filter(subject=alleged.pk)]
    assert not [item for item in of_admin if UNNAMED in item and any(pk in item for pk in about)]


def test_neither_does_the_calendar(world: World) -> None:
    _, alleged = reported(world)
    soon = report(world, world.bea.resident, kind="allegation", ago=HOURS / 60)
    url = reverse("calendar:home", args=[world.cedar.facility.pk])
    text = browser(world, "inspector_cedar").get(url).text
    keys = [str(row.pk) for row in Obligation.objects.filter(subject__in=[soon.pk, alleged.pk])]
    shown = [item for item in text.split("<li>")[1:] if any(key in item for key in keys)]
    assert shown and not [item for item in shown if world.bea.resident.code in item or world.ada.resident.code in item]


def test_incidents_name_those_who_were_missing_and_nobody_who_was_harmed(world: World) -> None:
    missing, alleged = reported(world)
    code = world.ada.resident.code
    for who, named in (("inspector_cedar", False), ("admin_cedar", True)):
        client = browser(world, who)
        shown = {row: main(client.get(reverse("incidents:detail", args=[row.pk])).text) for row in (missing, alleged)}
        assert code in shown[missing] and (code in shown[alleged]) is named
        for row, there in ((missing, True), (alleged, named)):
            text = main(client.get(reverse("incidents:list"), {"number": row.number}).text)
            assert (code in text) is there and (UNNAMED in text) is not there


def test_the_history_of_the_record_leaves_them_out_too(world: World) -> None:
    missing, alleged = reported(world)

    def told(person: Person) -> set[Any]:
        with acting(person.pk, person.name):
            found, _ = record_history(open_record(person, world.ada.resident.pk, Can.VIEW_HOME_AUDIT))
        return {change.record_id for change in found}

    assert missing.pk in told(world.inspector_cedar) and alleged.pk not in told(world.inspector_cedar)
    assert {missing.pk, alleged.pk} <= told(world.admin_cedar)


def test_a_kind_of_incident_that_is_harm_is_a_fact_that_is(world: World) -> None:
    of_harm = {kind for kind in Incident.Kind.values if f"incident.{kind}".startswith(NO_CODE)}
    assert set(Incident.OF_HARM) == of_harm | {"self_harm"}  # which is a fact of injuries
