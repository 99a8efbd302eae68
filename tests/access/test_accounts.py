"""Accounts: who manages them, what is refused in words, what ends when one is closed."""

import html
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.models import Membership, Person
from placement.access.operations import change_account, close_account, open_account
from placement.access.proposals import propose_account, propose_change, propose_reopening
from placement.access.rights import Role
from placement.database.constraints import Refused
from tests.accounts import changed
from tests.world import PASSWORD, World

LIST, NEW, OWN = reverse("accounts:list"), reverse("accounts:new"), reverse("accounts:password")
GOOD = "quiet river stone lamp"


def page(person: Person) -> str:
    return reverse("accounts:account", args=[person.pk])


def key() -> dict:
    return {"form_key": str(uuid.uuid4())}


def new_data(**more) -> dict:
    return (
        key()
        | {
            "name": "New Person",
            "staff_number": "N-1",
            "username": "new.person",
            "role": "caseworker",
            "unit": "",
            "time_zone": "America/Chicago",
            "password": GOOD,
            "reason": "Begins in the north unit on Monday.",
        }
        | more
    )


def change_data(client: Client, person: Person, **more) -> dict:
    version = client.get(page(person)).context["change"].current_version
    now = {"name": person.name, "time_zone": person.time_zone}
    return key() | {"do": "change", "version": version} | now | more


def role_data(client: Client, person: Person, **more) -> dict:
    version = client.get(page(person)).context["proposal"].current_version
    now = {"role": person.role, "unit": str(person.unit_id or ""), "reason": "Other work from Monday."}
    return key() | {"do": "role" if person.is_active else "reopen", "version": version} | now | more


@pytest.fixture
def admin(world, client_of) -> Client:
    return client_of(world.sysadmin)


@pytest.mark.parametrize(
    "who", ["caseworker", "staff_cedar", "admin_cedar", "clinician", "supervisor", "inspector_cedar", "stranger"]
)
def test_only_the_system_administrator_finds_accounts(world, client_of, who):
    client = client_of(world.people[who])
    made_up = client.get("/accounts/nothing-here/").content
    for address in (LIST, NEW, page(world.caseworker2)):
        response = client.get(address)
        assert (response.status_code, response.content) == (404, made_up)
    assert client.post(page(world.people[who]), key() | {"do": "change", "role": "sysadmin"}).status_code == 404
    assert client.post(NEW, new_data()).status_code == 404
    assert not Person.objects.filter(username="new.person").exists()


def test_an_account_is_proposed_confirmed_and_the_person_signs_in(world, admin, client_of):
    response = admin.post(NEW, new_data(role="supervisor", unit=str(world.north.pk)))
    person = Person.objects.get(username="new.person")
    assert response["Location"] == page(person)
    assert (person.role, person.unit, person.is_active, person.time_zone) == ("none", None, False, "America/Chicago")
    assert not Membership.objects.filter(person=person).exists()
    visitor, credentials = Client(), {"username": "new.person", "password": GOOD}
    assert "or the account is closed" in visitor.post(reverse("accounts:login"), credentials).content.decode()
    change = person.account_changes.get()
    decision = key() | {"decision": "confirm"}
    assert client_of(world.supervisor2).post(reverse("accounts:change", args=[change.pk]), decision).status_code == 302
    person.refresh_from_db()
    assert (person.role, person.unit, person.is_active) == ("supervisor", world.north, True)
    groups = set(Membership.objects.filter(person=person).values_list("group__name", flat=True))
    assert groups == {"agency/all/supervisor", f"unit/{world.north.pk}/supervisor"}
    assert visitor.post(reverse("accounts:login"), credentials).status_code == 302
    assert GOOD not in str(person.history.values())


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"staff_number": "W-001"}, "staff_number", "There is already an account for this staff number"),
        *[
            ({"staff_number": like}, "staff_number", "There is already an account")
            for like in ("w-0O1", "W 00I", "w/00l.")
        ],
        *[
            ({"staff_number": odd}, "staff_number", "Use letters from A to Z")
            for odd in ("W\u2010001", "W-\u200b001", "W-001\u00a0x", "Ｗ-００１", "W-\u041e01", "-1")
        ],
        ({"username": "caseworker.of.the.world"}, "username", "Somebody has this username already."),
        ({"username": "New Person"}, "username", "Use small letters"),
        ({"role": "supervisor"}, "unit", "A supervisor belongs to a unit."),
        ({"role": "owner"}, "role", "not one of the available choices"),
        ({"unit": str(uuid.uuid4())}, "unit", "not one of the available choices"),
        ({"password": "short"}, "password", "at least 12 characters"),
        ({"password": "new.person.new"}, "password", "too similar"),
        ({"name": ""}, "name", "Fill this in."),
        ({"reason": ""}, "reason", "Fill this in."),
        ({"time_zone": "Moon/Base"}, "time_zone", "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_next_to_its_field_and_the_rest_is_kept(world, admin, changes, field, sentence):
    response = admin.post(NEW, new_data() | changes)
    assert response.status_code == 200
    assert any(sentence in error for error in response.context["form"].errors[field])
    assert (data := new_data() | changes)["staff_number"] in html.unescape(response.content.decode())
    assert not Person.objects.filter(username=data["username"], name=data["name"]).exists()
    assert GOOD not in response.content.decode()


@pytest.mark.parametrize("like", ["w-001", "W001", "W 001", "W-OO1", "w.0o/l", "W--0-0-I"])
def test_the_database_knows_staff_numbers_that_read_alike(world, acting_as, like):
    with acting_as(world.sysadmin):
        with pytest.raises(Refused, match="already an account for this staff number") as refused:
            opened(like, world.sysadmin)
        assert refused.value.field == "staff_number"
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=world.stranger.pk).update(staff_number=like)


