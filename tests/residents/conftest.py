"""A small agency for the residents app: one unit, two caseworkers, a supervisor, a clinician, two young people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.test import Client

from compliance.events import suspended
from placement.access.models import AgencyUnit, Person
from placement.access.rights import Role
from placement.database.context import acting, acting_as_system
from residents import operations
from residents.models import Case, Resident
from tests.accounts import settled
from tests.conftest import _Kept, own_database


@contextmanager
def as_person(person: Person) -> Iterator[None]:
    """Act as ``person``, as the middleware does."""
    with acting(person.pk, person.name):
        yield


def do(name: str, /, *args: Any, by: Person, **kwargs: Any) -> Any:
    """Run the operation ``name`` as ``by``."""
    with as_person(by):
        return getattr(operations, name)(*args, by=by, **kwargs)


@dataclass
class Agency:
    """What the tests of this folder start from. ``noor`` is on ``worker``'s caseload, ``sam`` on ``worker2``'s."""

    unit: AgencyUnit
    people: dict[str, Person] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        if name in self.__dict__.get("people", {}):
            return self.people[name]
        if name in self.__dict__.get("cases", {}):
            return self.cases[name].resident
        raise AttributeError(name)

    def open(self, name: str, caseworker: str = "worker", **changes: Any) -> Resident:
        """Open a case for somebody called ``name`` on the caseload of ``caseworker``."""
        by = self.people[caseworker]
        values = {
            "code": None,
            "preferred_name": name.title(),
            "legal_name": f"Legal{name.title()} Canary",
            "birth_date": date(2012, 3, 4),
            "sex": "female",
            "languages": ["English"],
            "unit": self.unit,
            "caseworker": by,
            "number": f"C-{len(self.cases) + 1:04}",
            "legal_basis": "Court order",
            "permanency_goal": "reunification",
            "opened_on": date(2026, 1, 5),
        } | changes
        self.cases[name] = do("open_case", by=by, **values)
        return self.cases[name].resident


def account(username: str, role: Role, unit: AgencyUnit | None = None) -> Person:
    """Open an account. Passwords are not needed: tests sign in with ``force_login``."""
    return settled(
        username=username,
        name=f"{username.title()} Person",
        staff_number=f"N-{username}",
        role=role,
        password="demo-only-password",
        unit=unit,
    )


@pytest.fixture(autouse=True)
def documents_folder(settings: Any, tmp_path: Any) -> None:
    """Keep uploaded files of tests in a folder of the test."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "documents"},
        }
    }


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker) -> Iterator[_Kept]:
    """The agency described at ``Agency``, founded once in a database of its own, for the tests of a file."""
    with django_db_blocker.unblock(), own_database():
        with suspended():
            with acting_as_system("test"):
                unit = AgencyUnit.objects.create(name="North")
                agency = Agency(unit)
                for name, role in [
                    ("worker", Role.CASEWORKER),
                    ("worker2", Role.CASEWORKER),
                    ("clinician", Role.CLINICIAN),
                    ("staff", Role.STAFF),
                    ("stranger", Role.NONE),
                ]:
                    agency.people[name] = account(name, role)
                agency.people["supervisor"] = account("supervisor", Role.SUPERVISOR, unit)
            agency.open("noor")
            agency.open("sam", "worker2")
        yield _Kept(agency)


@pytest.fixture
def agency(founded: _Kept, db: None) -> Agency:
    """The agency as it was founded; what the test writes is rolled back."""
    return founded.again()


@pytest.fixture
def as_client() -> Callable[[Person], Client]:
    """Return a signed-in client for a person."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
