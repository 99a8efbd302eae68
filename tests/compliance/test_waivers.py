"""Rules that the authority of a state waives for one home: not met no more while it lasts, and said so wherever they stand."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from compliance.judging import judge
from compliance.merging import WAIVED
from compliance.models import Finding, Obligation, RuleVersion
from compliance.queries.waivers import waivable, waived
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.models import Waiver
from placement.ui.dates import full_day
from tests.attack.sql import change, insert, refused
from tests.compliance.test_binder import made, rows
from tests.facilities.test_placements_pages import post
from tests.staff_files import trained
from tests.world import World, browser

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIVE_HOURS = "tx-traf-preservice-training-5h"
FEDERAL = "fed-missing-report-24h"


def waive(world: World, *rules: str, by: str = "supervisor2", days: tuple[int, int] = (-1, 20), **more: Any) -> Waiver:
    """Let a supervisor add a waiver of rules for Birch, with a paper that somebody else has filed."""
    person, home = world.people[by], world.birch
    values = {"kind": "rules", "rules": rules, "text": "Letter of the authority", "document": home.paper}
    values |= {"starts_on": home.today + days[0] * DAY, "ends_on": home.today + days[1] * DAY}
    with acting(person.pk, person.name):
        return homes.add_waiver(home.licence, **values | more, by=person)


def failing(world: World) -> Finding:
    """Birch's staff has worked there for 94 days with too few hours."""
    trained(world, home="birch", hours=4.75)
    return Finding.objects.get(rule__rule=FIVE_HOURS, subject=world.staff_birch.pk, closed_at=None)


def judged(world: World) -> None:
    with acting(world.admin_birch.pk, world.admin_birch.name):
        judge(homes=[world.birch.facility.pk])


def open_rows(world: World, model: Any) -> Any:
    about = {"rule__rule": FIVE_HOURS, "subject": world.staff_birch.pk, "facility": world.birch.facility}
    ends = {"closed_at": None} if model is Finding else {"ended_at": None, "met_at": None}
    return model.objects.filter(**about, **ends)


def test_a_waiver_closes_the_finding_and_nothing_is_asked_while_it_lasts(world: World) -> None:
    found = failing(world)
    assert open_rows(world, Obligation).exists()
    waiver = waive(world, FIVE_HOURS)
    assert waiver.confirmed_at
    found.refresh_from_db()
    assert found.closed_why == "waived" and found.closed_at
    judged(world)
    assert not open_rows(world, Finding).exists() and not open_rows(world, Obligation).exists()
    page = browser(world, "admin_birch").get(reverse("compliance:finding", args=[found.pk])).text
    assert "waived by the authority" in page


def test_one_that_waits_is_over_or_is_of_another_rule_or_home_waives_nothing(world: World) -> None:
    failing(world)
    waive(world, FIVE_HOURS, by="admin_birch")  # no supervisor has confirmed it
    waive(world, FIVE_HOURS, days=(-9, -1))
    waive(world, FIVE_HOURS, days=(1, 9))
    waive(world, "tx-normalcy-training")
    assert open_rows(world, Finding).exists() and open_rows(world, Obligation).exists()
    assert {each.rule for each in waived([world.birch.facility.pk])} == {"tx-normalcy-training"}


