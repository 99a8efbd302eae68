"""What an account opens is proposed by one person and confirmed by another one: operations and pages."""

import html
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from placement.access.facts import differences
from placement.access.models import AccountChange, Membership, Person
from placement.access.operations import close_account, remove_factor, set_password
from placement.access.proposals import (
    confirm_change,
    propose_change,
    propose_reopening,
    refuse_change,
    withdraw_change,
)
from placement.access.rights import ROLE_RIGHTS, Can, Role
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities.operations import assign
from tests.accounts import changed, opened
from tests.world import World, browser

CHANGES, WORK = reverse("accounts:changes"), reverse("work")
WHY = "Takes over two young people in the north unit."
As = Callable[[Person], AbstractContextManager[Any]]


def as_of(change: AccountChange) -> str:
    return reverse("accounts:change", args=[change.pk])


def key(**more: str) -> dict[str, str]:
    return {"form_key": str(uuid.uuid4())} | more


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def proposed(world: World, acting_as: As) -> AccountChange:
    """The stranger as a caseworker of the north unit, proposed by the system administrator."""
    with acting_as(world.sysadmin):
        return propose_change(world.stranger, role=Role.CASEWORKER, unit=world.north, reason=WHY, by=world.sysadmin)


def groups(person: Person) -> set[str]:
    return set(Membership.objects.filter(person=person).values_list("group__name", flat=True))


def test_nothing_changes_before_somebody_else_has_confirmed_it(world: World, proposed: AccountChange, acting_as: As):
    person = Person.objects.get(pk=world.stranger.pk)
    assert (person.role, person.unit, groups(person)) == ("none", None, set())
    assert proposed.ends_at - proposed.proposed_at == timedelta(days=7)
    with acting_as(world.supervisor2):
        confirm_change(proposed, by=world.supervisor2)
    person.refresh_from_db()
    assert (person.role, person.unit, groups(person)) == ("caseworker", world.north, {"agency/all/caseworker"})
    assert differences() == []
    newest = person.history.latest("history_id")
    assert (newest.history_user_id, newest.history_act) == (world.supervisor2.pk, "access.confirm_change")
    row = AccountChange.objects.get(pk=proposed.pk)
    assert (row.status, row.decided_by, row.proposed_by) == ("confirmed", world.supervisor2, world.sysadmin)


def test_the_proposer_and_the_person_themselves_do_not_decide(world: World, proposed: AccountChange, acting_as: As):
    for decide in (confirm_change, lambda change, by: refuse_change(change, reason="No", by=by)):
        with acting_as(world.sysadmin), pytest.raises(Refused, match="proposed this yourself"):
            decide(proposed, by=world.sysadmin)
    with acting_as(world.sysadmin):
        about = {"role": Role.SUPERVISOR, "unit": world.south, "reason": WHY}
        own = propose_change(world.supervisor, **about, by=world.sysadmin)
    with acting_as(world.supervisor), pytest.raises(Refused, match="your own account"):
        confirm_change(own, by=world.supervisor)
    assert Person.objects.get(pk=world.supervisor.pk).unit == world.north


@pytest.mark.parametrize("who", ["caseworker", "staff_cedar", "admin_cedar", "clinician", "inspector_cedar"])
def test_nobody_else_decides(world: World, proposed: AccountChange, acting_as: As, who: str):
    with acting_as(world.people[who]), pytest.raises(Refused, match="Only a supervisor or a system administrator"):
        confirm_change(proposed, by=world.people[who])


