"""The guards themselves: each one trips when what it guards is taken away."""

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import Client, override_settings
from django.urls import path

from placement import urls as product
from placement.access.checks import every_view_declares_a_right
from placement.access.guard import needs, public
from placement.access.middleware import GuardForgotten
from placement.access.rights import AGENCY_RIGHTS, HOME_RIGHTS, RESIDENT_RIGHTS, ROLE_RIGHTS, Can, Role
from residents.models import Resident
from tests.world import World, browser

BASE = Path(settings.BASE_DIR)
SOURCES = [file for folder in ("placement", "residents", "compliance") for file in (BASE / folder).rglob("*.py")]
BANNED = [
    "get_object_or_404",
    "get_list_or_404",
    "guardian.shortcuts",
    "guardian.mixins",
    ".raw(",
    ".extra(",
    "mark_safe",
    "csrf_exempt",
    'fields = "__all__"',
    "datetime.now(",
    "SimpleHistoryAdmin",
    "django.contrib.admin",
    "session_replication_role",
]


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def forgetful(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Resident.objects.count()))


def forgetful_form(request: HttpRequest) -> HttpResponse:
    Resident.objects.order_by("pk").first()
    return redirect("/")


def careful(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Resident.objects.visible_to(request.person, Can.VIEW_CODE).count()))


def urls(monkeypatch: pytest.MonkeyPatch, *views: Any) -> Any:
    """Settings whose addresses lead to these views, at /0/, /1/, …, and the product's own, which the menu names."""
    module = ModuleType("tests.every.made_up_urls")
    module.urlpatterns = [path(f"{number}/", one, name=f"page-{number}") for number, one in enumerate(views)]
    module.urlpatterns += product.urlpatterns
    module.handler404 = "placement.ui.views.not_found"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return override_settings(ROOT_URLCONF=module.__name__)


def marked(*args: Any) -> Any:
    return needs(*args)(lambda request: HttpResponse("ok"))


@pytest.mark.parametrize(
    ("one", "trips"),
    [
        (view, "access.E001"),
        (marked(), "access.E002"),
        (public("")(lambda request: HttpResponse("ok")), "access.E002"),
        (marked("residents.view_everything"), "access.E003"),
        (marked(Can.VIEW_CODE), None),
        (public("a reason")(lambda request: HttpResponse("ok")), None),
    ],
)
def test_a_view_without_a_declared_known_right_does_not_start(
    monkeypatch: pytest.MonkeyPatch, one: Any, trips: str | None
) -> None:
    with urls(monkeypatch, one):
        found = [error.id for error in every_view_declares_a_right(None)]
        assert found == ([trips] if trips else [])
        assert [error.id for error in run_checks() if error.id and error.id.startswith("access.")] == found


def test_the_project_passes_its_checks() -> None:
    assert [str(error) for error in run_checks() if not error.is_silenced()] == []


def test_a_view_that_slipped_past_the_check_is_not_served(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    with urls(monkeypatch, view):
        assert browser(world, "supervisor").get("/0/").status_code == 404
        assert Client().get("/0/").status_code == 404


def test_a_view_that_forgot_to_ask_is_not_answered(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    with urls(monkeypatch, needs(Can.VIEW_CODE)(forgetful), needs(Can.VIEW_CODE)(careful)):
        with pytest.raises(GuardForgotten):
            browser(world, "supervisor").get("/0/")
        quiet = browser(world, "supervisor")
        quiet.raise_request_exception = False
        answer = quiet.get("/0/")
        assert answer.status_code == 500
        assert str(Resident.objects.count()).encode() not in answer.content
        assert browser(world, "supervisor").get("/1/").content == b"4"  # north: ada, bea, eve, fay
        assert browser(world, "stranger").get("/1/").content == b"0"


def test_a_view_that_forgot_to_ask_for_the_second_right_is_not_answered(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    with urls(monkeypatch, needs(Can.VIEW_CODE, also=[Can.VIEW_FACILITY])(careful)), pytest.raises(GuardForgotten):
        browser(world, "supervisor").get("/0/")


def test_a_form_that_forgot_to_ask_and_redirects_is_not_answered(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """A form that has done its work answers with a redirect; a page that only leads on has done nothing."""
    with urls(monkeypatch, needs(Can.VIEW_CODE)(forgetful_form)):
        client = browser(world, "supervisor")
        with pytest.raises(GuardForgotten):
            client.post("/0/")
        assert client.get("/0/").status_code == 302


def test_a_right_of_the_role_is_asked_before_the_view_runs(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    with urls(monkeypatch, marked(Can.MANAGE_ACCOUNTS)):
        assert browser(world, "sysadmin").get("/0/").content == b"ok"
        for key in world.people.keys() - {"sysadmin"}:
            assert browser(world, key).get("/0/").status_code == 404


@pytest.mark.parametrize("name", BANNED)
def test_banned_names_are_absent(name: str) -> None:
    found = {str(file.relative_to(BASE)) for file in SOURCES if name in file.read_text()}
    compared_with = {"placement/bench/stock.py"} if name == "guardian.shortcuts" else set()
    assert found == compared_with


def test_ruff_bans_them_too() -> None:
    """The list in pyproject.toml works: a file with each banned name is refused."""
    configured = (BASE / "pyproject.toml").read_text()
    for name in (
        "django.shortcuts.get_object_or_404",
        "guardian.shortcuts",
        "guardian.mixins",
        "csrf_exempt",
        "mark_safe",
    ):
        assert name in configured


def test_templates_bring_no_script_no_style_and_escape_everything() -> None:
    wrong = []
    for file in (BASE / "templates").rglob("*.html"):
        text = file.read_text()
        for pattern in (
            r"\|\s*safe\b",
            r"\{%\s*autoescape off",
            r"<script(?![^>]*\bsrc=)",
            r"<style",
            r"\sstyle=",
            r"\son[a-z]+=",
        ):
            if re.search(pattern, text):
                wrong.append(f"{file.relative_to(BASE)}: {pattern}")
        wrong += [f"{file.relative_to(BASE)}: {url}" for url in re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', text)]
    assert wrong == []


def test_every_right_has_a_sentence_and_is_given_to_somebody() -> None:
    given = set().union(
        *RESIDENT_RIGHTS.values(), *HOME_RIGHTS.values(), *AGENCY_RIGHTS.values(), *ROLE_RIGHTS.values()
    )
    assert given == set(Can)
    assert all(right.label and right.label != right.name for right in Can)
    assert ROLE_RIGHTS.keys() == set(Role)


def test_a_right_belongs_to_the_tables_of_its_own_app() -> None:
    assert {right.app for given in RESIDENT_RIGHTS.values() for right in given} == {"residents"}
    assert {right.app for rights in (HOME_RIGHTS, AGENCY_RIGHTS) for given in rights.values() for right in given} == {
        "facilities"
    }
    assert {right.app for given in ROLE_RIGHTS.values() for right in given} == {"access"}


def test_migrations_are_complete() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=BASE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