@pytest.mark.parametrize("odd", ["W\u2010001", "\u200bW-001", "", "-", "W-001\n"])
def test_the_database_takes_plain_staff_numbers_only(world, acting_as, odd):
    with acting_as(world.sysadmin), pytest.raises(Refused, match="Use letters from A to Z"):
        opened(odd, world.sysadmin)


def test_staff_numbers_that_differ_are_two(world, acting_as):
    with acting_as(world.sysadmin):
        assert {opened(number, world.sysadmin).staff_number for number in ("W-0011", "WB-001")} == {"W-0011", "WB-001"}


def opened(staff_number: str, by: Person) -> Person:
    username = f"n.{uuid.uuid4()}"
    about = {"username": username, "name": "N", "unit": None, "time_zone": "America/Denver", "reason": "New here"}
    return propose_account(**about, staff_number=staff_number, role=Role.NONE, password=GOOD, by=by).person


def test_a_double_press_opens_one_account(world, admin):
    data = new_data()
    first, second = admin.post(NEW, data), admin.post(NEW, data)
    assert first["Location"] == second["Location"]


def test_nobody_raises_or_closes_themselves(world, admin):
    response = admin.post(
        page(world.sysadmin), role_data(admin, world.sysadmin, role="supervisor", unit=str(world.north.pk))
    )
    assert "can't change your own role" in response.context["proposal"].errors["role"][0]
    assert "Other work from Monday." in response.content.decode()
    response = admin.post(page(world.sysadmin), key() | {"do": "close"})
    assert "can't close your own account" in response.context["state"].non_field_errors()[0]
    world.sysadmin.refresh_from_db()
    assert (world.sysadmin.role, world.sysadmin.is_active) == ("sysadmin", True)


def test_the_operations_refuse_everybody_else(world, acting_as):
    with acting_as(world.supervisor):
        with pytest.raises(Refused, match="Only a system administrator"):
            change_account(world.stranger, name="x", time_zone="America/Chicago", by=world.supervisor)
        for propose in (propose_change, propose_reopening):
            with pytest.raises(Refused, match="Only a system administrator"):
                propose(world.stranger, role=Role.SYSADMIN, unit=None, reason="x", by=world.supervisor)
        with pytest.raises(Refused, match="Only a system administrator"):
            close_account(world.sysadmin, by=world.supervisor)
        with pytest.raises(Refused, match="Only a system administrator"):
            opened("X-1", world.supervisor)
    with acting_as(world.sysadmin), pytest.raises(Refused, match="a second person has confirmed it"):
        open_account(username="x", name="x", staff_number="x", role=Role.NONE, password=GOOD, by=world.sysadmin)


def test_a_change_of_role_ends_the_rights_of_the_old_one(world, client_of):
    supervisor = client_of(world.supervisor)
    assert supervisor.get(reverse("residents:detail", args=[world.ada.resident.pk])).status_code == 200
    changed(world.supervisor, role="none")
    assert supervisor.get(reverse("work")).status_code == 302  # signed out
    supervisor.force_login(world.supervisor)
    assert supervisor.get(reverse("residents:detail", args=[world.ada.resident.pk])).status_code == 404


@pytest.mark.parametrize("who", ["caseworker", "clinician", "staff_cedar", "admin_cedar", "inspector_cedar"])
@pytest.mark.parametrize("role", ["none", "sysadmin"])
def test_nobody_takes_young_people_along_into_another_role(world, admin, who, role):
    person = world.people[who]
    before = person.role
    response = admin.post(page(person), role_data(admin, person, role=role))
    assert "still works on a case or in a home" in response.context["proposal"].errors["role"][0]
    person.refresh_from_db()
    assert person.role == before
    assert admin.post(page(person), change_data(admin, person, name="Another name")).status_code == 302


def test_the_role_changes_once_the_work_has_ended(world, admin):
    for person in (world.staff_past, world.caseworker_past):
        assert admin.post(page(person), role_data(admin, person, role="none")).status_code == 302


