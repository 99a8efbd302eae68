"""A database of its own with the demo in it, for the tests that look at what was loaded."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import override_settings

from placement import settings as product
from placement.access.models import Person
from placement.database import roles
from placement.demo.people import LAST
from tests import sight
from tests.conftest import _copy_database, _drop_database, _end_sessions, _use
from tests.demo_command import AS_LOADED


@pytest.fixture(scope="module")
def loaded(demo_folder: Path, django_db_setup: None, django_db_blocker) -> Iterator[datetime]:
    """A copy of what ``manage.py demo`` has loaded, in the server that it started. Yields what its story calls now."""
    original = connection.settings_dict["NAME"]
    name = f"{original}_demo"
    of_demo = override_settings(
        DATABASE_URL=None,
        EMBEDDED_DATA_DIR=demo_folder / "postgres",
        DATA_KEYS=product.data_keys([(demo_folder / "demo-data-key").read_text()]),
        PASSWORD_HASHERS=product.PASSWORD_HASHERS,
        SEAL_KEY=demo_folder / "demo-seal-key.pem",
        SEALS_DIR=demo_folder / "seals",
    )
    with django_db_blocker.unblock(), of_demo, pytest.MonkeyPatch.context() as patch:
        for known in (connections.settings["default"], connection.settings_dict):
            patch.setitem(known, "HOST", "")
            patch.setitem(known, "USER", "")
        _copy_database(AS_LOADED, name)
        _use(name)
        try:
            with roles.as_owner():
                sight.give_to_tests()
            yield Person.history.get(username=LAST).history_date
        finally:
            _end_sessions()
            _use(original)
            _drop_database(name)