def a_week_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the question whose password somebody had; the database keeps its own time."""
    monkeypatch.setattr("placement.access.proposals.now", lambda: timezone.now() + timedelta(days=8))


def test_another_administrator_confirms_too(world: World, acting_as: As, monkeypatch: pytest.MonkeyPatch):
    second = opened(username="second.admin", staff_number="N-8", role=Role.SYSADMIN, password="quiet river stone lamp")
    with acting_as(second):
        change = propose_change(world.stranger, role=Role.CASEWORKER, unit=world.north, reason=WHY, by=second)
        set_password(second, "a-newer-password-77", by=second)
    a_week_later(monkeypatch)
    with acting_as(world.sysadmin):
        confirm_change(change, by=world.sysadmin)
    assert Person.objects.get(pk=world.stranger.pk).role == "caseworker"


def test_whoever_got_the_password_from_the_proposer_does_not_confirm(
    world: World, proposed: AccountChange, acting_as: As
) -> None:
    """An administrator who gives a supervisor a password could sign in as them before they do."""
    with acting_as(world.sysadmin):
        set_password(world.supervisor, "a-new-password-77", by=world.sysadmin)
    with acting_as(world.supervisor):  # who has chosen their own since, or somebody in their name has
        set_password(world.supervisor, "a-newer-password-77", by=world.supervisor)
        with pytest.raises(Refused, match="could have signed in as both"):
            confirm_change(proposed, by=world.supervisor)
    with acting_as(world.supervisor2):
        assert confirm_change(proposed, by=world.supervisor2).status == "confirmed"


def test_one_administrator_is_not_two_people_with_the_password_that_they_gave_the_other(
    world: World, acting_as: As
) -> None:
    """They sign in as the new colleague, propose, and confirm it as themselves; or as two new colleagues."""
    second = opened(username="second.admin", staff_number="N-8", role=Role.SYSADMIN, password="quiet river stone lamp")
    with acting_as(second):
        set_password(second, "a-newer-password-77", by=second)
        change = propose_change(world.stranger, role=Role.CASEWORKER, unit=world.north, reason=WHY, by=second)
    with acting_as(world.sysadmin):
        with pytest.raises(Refused, match="could have signed in as both"):
            confirm_change(change, by=world.sysadmin)
        set_password(world.supervisor, "a-new-password-77", by=world.sysadmin)
    with acting_as(world.supervisor), pytest.raises(Refused, match="could have signed in as both"):
        confirm_change(change, by=world.supervisor)
    with acting_as(world.supervisor2):
        assert confirm_change(change, by=world.supervisor2).status == "confirmed"


def test_a_password_that_nobody_has_changed_counts_for_longer_than_a_week(
    world: World, proposed: AccountChange, acting_as: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_as(world.sysadmin):
        set_password(world.supervisor, "a-new-password-77", by=world.sysadmin)
    a_week_later(monkeypatch)
    with acting_as(world.supervisor), pytest.raises(Refused, match="could have signed in as both"):
        confirm_change(proposed, by=world.supervisor)


def test_whoever_took_a_lost_factor_away_has_set_no_password(world: World, acting_as: As) -> None:
    second = opened(username="second.admin", staff_number="N-8", role=Role.SYSADMIN, password="quiet river stone lamp")
    with acting_as(world.supervisor):
        world.supervisor.factor_since = timezone.now()
        world.supervisor.save(update_fields=["factor_since"])
    with acting_as(world.sysadmin):
        remove_factor(world.supervisor, by=world.sysadmin)
        change = propose_change(world.stranger, role=Role.CASEWORKER, unit=world.north, reason=WHY, by=world.sysadmin)
    with acting_as(second):
        set_password(Person.objects.get(pk=world.supervisor.pk), "a-new-password-77", by=second)
    with acting_as(world.supervisor):
        assert confirm_change(change, by=world.supervisor).status == "confirmed"


def test_nobody_proposes_for_themselves(world: World, acting_as: As):
    with acting_as(world.sysadmin), pytest.raises(Refused, match="can't change your own role or unit"):
        propose_change(world.sysadmin, role=Role.SUPERVISOR, unit=world.north, reason=WHY, by=world.sysadmin)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"reason": "  "}, "Say why"),
        ({"role": Role.SUPERVISOR, "unit": None}, "A supervisor belongs to a unit"),
        ({"role": Role.NONE, "unit": None}, "has that role and unit already"),
    ],
)
def test_what_can_not_be_proposed(world: World, acting_as: As, values: dict, sentence: str):
    about = {"role": Role.STAFF, "unit": None, "reason": WHY} | values
    with acting_as(world.sysadmin), pytest.raises(Refused, match=sentence):
        propose_change(world.stranger, **about, by=world.sysadmin)
    assert not AccountChange.objects.exists()


def test_one_change_of_an_account_waits_at_a_time(world: World, proposed, acting_as: As):
    def again() -> AccountChange:
        with acting_as(world.sysadmin):
            return propose_change(world.stranger, role=Role.STAFF, unit=None, reason=WHY, by=world.sysadmin)

    with pytest.raises(Refused, match="waits for a second person already"):
        again()
    with acting_as(world.sysadmin):
        withdraw_change(proposed, by=world.sysadmin)
    assert again().status == "waiting"


def test_after_seven_days_nobody_decides(world: World, proposed: AccountChange, acting_as: As, client_of: Any):
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        for decide in (
            lambda: confirm_change(proposed, by=world.supervisor),
            lambda: refuse_change(proposed, reason="No", by=world.supervisor),
        ):
            with acting_as(world.supervisor), pytest.raises(Refused, match="more than seven days"):
                decide()
        client = client_of(world.supervisor)
        page = text(client.get(as_of(proposed)))
        assert "Nobody decided in time" in page and "Sign the decision" not in page
        assert world.stranger.name not in text(client.get(CHANGES))
        assert world.stranger.name in text(client.get(CHANGES + "?decided"))
        assert f"Decide: {world.stranger}" not in text(client.get(WORK))


def test_a_refusal_needs_a_reason_and_is_the_only_decision(world: World, proposed: AccountChange, acting_as: As):
    with acting_as(world.supervisor):
        with pytest.raises(Refused, match="Say why you refuse") as refused:
            refuse_change(proposed, reason=" ", by=world.supervisor)
        assert refused.value.field == "reason"
        refuse_change(proposed, reason="She does not work here.", by=world.supervisor)
        with pytest.raises(Refused, match="decided already"):
            confirm_change(proposed, by=world.supervisor)
    assert Person.objects.get(pk=world.stranger.pk).role == "none"


def test_only_the_proposer_withdraws(world: World, proposed: AccountChange, acting_as: As):
    second = opened(username="second.admin", staff_number="N-8", role=Role.SYSADMIN, password="quiet river stone lamp")
    with acting_as(second), pytest.raises(Refused, match="Only the person who proposed this"):
        withdraw_change(proposed, by=second)
    with acting_as(world.sysadmin):
        withdraw_change(proposed, by=world.sysadmin)
    with acting_as(world.supervisor), pytest.raises(Refused, match="decided already"):
        confirm_change(proposed, by=world.supervisor)


def test_a_confirmation_checks_everything_again(world: World, acting_as: As):
    with acting_as(world.sysadmin):
        change = propose_change(world.staff_past, role=Role.INSPECTOR, unit=None, reason=WHY, by=world.sysadmin)
    with acting_as(world.supervisor):  # meanwhile they begin to work in a home again
        assign(world.staff_past, world.cedar.facility, role="staff", by=world.supervisor)
    with acting_as(world.supervisor2), pytest.raises(Refused, match="still works on a case or in a home"):
        confirm_change(change, by=world.supervisor2)
    assert Person.objects.get(pk=world.staff_past.pk).role == "staff"


def test_an_account_that_was_closed_meanwhile_gets_no_role(world: World, proposed: AccountChange, acting_as: As):
    with acting_as(world.sysadmin):
        close_account(world.stranger, by=world.sysadmin)
    with acting_as(world.supervisor), pytest.raises(Refused, match="This account is closed"):
        confirm_change(proposed, by=world.supervisor)
    person = Person.objects.get(pk=world.stranger.pk)
    assert (person.role, person.is_active) == ("none", False)


@pytest.mark.parametrize("how", ["closed", "another role"])
def test_a_proposal_of_somebody_who_may_not_propose_any_more_is_not_confirmed(world: World, acting_as: As, how: str):
    second = opened(username="second.admin", staff_number="N-8", role=Role.SYSADMIN, password="quiet river stone lamp")
    with acting_as(second):
        change = propose_change(world.stranger, role=Role.STAFF, unit=None, reason=WHY, by=second)
    if how == "closed":
        with acting_as(world.sysadmin):
            close_account(second, by=world.sysadmin)
    else:
        with acting_as(world.sysadmin):
            other = propose_change(second, role=Role.NONE, unit=None, reason=WHY, by=world.sysadmin)
        with acting_as(world.supervisor):
            confirm_change(other, by=world.supervisor)
    with acting_as(world.supervisor):
        with pytest.raises(Refused, match="can't manage accounts any more"):
            confirm_change(change, by=world.supervisor)
        assert refuse_change(change, reason="Nobody answers for it.", by=world.supervisor).status == "refused"


def test_a_closed_account_opens_again_with_the_role_that_was_confirmed(world: World, acting_as: As):
    person = world.clinician2
    with acting_as(world.sysadmin):
        with pytest.raises(Refused, match="open already"):
            propose_reopening(person, role=Role.CLINICIAN, unit=None, reason=WHY, by=world.sysadmin)
        close_account(person, by=world.sysadmin)
        with pytest.raises(Refused, match="This account is closed"):
            propose_change(person, role=Role.STAFF, unit=None, reason=WHY, by=world.sysadmin)
    again = changed(person, role="clinician", reopened=True)
    assert (again.is_active, again.role) == (True, "clinician")
    assert differences() == []


def test_who_sees_it_as_a_task(world: World, proposed: AccountChange):
    second = opened(username="second.admin", staff_number="N-8", role=Role.SYSADMIN, password="quiet river stone lamp")
    with acting(second.pk, second.name):
        change = propose_change(world.clinician2, role=Role.CLINICIAN, unit=world.south, reason=WHY, by=second)
    said = f"Decide: {world.stranger} as caseworker, {world.north}"
    for who in world.people:
        assert (said in text(browser(world, who).get(WORK))) is (who in {"supervisor", "supervisor2"}), who
    page = text(browser(world, "sysadmin").get(WORK))
    assert said not in page and f"Decide: {world.clinician2} as clinician, {world.south}" in page
    with acting(world.supervisor.pk, world.supervisor.name):
        refuse_change(change, reason="No", by=world.supervisor)
    assert "Decide: " not in text(browser(world, "sysadmin").get(WORK))


def test_the_page_says_who_proposed_what_when_and_why_and_what_it_opens(world: World, proposed: AccountChange):
    page = text(browser(world, "supervisor2").get(as_of(proposed)))
    for said in (
        world.stranger.name,
        world.stranger.username,
        world.stranger.staff_number,
        f"{world.sysadmin}, ",
        WHY,
        "Caseworker",
        str(world.north),
        *(right.label for right in ROLE_RIGHTS[Role.CASEWORKER]),
        Can.VIEW_EXPLOITATION.label,
        Can.HOLD_BED.label,
    ):
        assert said in page, said
    assert Can.READ_AUDIT.label not in page
    assert reverse("accounts:account", args=[world.stranger.pk]) not in page  # which supervisors can't open
    assert reverse("accounts:account", args=[world.stranger.pk]) in text(
        browser(world, "sysadmin").get(as_of(proposed))
    )


def test_a_refusal_on_the_page_keeps_what_was_typed(world: World, proposed: AccountChange):
    client = browser(world, "supervisor")
    answer = client.post(as_of(proposed), key(decision="refuse", reason=""))
    assert "Say why you refuse." in text(answer) and answer.context["form"]["decision"].value() == "refuse"
    answer = client.post(as_of(proposed), key(reason="Nobody here knows her."))
    assert "Choose one." in text(answer) and "Nobody here knows her." in text(answer)
    assert AccountChange.objects.get(pk=proposed.pk).status == "waiting"
    assert client.post(as_of(proposed), key(decision="refuse", reason="Nobody here knows her."))["Location"] == as_of(
        proposed
    )
    assert "Nobody here knows her." in text(client.get(as_of(proposed)))


def test_two_people_decide_at_once_and_the_second_reads_so_and_loses_no_word(world: World, proposed: AccountChange):
    first, second = browser(world, "supervisor"), browser(world, "supervisor2")
    assert first.post(as_of(proposed), key(decision="confirm")).status_code == 302
    page = text(second.post(as_of(proposed), key(decision="refuse", reason="Nobody here knows her.")))
    assert "This is decided already." in page and "Nobody here knows her." in page
    assert "Sign the decision" not in page


def test_a_double_press_decides_once(world: World, proposed: AccountChange):
    client, data = browser(world, "supervisor"), key(decision="confirm")
    assert [client.post(as_of(proposed), data)["Location"] for _ in range(2)] == [as_of(proposed)] * 2


def test_the_proposer_finds_a_way_to_withdraw_and_none_to_decide(world: World, proposed: AccountChange):
    client = browser(world, "sysadmin")
    page = text(client.get(as_of(proposed)))
    assert "Withdraw it" in page and "Sign the decision" not in page
    assert "proposed this yourself" in text(client.post(as_of(proposed), key(decision="confirm")))
    assert client.post(as_of(proposed), key(do="withdraw"))["Location"] == as_of(proposed)
    assert AccountChange.objects.get(pk=proposed.pk).status == "withdrawn"
    assert "Withdraw it" not in text(client.get(as_of(proposed)))
    assert "decided already" in text(client.post(as_of(proposed), key(do="withdraw")))


def test_the_account_says_that_it_waits_and_the_list_finds_it(world: World, proposed: AccountChange):
    client, account = browser(world, "sysadmin"), reverse("accounts:account", args=[world.stranger.pk])
    page = text(client.get(account))
    assert page.count("Waits for a second person") == 2 and as_of(proposed) in page
    assert "Propose the change" not in page
    version = client.get(account).context["proposal"].current_version
    sent = key(do="role", version=version, role="staff", unit="", reason="Typed while another one was proposed")
    refused = text(client.post(account, sent))
    assert "waits for a second person already" in refused and "Typed while another one was proposed" in refused
    found = client.post(reverse("accounts:list"), {"state": "waits"}, follow=True).context["page"].rows
    assert [one.pk for one in found] == [world.stranger.pk]


def test_the_pages_cost_the_same_for_any_number(world: World, proposed: AccountChange):
    def costs() -> dict[tuple[str, str], int]:
        found = {}
        for who, page in [
            ("sysadmin", CHANGES),
            ("supervisor", CHANGES),
            ("supervisor", WORK),
            ("sysadmin", WORK),
            ("sysadmin", reverse("accounts:list")),
        ]:
            with CaptureQueriesContext(connection) as captured:
                assert browser(world, who).get(page).status_code == 200
            found[who, page] = len(captured)
        return found

    second = opened(username="second.admin", staff_number="N-8", role=Role.SYSADMIN, password="quiet river stone lamp")
    before = costs()
    with acting(second.pk, second.name):
        for person in (world.staff_past, world.caseworker_past, world.clinician2):
            propose_change(person, role=Role(person.role), unit=world.south, reason=WHY, by=second)
    assert costs() == before


def test_only_those_who_confirm_find_the_pages(world: World, proposed: AccountChange):
    for who, person in world.people.items():
        client: Client = browser(world, who)
        expected = 200 if person.may(Can.CONFIRM_ACCOUNTS) else 404
        assert [client.get(page).status_code for page in (CHANGES, as_of(proposed))] == [expected] * 2, who
        if expected == 404:
            assert client.post(as_of(proposed), key(decision="confirm")).status_code == 404
    assert AccountChange.objects.get(pk=proposed.pk).status == "waiting"
