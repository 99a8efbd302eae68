"""An activity for the house, the school day, and the share of what was offered in which a young person took part."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.queries.work import my_work
from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused
from placement.facilities.models import Facility
from residents import operations
from residents.models import ActivityAnswer, ActivityOffer, CareEntry, Resident, Restriction
from residents.operations import Said
from tests.facilities.conftest import do
from tests.facilities.home_pages import errors_of, post, queries_for, text_of
from tests.facilities.shift_page import fill, local, url
from tests.world import World, browser

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def staff(world: World) -> Client:
    return browser(world, "staff_cedar")


def offered(world: World, by: Person | None = None, name: str = "Swimming", **said: Said) -> ActivityOffer:
    """Offer something to the house; ada and bea say what is given, by key."""
    answers = {world.young[key].resident: each for key, each in said.items()}
    values = {"facility": world.cedar.facility, "shift": world.cedar.shift, "name": name, "place": "out"}
    return do(by or world.staff_cedar, operations.log_activity, answers, **values, happened_at=now() - MINUTE)


def said_of(world: World, **said: tuple[str, str]) -> dict[str, str]:
    """What the table of the form says of ada and bea."""
    return {
        f"{name}_{world.young[key].resident.pk}": text
        for key, texts in said.items()
        for name, text in zip(("said", "why"), texts, strict=True)
    }


def about(**more: str) -> dict[str, str]:
    return {"name": "Swimming", "place": "out", "led_by": "Sam", **local(now() - MINUTE), **more}


def waiting(person: Person) -> list[str]:
    work = my_work(person)
    return [task.title for task in [*work.first, *work.later] if "Swimming" in task.title]


def test_everybody_has_an_answer_and_an_entry_in_the_own_day(world: World, staff: Client) -> None:
    address = url("log-activity", world)
    values = about() | said_of(world, ada=("joined", ""), bea=("not_wanted", "Was tired"))
    assert post(staff, address, values).status_code == 302
    offer = ActivityOffer.objects.get()
    assert (offer.name, offer.place, offer.led_by, offer.shift) == ("Swimming", "out", "Sam", world.cedar.shift)
    rows = {row.resident: (row.answer, row.entry.outcome, row.entry.note) for row in offer.answers.all()}
    assert rows == {
        world.ada.resident: ("joined", "Took part", "Swimming."),
        world.bea.resident: ("not_wanted", "Offered, not wanted", "Swimming. Was tired"),
    }
    assert {row.entry.happened_at for row in offer.answers.all()} == {offer.offered_at}


def test_nothing_is_said_beforehand_and_nobody_is_left_out(world: World, staff: Client) -> None:
    address = url("log-activity", world)
    form = staff.get(address).context["form"]
    assert [row.outcome.value() for row in form.rows] == ["", ""]
    assert form["place"].value() is None
    bea = f"said_{world.bea.resident.pk}"
    assert list(errors_of(post(staff, address, about() | said_of(world, ada=("joined", ""))))) == [bea]
    assert not ActivityOffer.objects.exists()
    page = staff.get(f"{address}?all=1").context["form"]
    assert [row.outcome.value() for row in page.rows] == ["joined", "joined"]


def test_who_is_away_is_not_said_to_have_taken_part(world: World, staff: Client) -> None:
    with at_time(world.ada.leave.starts_at + MINUTE):
        form = browser_at(world).get(f"{url('log-activity', world)}?all=1").context["form"]
        assert {row.resident.code: row.outcome.value() for row in form.rows} == {"W-1": "away", "W-2": "joined"}


def browser_at(world: World) -> Client:
    client = Client()
    client.force_login(world.staff_cedar)
    return client


def test_keeping_somebody_from_it_asks_why_and_waits_for_somebody_else(world: World, staff: Client) -> None:
    address = url("log-activity", world)
    assert "as a punishment for a contact" in text_of(staff, address)
    kept = about() | said_of(world, ada=("excluded", ""), bea=("joined", ""))
    assert list(errors_of(post(staff, address, kept))) == [f"why_{world.ada.resident.pk}"]
    assert not CareEntry.objects.filter(kind="activity").exists()
    kept |= said_of(world, ada=("excluded", "Her foot is hurt"))
    assert post(staff, address, kept).status_code == 302
    limit = Restriction.objects.get(kind="activity")
    assert (limit.activity, limit.reason, limit.asked_by) == ("Swimming", "Her foot is hurt", world.staff_cedar)
    assert ActivityAnswer.objects.get(answer="excluded").restriction == limit
    assert len(waiting(world.admin_cedar)) == len(waiting(world.supervisor)) == 1
    assert waiting(world.staff_cedar) == waiting(world.admin_birch) == []
    page = text_of(
        browser(world, "admin_cedar"), reverse("residents:decide_limit", args=[world.ada.resident.pk, limit.pk])
    )
    assert "Her foot is hurt" in page
    assert "as a punishment" in page


def test_whoever_kept_somebody_from_it_does_not_decide(world: World) -> None:
    offered(world, ada=Said("excluded", "Her foot is hurt"))
    offered(world, world.admin_cedar, name="swimming", ada=Said("excluded"))  # under the same limit
    limit = Restriction.objects.get(kind="activity")
    assert waiting(world.admin_cedar) == []
    with pytest.raises(Refused, match="You refused this yourself"):
        do(world.admin_cedar, operations.decide_restriction, limit, decision="approved", ends_at=now() + DAY)
    do(world.supervisor, operations.decide_restriction, limit, decision="declined", reason="She may swim")
    with pytest.raises(Refused, match="was kept from it"):
        offered(world, ada=Said("excluded"))


def test_the_school_day_is_said_once_with_a_reason_for_an_absence(world: World, staff: Client) -> None:
    address, when = url("log-school", world), local(now() - MINUTE)
    absent = when | said_of(world, ada=("Did not go", ""), bea=("Came late", "Overslept"))
    assert list(errors_of(post(staff, address, absent))) == [f"why_{world.ada.resident.pk}"]
    assert not CareEntry.objects.filter(kind="school").exists()
    assert post(staff, address, absent | said_of(world, ada=("Did not go", "Fever"))).status_code == 302
    said = set(CareEntry.objects.filter(kind="school").values_list("resident__code", "outcome", "note"))
    assert said == {("W-1", "Did not go", "Fever"), ("W-2", "Came late", "Overslept")}
    page = text_of(staff, address)
    assert "school day is written down" in page
    assert "Fever" in page


def test_only_who_works_there_logs_for_who_lives_there(world: World) -> None:
    values = {"facility": world.cedar.facility, "shift": world.cedar.shift, "happened_at": now()}
    for operation, more in ((operations.log_activity, {"name": "x", "place": "in"}), (operations.log_school, {})):
        with pytest.raises(Facility.DoesNotExist):
            do(world.staff_birch, operation, {world.ada.resident: Said("joined")}, **values, **more)
        with pytest.raises(Resident.DoesNotExist):
            do(world.staff_cedar, operation, {world.cleo.resident: Said("joined")}, **values, **more)
        with pytest.raises(Refused, match="at least one"):
            do(world.staff_cedar, operation, {}, **values, **more)
        with pytest.raises(Refused, match="not come yet"):
            do(
                world.staff_cedar,
                operation,
                {world.ada.resident: Said("x")},
                **values | {"happened_at": now() + DAY},
                **more,
            )
    with pytest.raises(Refused, match="what was offered"):
        offered(world, name=" ", ada=Said("joined"))


def test_the_share_counts_what_the_newest_versions_say_and_opens_into_rows(world: World) -> None:
    answers = (Said("joined"), Said("joined"), Said("not_wanted"), Said("away"), Said("excluded", "Her foot"))
    *_, away, kept = [offered(world, ada=answer).answers.get().entry for answer in answers]
    care, rows = (reverse(f"residents:{name}", args=[world.ada.resident.pk]) for name in ("care", "activities"))
    page = text_of(browser(world, "caseworker"), care)
    assert f'<a href="{rows}">took part in 2 of 4</a>' in page
    assert "kept from 1" in page
    do(world.staff_cedar, operations.amend_care, away, reason="A slip", outcome="Took part")
    page = text_of(browser(world, "clinician"), rows)
    assert "Took part in 3 of 5" in page
    assert page.count("Swimming.") == 5
    with pytest.raises(Refused, match="stays written"):
        do(world.staff_cedar, operations.amend_care, kept, reason="A slip", outcome="Took part")
    do(world.staff_cedar, operations.amend_care, kept, reason="A slip", outcome=CareEntry.MISTAKE)
    page = text_of(browser(world, "clinician"), rows)
    assert "Took part in 3 of 4" in page
    assert "kept from" not in page
    with at_time(now() + 31 * DAY):
        client = Client()
        client.force_login(world.caseworker)
        assert "took part in" not in text_of(client, care)


def test_the_pages_cost_the_same_for_many(world: World, staff: Client, acting_as: Any) -> None:
    offered(world, ada=Said("joined"))
    pages = [url("log-activity", world), f"{url('log-activity', world)}?all=1", url("log-school", world)]
    pages.append(reverse("residents:activities", args=[world.ada.resident.pk]))
    few = [queries_for(staff, page) for page in pages]
    fill(world, acting_as, 8)
    for number in range(5):
        offered(world, name=f"Game {number}", ada=Said("joined"))
    assert [queries_for(staff, page) for page in pages] == few