def test_it_lasts_to_the_end_of_its_last_day_by_the_clock_of_the_home(world: World) -> None:
    waive(world, FIVE_HOURS, days=(-1, 2))
    last = datetime.combine(world.birch.today + 2 * DAY, time(23, 59), world.birch.facility.zone)
    first = datetime.combine(world.birch.today - DAY, time(), world.birch.facility.zone)
    for moment, there in ((first - MINUTE, 0), (first, 1), (last, 1), (last + MINUTE, 0)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {WAIVED.format('%s::timestamptz')} found", [moment])
            assert cursor.fetchone() == (there,), moment


def test_confirming_it_judges_at_once(world: World) -> None:
    found = failing(world)
    waiver = waive(world, FIVE_HOURS, by="admin_birch")
    url = reverse("facilities:confirm-waiver", args=[world.birch.facility.pk, waiver.pk])
    page = browser(world, "supervisor2").get(url).text
    assert RuleVersion.objects.filter(rule=FIVE_HOURS).first().title in page
    post(browser(world, "supervisor2"), url, {"sure": "on"})
    found.refresh_from_db()
    assert found.closed_why == "waived"


@pytest.mark.parametrize("rule", [FEDERAL, "ca-gh-no-locking", "no-such-rule"])
def test_no_state_waives_a_federal_rule_nor_that_of_another_state(world: World, acting_as: Callable, rule: str) -> None:
    assert rule not in dict(waivable(world.birch.facility)) and FIVE_HOURS in dict(waivable(world.birch.facility))
    with pytest.raises(Refused, match="federal rule can’t be waived"):
        waive(world, rule)
    values = {"licence_id": world.birch.licence.pk, "kind": "rules", "text": "letter", "starts_on": world.today}
    values |= {"ends_on": world.today, "document_id": world.birch.paper.pk}
    with acting_as(world.admin_birch):
        with refused("waiver_is_of_rules_of_the_state"):
            insert(Waiver, **values, rules=[FIVE_HOURS, rule])
        with refused("waiver_waives_something"):
            insert(Waiver, **values, rules=[])
        made_ = Waiver, insert(Waiver, **values, rules=[FIVE_HOURS])
        with refused("waiver_is_kept"):
            change(made_, rules=["tx-normalcy-training"])


def test_the_form_offers_the_rules_of_the_state_and_says_that_no_federal_one_is(world: World) -> None:
    client = browser(world, "admin_birch")
    url = reverse("facilities:add-waiver", args=[world.birch.facility.pk, world.birch.licence.pk])
    page = client.get(url).text
    assert "A federal rule can’t be waived by a state’s licence" in page
    assert f'value="{FIVE_HOURS}"' in page and FEDERAL not in page and "ca-gh-no-locking" not in page
    day = f"{world.today:%m/%d/%Y}"
    values = {"kind": "rules", "text": "Letter", "starts_on": day, "ends_on": day, "document": world.birch.paper.pk}
    assert "Choose the rules that are waived" in post(client, url, values).text
    post(client, url, values | {"rules": [FIVE_HOURS, "tx-normalcy-training"]})
    assert Waiver.objects.get(text="Letter").rules == [FIVE_HOURS, "tx-normalcy-training"]
    assert FIVE_HOURS in client.get(reverse("facilities:detail", args=[world.birch.facility.pk])).text


def test_the_pages_of_rules_say_until_when_and_who_granted_it(world: World) -> None:
    failing(world)
    client, home = browser(world, "admin_birch"), world.birch.facility
    until = f"waived until {full_day(world.birch.today + 20 * DAY)}"
    by_rule = reverse("compliance:standing") + f"?facility={home.pk}"
    pages = [by_rule, reverse("compliance:rule", args=[FIVE_HOURS])]
    before = client.get(by_rule + "&state=not-met").text
    assert FIVE_HOURS in before and not [page for page in pages if until in client.get(page).text]
    waive(world, FIVE_HOURS)
    granted = f"granted by {world.birch.licence.authority}, confirmed by {world.supervisor2.name}"
    for page in pages:
        text = client.get(page).text
        assert until in text and granted in text, page
    assert FIVE_HOURS not in client.get(by_rule + "&state=not-met").text
    other = browser(world, "admin_cedar").get(reverse("compliance:rule", args=[FIVE_HOURS])).text
    assert until not in other and "granted by" not in other


def test_a_waived_rule_counts_neither_as_met_nor_as_not_met(world: World) -> None:
    client = browser(world, "admin_birch")
    rules = RuleVersion.objects.filter(off="", jurisdiction="US-TX", young_part="care")
    rule = rules.filter(kind__in=["prohibited", "limit", "min_ratio", "placement", "expiry"]).first()
    assert rule is not None

    def met() -> int:
        found = client.get(reverse("compliance:board")).context["board"].totals
        return found.met

    with acting(world.supervisor.pk, world.supervisor.name):
        judge([world.birch.facility.pk], [young.resident.pk for young in world.young.values()])
    before = met()
    waive(world, rule.rule)
    assert met() == before - 1


def test_the_binder_says_it_too(world: World) -> None:
    failing(world)
    waive(world, FIVE_HOURS)
    person = world.inspector_birch
    with acting(person.pk, person.name):
        from compliance.operations import make_binder

        binder = make_binder(world.birch.facility, since=world.today - DAY, until=world.today, by=person)
    stands = {row["Rule id and version"].split(",")[0]: row["How it stands"] for row in rows(binder, "rules")}
    assert stands[FIVE_HOURS] == f"waived until {full_day(world.birch.today + 20 * DAY)}"
    assert any(FIVE_HOURS in row["Says"] for row in rows(binder, "licence"))
    assert made(world)
