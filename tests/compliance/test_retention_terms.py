"""How long a record is kept: the longest of all that apply, in the states of all homes, and nobody shortens it alone."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from compliance.queries.retention import record_page, records_page
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.database.roles import owner_connection
from residents import operations as residents
from tests import retention
from tests.bars import another_supervisor
from tests.world import PASSWORD, World, browser

LEFT = date(2019, 2, 28)
FLORIDA, ABSENCES = "fl-record-retention-5y", "tx-missing-log-retention-5y"


def terms(young: UUID) -> dict[str, date | None]:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT source, free_on FROM retention_terms_of(ARRAY[%s]::uuid[])", [young])
        return dict(cursor.fetchall())


def free(young: UUID) -> date | None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT retention_free(%s)", [young])
        found: date | None = cursor.fetchone()[0]
        return found


def owner_does(statement: str, *values: Any) -> None:
    tables = (
        "facilities_facility",
        "facilities_historicalfacility",
        "residents_incident",
        "residents_identity",
        "residents_historicalidentity",
    )
    with retention.behind_history(*tables) as cursor:
        cursor.execute(statement, values)


def home_in(state: str, world: World) -> None:
    """Cedar is in another state, and always was."""
    for table in ("facilities_facility", "facilities_historicalfacility"):
        owner_does(f"UPDATE {table} SET jurisdiction = %s WHERE id = %s", state, world.cedar.facility.pk)


def test_the_longest_of_all_terms_of_all_states_counts(committed_world: World) -> None:
    world, young = committed_world, committed_world.ada.resident.pk
    retention.left_long_ago(young, on=LEFT)
    owner_does("UPDATE residents_incident SET kind = 'other' WHERE kind = 'missing'")
    assert terms(young) == {"none": None}  # California has no rule that runs
    assert free(young) is None
    home_in("FL", world)
    born = LEFT - timedelta(days=6000)
    thirty = date(born.year + 30, born.month, born.day)
    assert terms(young) == {FLORIDA: thirty + timedelta(days=1)}
    owner_does("UPDATE residents_identity SET birth_date = '1960-01-01' WHERE resident_id = %s", young)
    assert terms(young) == {FLORIDA: thirty + timedelta(days=1)}  # the latest day of birth that history knows counts
    owner_does("UPDATE residents_historicalidentity SET birth_date = '1960-01-01' WHERE resident_id = %s", young)
    assert terms(young) == {FLORIDA: date(2024, 3, 1)}  # 29 February 2024 is kept as well
    home_in("TX", world)
    owner_does(
        "UPDATE residents_incident SET kind = 'missing' WHERE id IN"
        " (SELECT incident_id FROM residents_incidentresident WHERE resident_id = %s)",
        young,
    )
    assert set(terms(young)) == {"none", ABSENCES}  # a log of absences is not the whole record
    assert free(young) is None
    retention.term(world, years=1)
    said = terms(young)
    assert set(said) == {"agency", ABSENCES}
    absent = said[ABSENCES]
    assert absent is not None
    assert (absent.month, absent.day, absent.year) == (1, 1, world.today.year + 6)
    assert free(young) == absent  # the longer one
    retention.term(world, years=60)
    retention.term(world, years=2)
    assert free(young) == date(LEFT.year + 60, 3, 1)  # a shorter one changes nothing


def test_an_earlier_day_that_somebody_writes_down_shortens_nothing(world: World) -> None:
    retention.term(world)
    day = world.today - timedelta(days=15 * 365)
    with acting(world.caseworker.pk, world.caseworker.name):
        case = residents.open_case(
            code=None,
            preferred_name="Late",
            legal_name="Late Entry",
            birth_date=day - timedelta(days=365),
            sex="female",
            languages=[],
            unit=world.north,
            caseworker=world.caseworker,
            number="N-LATE",
            legal_basis="Order",
            permanency_goal="independence",
            opened_on=day,
            by=world.caseworker,
        )
    by = world.supervisor
    with acting(by.pk, by.name):
        residents.close_case(case, on=day + timedelta(days=10), by=by)
        found = record_page(by, case.resident_id)
        assert found.standing is not None
        assert found.standing.left_on >= world.today
        assert "not over" in found.kept
        with pytest.raises(Refused, match="not over"):
            retention.operations.propose_disposal(case.resident, reason="x", by=by)


def test_the_pages_lead_from_the_list_to_the_decision(world: World) -> None:
    young = retention.to_propose(world)
    second = another_supervisor(world.north)
    page = browser(world, "supervisor")
    listed = page.get("/audit/retention/").content.decode()
    assert young.code in listed
    assert "its time is over" in listed
    here = f"/audit/retention/young/{young.pk}/"
    posted = {"reason": "The contract has ended", **keys(page.get(here))}
    assert page.post(here, posted).status_code == 302
    assert "You proposed it yourself" in page.get(here).content.decode()
    assert page.post(here, {"approve": "yes", "decision": "x"}).status_code == 200  # there is no form of theirs
    assert "waits for a decision" in page.get("/audit/retention/").content.decode()
    with acting(second.pk, second.name):
        found = record_page(second, young.pk)
        assert found.waiting is not None
        assert found.waiting.proposed_by == world.supervisor
    retention.decided(found.waiting, second)
    listed = page.get("/audit/retention/").content.decode()
    assert "two have agreed" in listed
    assert "waits for a decision" not in listed
    assert "one of the next nights" in page.get(here).content.decode()
    retention.hold(world, young)
    held = page.get(here).content.decode()
    assert "something keeps it" in held
    assert "one of the next nights" not in held


def test_what_another_supervisor_must_sign_stands_on_their_work(world: World) -> None:
    listed = 'href="/audit/retention/term/'
    assert listed not in browser(world, "supervisor2").get("/").content.decode()
    made = retention.propose_term(world)
    link = f'{listed}{made.pk}/"'
    assert link in browser(world, "supervisor2").get("/").content.decode()
    assert link not in browser(world, "supervisor").get("/").content.decode()  # nobody confirms their own
    assert link not in browser(world, "caseworker").get("/").content.decode()
    with acting(world.supervisor2.pk, world.supervisor2.name):
        retention.operations.confirm_agency_term(made, by=world.supervisor2)
    assert link not in browser(world, "supervisor2").get("/").content.decode()


def test_a_time_is_refused_by_the_second_person_with_a_reason(world: World) -> None:
    young, made = retention.old_record(world), retention.propose_term(world)
    here, page = f"/audit/retention/term/{made.pk}/", browser(world, "supervisor2")
    no = {"decision": "refuse", "reason": " ", "password": PASSWORD}
    asked = page.post(here, no | keys(page.get(here)))
    assert "Say why it shall not count." in asked.text
    said = no | {"reason": "The law says enough"}
    assert "asks you again" not in page.post(here, said | {"password": "wrong"} | keys(page.get(here))).text
    made.refresh_from_db()
    assert made.waits
    assert page.post(here, said | keys(page.get(here))).status_code == 302
    made.refresh_from_db()
    assert (made.refused_by_id, made.refusal, made.confirmed_at) == (
        world.supervisor2.pk,
        "The law says enough",
        None,
    )
    assert "agency" not in terms(young.pk)
    shown = browser(world, "supervisor").get(here).text
    assert "The law says enough" in shown
    assert "<form" not in shown.partition("<main")[2].partition("</main")[0]
    for by, act in (
        (world.supervisor2, retention.operations.confirm_agency_term),
        (world.supervisor, retention.operations.withdraw_agency_term),
    ):
        with acting(by.pk, by.name), pytest.raises(Refused, match="decided already"):
            act(made, by=by)


def test_a_time_is_withdrawn_by_who_proposed_it_and_by_nobody_else(world: World) -> None:
    made = retention.propose_term(world)
    here = f"/audit/retention/term/{made.pk}/"
    with (
        acting(world.supervisor2.pk, world.supervisor2.name),
        pytest.raises(Refused, match="Only the person who proposed"),
    ):
        retention.operations.withdraw_agency_term(made, by=world.supervisor2)
    with acting(world.supervisor.pk, world.supervisor.name), pytest.raises(Refused, match="can't refuse it"):
        retention.operations.refuse_agency_term(made, reason="x", by=world.supervisor)
    page = browser(world, "supervisor")
    assert "Withdraw it" in page.get(here).text
    assert "Withdraw it" not in browser(world, "supervisor2").get(here).text
    assert browser(world, "caseworker").get(here).status_code == 404
    assert page.post(here, keys(page.get(here))).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    assert here not in browser(world, "supervisor2").get("/").text
    with acting(world.supervisor2.pk, world.supervisor2.name), pytest.raises(Refused, match="was withdrawn"):
        retention.operations.confirm_agency_term(made, by=world.supervisor2)


def test_a_decision_says_what_comes_of_it(world: World) -> None:
    disposal = retention.to_decide(world)
    page, here = browser(world, "supervisor"), f"/audit/retention/young/{disposal.resident_id}/"
    said = {"approve": "no", "decision": "Somebody asked for it", "password": PASSWORD, **keys(page.get(here))}
    answer = page.post(here, said, follow=True).content.decode()
    assert "The record stays." in answer
    assert "one of the next nights" not in answer
    assert "It was proposed before, and refused" in answer
    assert "data-keep" in answer


def test_who_laid_a_hold_is_not_sent_to_lift_it(world: World) -> None:
    young = retention.old_record(world)
    made = retention.hold(world, young)
    lift, here = f"/audit/holds/{made.pk}/lift/", f"/audit/retention/young/{young.pk}/"
    mine = browser(world, "supervisor").get(here).content.decode()
    assert lift not in mine
    assert "another supervisor lifts it" in mine
    other = Client()
    other.force_login(another_supervisor(world.north))
    assert lift in other.get(here).content.decode()


def keys(answer: Any) -> dict[str, Any]:
    """What the form sends beside what is typed."""
    form = answer.context["form"]
    return {name: form[name].value() for name in form.fields if form.fields[name].widget.is_hidden}


def test_the_list_takes_a_fixed_number_of_queries(world: World, django_assert_num_queries: Any) -> None:
    retention.term(world)
    for number in range(3):
        retention.old_record(world, f"W-9{number:02}")
    by = world.supervisor
    with acting(by.pk, by.name):
        with django_assert_num_queries(4):
            few = records_page(by, None)
        codes = {row.code for row in few.rows}
    assert {"W-900", "W-901", "W-902"} <= codes
    for number in range(3, 30):
        retention.old_record(world, f"W-9{number:02}")
    with acting(by.pk, by.name), django_assert_num_queries(4):
        first = records_page(by, None)
    with acting(by.pk, by.name):
        second = records_page(by, first.next_token)
        assert len(first.rows) == 25
        assert not {row.code for row in first.rows} & {row.code for row in second.rows}
        assert records_page(by, "forged").is_first


def test_the_record_says_since_when_the_case_is_closed(world: World) -> None:
    young = retention.old_record(world, on=LEFT)
    page = browser(world, "supervisor").get(f"/residents/{young.pk}/").content.decode()
    assert "Closed since Feb 28, 2019" in page
