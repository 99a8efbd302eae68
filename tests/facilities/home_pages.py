"""What the tests of the pages about homes share: addresses, sent forms, and what a page says."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.models import Person
from placement.facilities.models import Facility
from tests.world import World

Browser = Callable[[Person], Client]
DAY = timedelta(days=1)


def url(name: str, home: Facility, *more: Any) -> str:
    """Return the address of a page about ``home``."""
    return reverse(f"facilities:{name}", args=[home.pk, *more])


def post(client: Client, address: str, values: dict[str, Any]) -> Any:
    """Open the form, fill it in and send it, as a browser does."""
    page = client.get(address).content.decode()
    hidden = re.findall(r'<input type="hidden" name="(version|form_key)" value="([^"]*)"', page)
    return client.post(address, {**dict(hidden), **values})


def text_of(client: Client, address: str) -> str:
    """Return the page, which must be there."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def errors_of(response: Any) -> dict[str, list[str]]:
    """Return the errors by field of the form on the page."""
    assert response.status_code == 200
    return {field: list(messages) for field, messages in response.context["form"].errors.items()}


def today(world: World) -> Any:
    """Return today's date in Cedar."""
    return world.now.astimezone(world.cedar.facility.zone).date()


def queries_for(client: Client, address: str) -> int:
    """Return how many queries a page costs."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        text_of(client, address)
    return len(captured)
