"""Complaints that go around the house, for several tests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from placement.access.models import Person
from placement.audit.clock import at_time
from placement.database import roles
from placement.database.context import acting
from residents import operations, tell
from residents.models import Complaint
from tests.world import World

SECRET = "Hiddenwords of the night"


def code_for(world: World, **given: Any) -> str:
    """A new code of ada."""
    with acting(world.caseworker.pk, world.caseworker.name):
        return operations.make_complaint_code(world.ada.resident, by=world.caseworker, **given)[1]


def told(code: str = "", **given: Any) -> tuple[Complaint, tell.Receipt]:
    """What comes in by the page, and its receipt."""
    fields = {"about": ["staff"], "who": "", "happened": SECRET, "since": "", "danger": False}
    fields |= {"said_name": "", "said_home": "", **given}
    receipt = tell.send(fields, code=code, form_key=uuid4(), language="en")
    assert receipt is not None
    return Complaint.objects.get(number=receipt.number), receipt


def shown_to(person: Person) -> set[str]:
    with acting(person.pk, person.name):
        return set(sent().values_list("number", flat=True))


def sent() -> Any:
    """What was sent in this test, and not long before."""
    return Complaint.objects.filter(happened=SECRET)


@contextmanager
def later(**after: Any) -> Iterator[None]:
    """It is that much later, by the clock of the database and of the application. Only with ``committed_world``."""
    ahead, before = timedelta(**after), "SELECT pg_get_functiondef('audit_now'::regproc)"
    with roles.owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(before)
        [as_it_was] = cursor.fetchone()
        cursor.execute(
            "CREATE OR REPLACE FUNCTION audit_now() RETURNS timestamptz LANGUAGE sql VOLATILE"
            f" AS $$ SELECT clock_timestamp() + interval '{ahead.total_seconds()} seconds' $$"
        )
        try:
            with at_time(timezone.now() + ahead):
                yield
        finally:
            cursor.execute(as_it_was)


def fields_of(page: Any, **given: Any) -> dict[str, Any]:
    key = re.search(rb'name="form_key" value="([^"]+)"', page.content)
    assert key
    return {"form_key": key[1].decode(), "happened": SECRET, "danger": "no", **given}