def test_a_form_that_was_overtaken_shows_both_and_overwrites_nothing(world, admin, acting_as):
    data = change_data(admin, world.caseworker, name="From this form")
    with acting_as(world.sysadmin):
        change_account(world.caseworker, name="From elsewhere", time_zone="America/Denver", by=world.sysadmin)
    text = admin.post(page(world.caseworker), data).content.decode()
    assert "From elsewhere" in text
    assert "From this form" in text
    world.caseworker.refresh_from_db()
    assert world.caseworker.name == "From elsewhere"


def test_closing_ends_every_session_and_reopening_lets_in_again(world, admin, client_of):
    staff = client_of(world.staff_cedar)
    home = reverse("facilities:shift", args=[world.cedar.facility.pk])
    assert staff.get(home).status_code == 200
    admin.post(page(world.staff_cedar), key() | {"do": "close"})
    assert reverse("accounts:login") in staff.get(home)["Location"]
    visitor, credentials = Client(), {"username": world.staff_cedar.username, "password": PASSWORD}
    assert "or the account is closed" in visitor.post(reverse("accounts:login"), credentials).content.decode()
    world.staff_cedar.is_active = False
    assert admin.post(page(world.staff_cedar), role_data(admin, world.staff_cedar)).status_code == 302
    assert "or the account is closed" in visitor.post(reverse("accounts:login"), credentials).content.decode()
    decision = reverse("accounts:change", args=[world.staff_cedar.account_changes.get().pk])
    assert client_of(world.supervisor).post(decision, key() | {"decision": "confirm"}).status_code == 302
    assert visitor.post(reverse("accounts:login"), credentials).status_code == 302
    kinds = [row.is_active for row in world.staff_cedar.history.order_by("history_id")]
    assert kinds[-2:] == [False, True]


@pytest.mark.parametrize(
    ("do", "sentence"), [("close", "closed already"), ("reopen", "open already"), ("role", "This account is closed.")]
)
def test_a_press_on_a_page_that_is_out_of_date_changes_nothing(world, admin, do, sentence):
    """Two administrators had the same page open; the second press must not do the opposite of what its button said."""
    person = world.staff_cedar
    if do != "reopen":
        admin.post(page(person), key() | {"do": "close"})
    written = person.history.count()
    late = admin.post(page(person), role_data(admin, person) | {"do": do})
    errors = late.context["state" if do == "close" else "proposal"].non_field_errors()
    assert sentence in errors[0] and sentence in html.unescape(late.content.decode())
    assert Person.objects.get(pk=person.pk).is_active is (do == "reopen")
    assert (person.history.count(), person.account_changes.count()) == (written, 0)


def test_a_new_password_ends_every_session_of_the_person(world, admin, client_of):
    staff = client_of(world.staff_cedar)
    different = key() | {"do": "password", "password": GOOD, "again": "another river stone"}
    assert "not the same" in admin.post(page(world.staff_cedar), different).content.decode()
    assert admin.post(page(world.staff_cedar), different | {"again": GOOD}).status_code == 302
    assert staff.get(reverse("facilities:shift", args=[world.cedar.facility.pk])).status_code == 302
    assert Client().login(username=world.staff_cedar.username, password=GOOD)


def test_everybody_changes_the_own_password_with_the_present_one(world, client_of):
    here, elsewhere = client_of(world.staff_cedar), client_of(world.staff_cedar)
    wrong = key() | {"present": "not it at all", "password": GOOD, "again": GOOD}
    assert "not your password now" in here.post(OWN, wrong).content.decode()
    assert here.post(OWN, wrong | {"present": PASSWORD}).status_code == 302
    assert here.get(OWN).status_code == 200
    assert elsewhere.get(OWN).status_code == 302


def test_the_list_filters_and_costs_the_same_for_any_number(world, admin, acting_as):
    def names(**wanted: str) -> set[str]:
        return {one.username for one in admin.post(LIST, wanted, follow=True).context["page"].rows}

    assert names(text="W-002") == {"caseworker2.of.the.world"}
    assert names(role="sysadmin") == {"sysadmin.of.the.world"}
    assert names(state="closed") == set()
    assert world.stranger.username in names(state="open")

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get(LIST)
        return len(captured)

    before = cost()
    with acting_as(world.sysadmin):
        Person.objects.bulk_create(
            Person(username=f"extra{n}", name=f"Extra {n:03}", staff_number=f"E-{n}", password="!", is_active=False)
            for n in range(60)
        )
    assert cost() == before
    first = admin.get(LIST)
    second = admin.get(LIST + "?after=" + first.context["page"].next_token)
    assert len(first.context["page"].rows) == 50
    assert not {p.pk for p in first.context["page"].rows} & {p.pk for p in second.context["page"].rows}


def test_the_own_password_never_reaches_history(world: World, client_of):
    client_of(world.staff_cedar).post(OWN, key() | {"present": PASSWORD, "password": GOOD, "again": GOOD})
    newest = world.staff_cedar.history.latest("history_id")
    assert not hasattr(newest, "password")
    assert newest.password_changed_at is not None
