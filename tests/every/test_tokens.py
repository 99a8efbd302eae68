"""What is drawn by chance for a page holds no word that a test may look for, and still guards forms."""

import re

from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD

LOGIN = reverse("accounts:login")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')


def test_no_token_of_a_page_can_hold_a_word(world):
    for _ in range(20):
        tokens = TOKEN.findall(Client().get(LOGIN).content.decode())
        assert tokens and all(re.fullmatch(r"[qxzjQXZJ]{64}", token) for token in tokens)


def test_such_tokens_still_guard_a_form(world):
    visitor = Client(enforce_csrf_checks=True)
    token = TOKEN.search(visitor.get(LOGIN).content.decode())[1]
    who = {"username": world.caseworker.username, "password": PASSWORD}
    assert visitor.post(LOGIN, who | {"csrfmiddlewaretoken": "q" * 64}).status_code == 403
    assert visitor.post(LOGIN, who | {"csrfmiddlewaretoken": token}).status_code == 302
