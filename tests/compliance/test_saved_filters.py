"""Filters of the audit list that a supervisor keeps: opened again as they were, and nobody else's."""

import re

import pytest
from django.db import DatabaseError, connection, transaction

from compliance.models import SavedFilter
from compliance.operations import remove_filter, save_filter
from compliance.operations.saved_filters import MOST
from placement.database.constraints import Refused
from placement.database.context import acting
from tests.world import World, browser

PAGE = "/audit/filters/"


def saved(world: World, name: str = "Late ones", **asked: str) -> SavedFilter:
    person = world.supervisor
    with acting(person.pk, person.name):
        return save_filter(name=name, asked=asked or {"written": "late"}, by=person)


def hidden_fields(form: str) -> dict[str, str]:
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_what_is_chosen_is_saved_and_opens_again_without_its_days(world: World) -> None:
    client = browser(world, "supervisor")
    sent = {"who": "Wren", "role": "staff", "since": "11/20/2020", "until": "11/21/2020"}
    where = client.post("/audit/", sent).url
    query = where.partition("?")[2]
    assert "Wren" not in where
    page = client.get(f"{PAGE}?{query}").text
    assert "Name of who did it: Wren" in page
    key = re.findall(r'name="form_key" value="([^"]*)"', page)[-1]
    assert client.post(f"{PAGE}?{query}", {"name": "Wren at night", "form_key": key}).status_code == 302
    (row,) = SavedFilter.objects.all()
    assert (row.person_id, row.name, row.asked) == (
        world.supervisor.pk,
        "Wren at night",
        {"who": "Wren", "role": "staff"},
    )
    form = re.search(r'<form method="post" action="/audit/">.*?</form>', client.get(PAGE).text, re.DOTALL)
    assert form
    fields = hidden_fields(form[0])
    fields.pop("csrfmiddlewaretoken")
    opened = client.post("/audit/", fields, follow=True)
    assert opened.redirect_chain[-1][0] == "/audit/?role=staff&searched=1"
    assert "Name of who did it: Wren" in opened.text


def test_nothing_chosen_is_nothing_to_save(world: World) -> None:
    client = browser(world, "supervisor")
    assert "Save what is chosen now" not in client.get(PAGE).text
    client.post(PAGE, {"name": "Nothing", "form_key": "7a8b1d7e-9a53-4f5c-8c61-1a86f2e1c9aa"})
    assert not SavedFilter.objects.exists()


def test_it_is_removed_and_history_never_kept_what_was_looked_for(world: World) -> None:
    row, client = saved(world, who="Wren"), browser(world, "supervisor")
    assert "asked" not in {field.name for field in SavedFilter.history.model._meta.get_fields()}
    page = client.get(PAGE).text
    form = re.search(r'<form method="post">(?:(?!</form>).)*name="saved".*?</form>', page, re.DOTALL)
    assert form
    client.post(PAGE, hidden_fields(form[0]))
    assert not SavedFilter.objects.exists()
    assert [one.history_type for one in SavedFilter.history.filter(id=row.pk).order_by("history_id")] == ["+", "-"]


def test_nobody_else_sees_opens_or_removes_it(world: World) -> None:
    row, other = saved(world), world.supervisor2
    assert "Late ones" not in browser(world, "supervisor2").get(PAGE).text
    with acting(other.pk, other.name):
        assert not SavedFilter.objects.exists()
        with pytest.raises(SavedFilter.DoesNotExist):
            remove_filter(row, by=other)
        with connection.cursor() as cursor:
            for sql in ("UPDATE compliance_savedfilter SET name = 'x'", "DELETE FROM compliance_savedfilter"):
                cursor.execute(sql)
                assert cursor.rowcount == 0
            cursor.execute("SELECT count(*) FROM compliance_historicalsavedfilter")
            assert cursor.fetchone() == (0,)
    with acting(world.supervisor.pk, world.supervisor.name):
        assert SavedFilter.objects.get().name == "Late ones"


def test_nobody_saves_one_in_the_name_of_another(world: World) -> None:
    with (
        acting(world.supervisor2.pk, world.supervisor2.name),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        SavedFilter.objects.create(person=world.supervisor, name="Planted", asked={})


def test_a_name_is_used_once_and_is_said_at_its_field(world: World) -> None:
    saved(world)
    with pytest.raises(Refused) as refused:
        saved(world)
    assert refused.value.field == "name"
    for number in range(MOST - 1):
        saved(world, f"Number {number}")
    with pytest.raises(Refused, match="Remove one first"):
        saved(world, "One too many")


@pytest.mark.parametrize(
    "key", ["caseworker", "staff_cedar", "admin_cedar", "clinician", "inspector_cedar", "sysadmin"]
)
def test_other_roles_have_no_filters(world: World, key: str) -> None:
    assert browser(world, key).get(PAGE).status_code == 404
    person = world.people[key]
    with acting(person.pk, person.name), pytest.raises(Refused):
        save_filter(name="Mine", asked={}, by=person)
