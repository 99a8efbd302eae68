"""The rights pages: what is not as it should be appears on them, as a finding and on My work, and goes when it is put right."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.judging import judge, judge_all
from compliance.models import Finding, Obligation
from compliance.queries.rights import home_rights, page_of_homes
from compliance.queries.work import my_work
from compliance.rules import load
from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database import roles
from placement.database.context import acting, acting_as_system
from placement.facilities import operations as homes
from placement.facilities.models import ExitCheck
from placement.facilities.operations.exits import Tried
from residents import operations as residents
from residents.models import Contact, Resident
from residents.operations import Said
from residents.queries.contacts import LONGEST_GAP
from residents.queries.rights import school
from tests.every.states import limit_that_is_over
from tests.facilities.conftest import do
from tests.world import World, browser

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EXITS, CONTACT, LEFT_OUT = "house-exit-clear", "house-contact-weekly", "house-not-left-out"


def open_findings(rule: str, **about: Any) -> int:
    return Finding.objects.filter(rule__rule=rule, closed_at=None, **about).count()


def seen_findings(person: Person, rule: str, **about: Any) -> int:
    with acting(person.pk, person.name):
        return open_findings(rule, **about)


def tasks(person: Person, words: str) -> list[str]:
    with acting(person.pk, person.name):
        work = my_work(person, everything=True)
    return [task.title for task in (*work.first, *work.later) if words in task.title]


def row_of(person: Person, world: World, home: str = "cedar") -> Any:
    with acting(person.pk, person.name):
        rows, _ = page_of_homes(person, None)
    return next(row for row in rows if row.home.pk == world.homes[home].facility.pk)


def home_of(person: Person, world: World) -> Any:
    with acting(person.pk, person.name):
        return home_rights(person, world.cedar.facility)


def try_exits(world: World, *, good: bool) -> list[ExitCheck]:
    found = {"opens": True, "unblocked": good, "wrong": "" if good else "A bicycle"}
    ways = [Tried(way, alarm_works=True if way.has_alarm else None, **found) for way in world.cedar.exits]
    return do(world.staff_cedar, homes.check_exits, world.cedar.shift, ways)


def outing(world: World, name: str, **answers: str) -> Any:
    said = {
        world.young[key].resident: Said(answer, "Her foot" if answer == "excluded" else "")
        for key, answer in answers.items()
    }
    values = {"facility": world.cedar.facility, "shift": world.cedar.shift, "name": name, "place": "out"}
    return do(world.staff_cedar, residents.log_activity, said, happened_at=now(), **values)


# The three that must show, and go.


def test_a_home_whose_only_clear_exit_is_blocked(world: World) -> None:
    person = world.supervisor
    try_exits(world, good=True)
    assert not row_of(person, world).shut
    try_exits(world, good=False)
    row = row_of(person, world)
    assert row.no_way_out
    assert row.needs_somebody
    assert open_findings(EXITS, facility=world.cedar.facility) == len(world.cedar.exits)
    assert seen_findings(person, EXITS, facility=world.cedar.facility) == len(world.cedar.exits)
    assert len(tasks(person, f"of {world.cedar.facility}: blocked")) == len(world.cedar.exits)
    try_exits(world, good=False)  # still shut: nothing more is wrong than before
    assert open_findings(EXITS, facility=world.cedar.facility) == len(world.cedar.exits)
    page = browser(world, "supervisor").get(reverse("compliance:rights"))
    assert "no clear way out" in page.content.decode()
    try_exits(world, good=True)
    assert not row_of(person, world).shut
    assert open_findings(EXITS, facility=world.cedar.facility) == 0
    assert tasks(person, f"of {world.cedar.facility}: blocked") == []


def test_a_young_person_without_contact_beyond_the_rule(world: World) -> None:
    bea, person = world.bea.resident, world.supervisor
    with acting(person.pk, person.name):
        judge(young=[bea.pk])
    assert open_findings(CONTACT, resident=bea) == 1
    assert seen_findings(person, CONTACT, resident=bea) == 1
    assert row_of(person, world).quiet >= 1
    (quiet,) = [row for row in home_of(person, world).young if row.stay.resident == bea]
    assert quiet.too_long
    assert tasks(person, f"{bea} has had no contact")
    lawyer = do(
        world.caseworker,
        residents.add_outside_person,
        bea,
        name="A lawyer",
        relation="lawyer",
        permission="allowed",
        office="lawyer",
    )
    aunt = do(
        world.caseworker, residents.add_outside_person, bea, name="Aunt Ro", relation="aunt", permission="allowed"
    )
    call = {"kind": "call", "facility": world.cedar.facility, "shift": world.cedar.shift}
    do(world.staff_cedar, residents.log_contact, bea, outside_person=lawyer, happened_at=now(), **call)
    assert open_findings(CONTACT, resident=bea) == 1  # that is their office
    contact = do(world.staff_cedar, residents.log_contact, bea, outside_person=aunt, happened_at=now(), **call)
    assert open_findings(CONTACT, resident=bea) == 0
    assert not next(row for row in home_of(person, world).young if row.stay.resident == bea).too_long
    assert tasks(person, f"{bea} has had no contact") == []
    do(world.staff_cedar, residents.amend_contact, contact, reason="Of somebody else", mistake=True)
    assert open_findings(CONTACT, resident=bea) == 1


def test_one_who_is_left_out_of_an_outing_while_the_other_goes(world: World) -> None:
    bea, person = world.bea.resident, world.supervisor
    outing(world, "Swimming", ada="joined", bea="excluded")
    assert open_findings(LEFT_OUT, resident=bea) == seen_findings(person, LEFT_OUT, resident=bea) == 1
    assert row_of(person, world).left_out == 1
    (fact,) = home_of(person, world).activities.left_out
    assert (fact.resident, fact.what, fact.why, fact.others, fact.out) == (bea, "Swimming", "Her foot", 1, True)
    assert tasks(person, f"{bea} was left out")
    page = browser(world, "supervisor").get(reverse("rights:young", args=[bea.pk])).content.decode()
    assert "Kept out of <b>Swimming</b>" in page
    outing(world, "Library", ada="joined", bea="joined")
    assert open_findings(LEFT_OUT, resident=bea) == 0
    assert tasks(person, f"{bea} was left out") == []
    assert row_of(person, world).left_out == 0
    (fact,) = home_of(person, world).activities.left_out  # what happened stays a fact of the 30 days
    assert fact.back_at and fact.back_at > fact.at


def test_where_nobody_went_nobody_was_left_out(world: World) -> None:
    outing(world, "Swimming", ada="not_wanted", bea="excluded")
    assert open_findings(LEFT_OUT) == 0
    assert row_of(world.supervisor, world).left_out == 0
    assert [each.others for each in home_of(world.supervisor, world).activities.left_out] == [0]


def test_an_exclusion_written_by_mistake_is_none(world: World) -> None:
    offer = outing(world, "Swimming", ada="joined", bea="excluded")
    entry = offer.answers.get(resident=world.bea.resident).entry
    do(
        world.staff_cedar,
        residents.amend_care,
        entry,
        outcome="Written by mistake",
        note=entry.note,
        reason="Wrong row",
    )
    assert open_findings(LEFT_OUT) == 0
    assert row_of(world.supervisor, world).left_out == 0
    assert home_of(world.supervisor, world).activities.left_out == []


# Limits that pass their review or their end.


def test_a_limit_that_is_over_is_a_finding_until_it_is_lifted(world: World) -> None:
    limit = limit_that_is_over(world)["restriction"]
    limit.refresh_from_db()
    assert not limit.holds
    with acting(world.supervisor.pk, world.supervisor.name):
        judge(young=[world.ada.resident.pk])
    assert open_findings("house-limit-lifted", subject=limit.pk) == 1
    assert tasks(world.supervisor, "is over: contact with Hidden aunt of ada")
    do(world.admin_cedar, residents.lift_restriction, limit)
    assert open_findings("house-limit-lifted", subject=limit.pk) == 0
    assert tasks(world.supervisor, "is over: contact with Hidden aunt of ada") == []


def test_a_limit_about_which_nobody_decides_stops_holding_and_is_a_finding(committed_world: World) -> None:
    world = committed_world
    limit = world.ada.limit
    later = now() + 2 * DAY
    with at_time(later):
        assert not limit.holds
    with roles.as_owner(), at_time(later), acting_as_system("test"):
        judge_all()
    assert open_findings("house-limit-decided", subject=limit.pk) == 1
    do(world.supervisor, residents.decide_restriction, limit, decision="declined", reason="She may call")
    assert open_findings("house-limit-decided", subject=limit.pk) == 0


# What the pages show, to whom, and what that costs.


@pytest.mark.parametrize("who", ["staff_cedar", "caseworker", "clinician", "inspector_cedar", "sysadmin", "stranger"])
def test_the_page_is_of_the_supervisor_and_the_administrator(world: World, who: str) -> None:
    assert browser(world, who).get(reverse("compliance:rights")).status_code == 404


def test_an_administrator_sees_the_own_home_alone(world: World) -> None:
    page = browser(world, "admin_cedar")
    assert [row.home for row in page.get(reverse("compliance:rights")).context["rows"]] == [world.cedar.facility]
    assert page.get(reverse("compliance:rights_home", args=[world.cedar.facility.pk])).status_code == 200
    assert page.get(reverse("compliance:rights_home", args=[world.birch.facility.pk])).status_code == 404


def test_of_young_people_of_another_unit_the_supervisor_is_told_nothing(world: World) -> None:
    answers = browser(world, "supervisor").get(reverse("compliance:rights_home", args=[world.birch.facility.pk]))
    assert answers.status_code == 200
    text = answers.content.decode()
    assert world.cleo.resident.code not in text
    assert row_of(world.supervisor, world, "birch").living == 0


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_more_homes_and_more_rows_cost_no_more_queries(world: World) -> None:
    client, address = browser(world, "supervisor"), reverse("compliance:rights")
    one = reverse("compliance:rights_home", args=[world.cedar.facility.pk])
    outing(world, "Swimming", ada="joined", bea="excluded")
    before, before_one = queries(client, address), queries(client, one)
    for name in ("Climbing", "Cinema"):
        outing(world, name, ada="joined", bea="excluded")
    for number in range(3):
        do(
            world.supervisor,
            homes.open_facility,
            name=f"New {number}",
            kind="residential",
            jurisdiction="CA",
            time_zone="America/Los_Angeles",
        )
    assert queries(client, address) <= before
    assert queries(client, one) <= before_one


def test_refused_contacts_name_the_order_or_the_limit(world: World) -> None:
    text = browser(world, "supervisor").get(reverse("rights:young", args=[world.ada.resident.pk])).content.decode()
    assert "limit by the home, not decided: “Hidden limit of ada”" in text
    assert Contact.objects.filter(outcome="denied", resident=world.ada.resident).exists()


def test_missed_school_days_say_why_and_the_newest_word_counts(world: World) -> None:
    ada: Resident = world.ada.resident
    values = {"facility": world.cedar.facility, "shift": world.cedar.shift, "happened_at": now()}
    (entry,) = do(world.staff_cedar, residents.log_school, {ada: Said("Did not go", "A cold")}, **values)
    with acting(world.supervisor.pk, world.supervisor.name):
        days = school(world.supervisor, [ada.pk])[ada.pk]
    assert (days.went, [each.note for each in days.missed]) == (0, ["A cold"])
    do(world.staff_cedar, residents.amend_care, entry, outcome="Came late", note="", reason="Went after all")
    with acting(world.supervisor.pk, world.supervisor.name):
        days = school(world.supervisor, [ada.pk])[ada.pk]
    assert (days.went, days.late, days.missed) == (1, 1, [])


def test_the_rule_and_the_page_mean_the_same_days() -> None:
    rule = next(rule for pack in load() for rule in pack.rules if rule.id == CONTACT)
    assert rule.check.max.days == LONGEST_GAP.days


def test_for_how_long_an_exit_is_shut_is_counted_from_the_first_look_that_found_it_so(world: World) -> None:
    (first, *_) = try_exits(world, good=False)
    try_exits(world, good=False)
    shut = {each.exit.pk: each for each in home_of(world.supervisor, world).shut}
    assert shut[first.exit_id].since == ExitCheck.objects.get(pk=first.pk).checked_at
    assert not shut[first.exit_id].locked


def test_one_exclusion_is_a_fact_where_the_comparison_has_nothing_to_say(world: World) -> None:
    outing(world, "Cinema", ada="joined", bea="excluded")
    client = browser(world, "supervisor")
    text = client.get(reverse("compliance:rights_home", args=[world.cedar.facility.pk])).content.decode()
    assert "too few to say" in text
    assert "more often than chance</span>" not in text
    assert "was kept out of <b>Cinema</b>" in text


# What was taken, and the rights that are read out.


def test_nobody_judged_it_and_it_is_still_kept_two_findings_that_go(committed_world: World) -> None:
    world = committed_world
    row = world.ada.measure
    with roles.as_owner(), at_time(now() + 2 * DAY), acting_as_system("test"):
        judge_all()
    found = Finding.objects.filter(subject=row.pk, closed_at=None)
    assert set(found.values_list("rule__rule", flat=True)) == {"house-measure-judged", "house-measure-ended"}
    with at_time(now() + 2 * DAY):
        assert tasks(world.supervisor, f"{row}: {world.ada.resident}, may not go on")
    do(world.staff_cedar, residents.end_measure, row)
    do(world.supervisor, residents.judge_measure, row, decision="approved")
    assert not found.all().exists()


def read_out(world: World) -> Any:
    said = {
        "facility": world.cedar.facility,
        "jurisdiction": "CA",
        "occasion": "arrival",
        "language": "English",
        "text": "Words",
    }
    said |= {"text_language": "en", "answer": "refused", "copy_given": True}
    return do(world.staff_cedar, residents.read_out_rights, world.bea.resident, **said)


def test_it_closes_what_the_state_and_the_agency_ask(world: World) -> None:
    bea = world.bea.resident
    with acting(world.supervisor.pk, world.supervisor.name):
        judge(young=[bea.pk])
    rules = ("ca-rights-safe-home", "house-rights-at-arrival", "house-rights-again")
    open_ = Obligation.objects.filter(rule__rule__in=rules, resident=bea, met_at=None, ended_at=None)
    before = set(open_.values_list("rule__rule", flat=True))
    assert "house-rights-again" in before
    assert read_out(world)
    after = set(open_.values_list("rule__rule", flat=True))
    assert after <= {"house-rights-again"}  # the next time, in six months
    assert not Finding.objects.filter(rule__rule__in=rules, resident=bea, closed_at=None).exists()
    assert Obligation.objects.filter(rule__rule="house-rights-again", resident=bea, begun=True, met_at=None).exists()
