"""Error pages tell nothing, and the page of components exists only while developing."""

from uuid import uuid4

import pytest
from django.test import Client, RequestFactory, override_settings

from placement.ui import views
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_page_that_does_not_exist_says_the_same_to_everyone():
    pages = [Client().get(path) for path in ("/nothing/", "/nothing/?q=<script>", "/ui/components/")]
    assert {page.status_code for page in pages} == {404}
    [text] = {page.content.decode() for page in pages}
    assert "<nav" not in text


def test_somebody_who_is_signed_in_keeps_the_menu_and_no_address_leaves_a_trace(world: World, client_of):
    client = client_of(world.supervisor)
    paths = ("/nothing/", f"/residents/{uuid4()}/", f"/facilities/{uuid4()}/shift/", "/audit/1/2/")
    pages = [client.get(path) for path in paths]
    assert {page.status_code for page in pages} == {404}
    [text] = {page.content.decode() for page in pages}
    assert "Residents" in text
    assert "aria-current" not in text
    assert "csrfmiddlewaretoken" not in text


@pytest.mark.parametrize(
    ("view", "status"),
    [(views.not_found, 404), (views.bad_request, 400), (views.csrf_failure, 403), (views.server_error, 500)],
)
def test_error_pages_stand_alone(view, status):
    request = RequestFactory().post("/residents/K-7/", {"note": "canary"})
    answer = view(request)
    assert answer.status_code == status
    text = answer.content.decode()
    assert all(word not in text for word in ("canary", "K-7", "csrfmiddlewaretoken", "<nav", "<script", "<form"))
    assert "<h1>" in text
    assert "Go to My work" in text


def test_a_form_without_its_token_gets_the_plain_page():
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


@override_settings(DEBUG=True)
def test_components_are_shown_while_developing_and_refused_forms_come_back():
    assert "Components</h1>" in Client().get("/ui/components/").content.decode()
    text = Client().post("/ui/components/", {"version": "1", "code": "kept"}).content.decode()
    assert "Please check 7 things" in text
    assert 'value="kept"' in text
    assert "style=" not in text
    assert "onclick" not in text
