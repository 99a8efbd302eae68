"""A former value is put back by the usual form, with a reason and a second person where that form needs one; never by itself."""

from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.urls import reverse

from compliance.queries.putting_back import INSTEAD, WAYS
from placement.access.models import Person
from placement.audit.history import Tracked
from placement.database.context import acting
from placement.facilities.operations import close_bed, set_looks
from placement.ui.moments import moment_in_address
from residents import operations as residents
from residents.models import ContactChange, OutsidePerson
from tests.compliance.test_as_of import clock
from tests.residents.test_forms import hidden
from tests.world import World, browser


def by(person: Person | None) -> Any:
    assert person
    return acting(person.pk, person.name)


def rename(world: World, name: str, person: Person | None = None) -> None:
    person = person or world.caseworker
    with by(person):
        residents.change_profile(
            world.ada.resident, preferred_name=name, languages=["English"], plan_of_the_day="", by=person
        )


def former(thing: Any, *fields: str, back: int = 1) -> str:
    """The query of the address that puts back what the row before the newest ones says."""
    row = thing.history.order_by("-history_id")[back]
    return f"?former={row.history_id}" + "".join(f"&field={name}" for name in fields)


def profile(world: World) -> str:
    return reverse("residents:change_profile", args=[world.ada.resident.pk])


def filled(page: HttpResponse, name: str) -> Any:
    form: Any = page.context["form"]  # type: ignore[attr-defined]
    return form[name].value()


@pytest.mark.parametrize("label", sorted({*WAYS, *INSTEAD}))
def test_every_way_leads_to_fields_of_its_record(label: str) -> None:
    model = apps.get_model(label)
    assert issubclass(model, Tracked)
    for way in WAYS.get(label, ()):
        assert {model._meta.get_field(name).name for name in way.fields} == set(way.fields)


def test_the_form_is_filled_in_and_saves_nothing_until_it_is_sent_with_a_reason(world: World) -> None:
    rename(world, "Zara")
    client, address = browser(world, "caseworker"), profile(world) + former(world.ada.resident, "preferred_name")
    page = client.get(address)
    assert filled(page, "preferred_name") == "Ada"
    assert "is filled in from the record of" in page.text
    assert "Ada" not in address
    world.ada.resident.refresh_from_db()
    assert world.ada.resident.preferred_name == "Zara"
    sent = hidden(page) | {"preferred_name": "Ada", "sex": "female", "languages": "English", "plan_of_the_day": ""}
    refused = client.post(address, sent)
    assert refused.status_code == 200 and "reason" in refused.context["form"].errors
    assert client.post(address, hidden(client.get(address)) | sent | {"reason": "It was a slip"}).status_code == 302
    world.ada.resident.refresh_from_db()
    assert world.ada.resident.preferred_name == "Ada"
    newest = world.ada.resident.history.latest("history_id")
    assert (newest.history_change_reason, newest.history_act) == ("It was a slip", "residents.change_profile")
    assert newest.history_user_id == world.caseworker.pk


def test_the_history_offers_it_to_who_changed_it(world: World) -> None:
    rename(world, "Zara")
    text = browser(world, "caseworker").get(reverse("residents:history", args=[world.ada.resident.pk])).text
    assert (profile(world) + former(world.ada.resident, "preferred_name")).replace("&", "&amp;") in text
    text = browser(world, "supervisor").get(reverse("residents:history", args=[world.ada.resident.pk])).text
    assert "Put back as it was before" not in text


def test_who_reads_only_the_own_acts_puts_back_no_others(world: World) -> None:
    rename(world, "Zara")
    rename(world, "Yara")
    client = browser(world, "caseworker")
    rows = world.ada.resident.history.order_by("-history_id")
    with by(world.supervisor):  # somebody else's change, as by another caseworker before them
        world.ada.resident.refresh_from_db()
        world.ada.resident.preferred_name = "Xara"
        world.ada.resident.save()
    assert rows[0].history_user_id == world.supervisor.pk
    before = profile(world) + former(world.ada.resident, "preferred_name")
    assert client.get(before).status_code == 404
    assert client.get(profile(world) + former(world.ada.resident, "preferred_name", back=2)).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?former=0&field=preferred_name",
        "?former=x&field=preferred_name",
        "?former=99999999999999999999&field=preferred_name",
        f"?former={'9' * 5000}&field=preferred_name",
        "?former={row}",
        "?former={row}&field=code",
        "?former={row}&field=no_such",
        "?former={other}&field=preferred_name",
    ],
)
def test_what_is_no_former_value_of_this_record_is_not_found(world: World, query: str) -> None:
    rename(world, "Zara")
    row = world.ada.resident.history.order_by("-history_id")[1].history_id
    other = world.bea.resident.history.latest("history_id").history_id
    answer = browser(world, "caseworker").get(profile(world) + query.format(row=row, other=other))
    assert answer.status_code == 404


