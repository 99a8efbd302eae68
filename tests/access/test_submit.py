"""One key, one form: a second press changes nothing, and something else under the same key is never called saved."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from placement.access.models import FormKey, Person
from placement.access.submit import SOMETHING_ELSE
from residents.models import Document, Incident

NEW = reverse("accounts:new")


def account(**more) -> dict:
    given = {"name": "New Person", "staff_number": "N-1", "username": "new.person", "role": "caseworker", "unit": ""}
    given |= {"time_zone": "UTC", "password": "quiet river stone lamp", "reason": "Begins on Monday"}
    return {**given, "form_key": str(uuid.uuid4()), **more}


def key_in(page) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', page.content.decode())[1]


@pytest.fixture
def client(world, client_of):
    world.sysadmin.time_zone = "UTC"
    return client_of(world.sysadmin)


def first_and(client, second: dict, address: str = NEW):
    first = account(time_zone="America/Chicago")
    assert client.post(NEW, first, follow=True).redirect_chain
    return first, client.post(address, first | second)


def test_other_content_under_a_used_key_is_refused_and_kept_and_a_new_key_saves_it(client):
    other = {"name": "Other Person", "staff_number": "N-2", "username": "other.person"}
    first, again = first_and(client, other)
    assert again.status_code == 200
    page = again.content.decode()
    assert SOMETHING_ELSE in page
    assert "Saved" not in page and "The account waits" not in page
    assert "Other Person" in page and "other.person" in page
    assert not Person.objects.filter(username="other.person").exists()
    assert key_in(again) != first["form_key"]
    assert client.post(NEW, first | other | {"form_key": key_in(again)}).status_code == 302
    assert Person.objects.filter(username="other.person").exists()


def test_the_same_content_at_another_address_is_something_else(client):
    _, again = first_and(client, {}, NEW + "?from=elsewhere")
    assert SOMETHING_ELSE in again.content.decode()


def test_the_same_again_goes_where_the_first_went(client):
    first, again = first_and(client, {"csrfmiddlewaretoken": "another"})
    assert again["Location"] == reverse("accounts:account", args=[Person.objects.get(username="new.person").pk])
    assert Person.objects.filter(name=first["name"]).count() == 1


def test_a_key_of_somebody_else_is_refused_like_a_used_one(world, client, client_of):
    first = account(time_zone="America/Chicago")
    client.post(NEW, first)
    report = {"form_key": first["form_key"], "kind": "other", "severity": "low", "seen": "Fell", "residents": []}
    report |= {"happened_at_date": "11/01/2026", "happened_at_time": "10:00", "happened_at_which": ""}
    page = client_of(world.staff_cedar).post(reverse("incidents:new"), report)
    assert SOMETHING_ELSE in page.content.decode() and "Fell" in page.content.decode()
    assert not Incident.objects.filter(seen="Fell").exists()


def test_another_file_is_something_else_and_the_same_one_is_not(world, client_of):
    client, address = client_of(world.caseworker), reverse("residents:file_document", args=[world.ada.resident.pk])
    data = {"form_key": str(uuid.uuid4()), "title": "Letter", "part": "case"}

    def post(text: bytes):
        return client.post(address, data | {"upload": SimpleUploadedFile("a.txt", text, content_type="text/plain")})

    assert [post(b"one").status_code, post(b"one").status_code] == [302, 302]
    assert SOMETHING_ELSE in post(b"two").content.decode()
    assert Document.objects.filter(title="Letter").count() == 1


def test_nothing_that_was_typed_is_stored_with_the_key(client):
    first, _ = first_and(client, {})
    kept = str(FormKey.objects.filter(pk=first["form_key"]).values())
    assert NEW in kept
    for typed in ("New Person", "new.person", "quiet river"):
        assert typed not in kept