@pytest.mark.parametrize("key", ["supervisor", "caseworker2", "staff_cedar", "clinician"])
def test_the_form_opens_to_nobody_else(world: World, key: str) -> None:
    rename(world, "Zara")
    address = profile(world) + former(world.ada.resident, "preferred_name")
    assert browser(world, key).get(address).status_code == 404


def test_what_needs_a_second_person_needs_one_again(world: World) -> None:
    """Contact was allowed and is not any more: to allow it again waits for the supervisor."""
    aunt = world.ada.outside
    assert isinstance(aunt, OutsidePerson) and aunt.permission == "allowed"
    with by(world.caseworker):
        residents.change_outside_person(aunt, permission="prohibited", order="Order 7", by=world.caseworker)
    client = browser(world, "caseworker")
    address = reverse("residents:change_outside_person", args=[world.ada.resident.pk, aunt.pk])
    address += former(aunt, "permission")
    page = client.get(address)
    assert filled(page, "permission") == "allowed"
    sent = hidden(page) | {"permission": "allowed", "order": "", "office": "", "other_names": "", "reason": "A slip"}
    assert client.post(address, sent).status_code == 302
    aunt.refresh_from_db()
    assert aunt.permission == "prohibited"
    assert ContactChange.objects.get(outside_person=aunt, decision="").permission == "allowed"


def test_a_home_is_put_back_from_the_page_of_the_past(world: World) -> None:
    before, home = clock(), world.cedar.facility
    with by(world.cedar.admin):
        set_looks(home, day_minutes=120, night_minutes=30, vary_minutes=0, by=world.cedar.admin)
    client = browser(world, "supervisor")
    past = client.get(reverse("audit:as_of_home", args=[home.pk]), {"at": moment_in_address(before)})
    address = reverse("facilities:how-often", args=[home.pk]) + former(home, "look_day_minutes")
    assert address.replace("&", "&amp;") in past.text
    page = client.get(address)
    assert filled(page, "day_minutes") == 60
    sent = hidden(page) | {"day_minutes": "60", "night_minutes": "30", "vary_minutes": "0"}
    assert client.post(address, sent).status_code == 200
    home.refresh_from_db()
    assert home.look_day_minutes == 120
    assert client.post(address, sent | {"put_back_because": "Two hours are too long"}).status_code == 302
    home.refresh_from_db()
    assert home.look_day_minutes == 60
    assert home.history.latest("history_id").history_change_reason == "Two hours are too long"


def test_where_no_form_is_open_the_page_says_how_else(world: World) -> None:
    before = clock()
    rename(world, "Zara")
    with by(world.caseworker):
        alert = world.ada.alert
        assert alert
        alert.text = "Changed"
        alert.save()
    url = reverse("audit:as_of_young", args=[world.ada.resident.pk])
    text = browser(world, "supervisor").get(url, {"at": moment_in_address(before)}).text
    assert "Put it back…" not in text
    assert "Propose to put it back…" in text  # to whoever keeps the case
    assert "End the alert, and raise a new one." in text


def test_a_bed_that_was_in_use_is_not_put_back_by_the_form_that_takes_it_out_of_use(world: World) -> None:
    before, home, bed = clock(), world.cedar.facility, world.cedar.beds[3]
    with by(world.cedar.admin):
        close_bed(bed, from_=world.today, until=None, why="Painting", by=world.cedar.admin)
    text = as_of_home(world, before)
    assert "Painting" in text and "Put the bed back into use" in text
    assert former(bed, "closed_from") not in text
    closed = clock()
    with by(world.cedar.admin):
        close_bed(bed, from_=world.today, until=None, why="A new window", by=world.cedar.admin)
    assert f"{reverse('facilities:close-bed', args=[home.pk, bed.pk])}?former=" in as_of_home(world, closed)


def as_of_home(world: World, moment: Any) -> str:
    address = reverse("audit:as_of_home", args=[world.cedar.facility.pk])
    return browser(world, "supervisor").get(address, {"at": moment_in_address(moment)}).text
