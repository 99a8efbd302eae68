"""A database of its own with the demo in it, for the tests that look at what was loaded."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection
from django.utils import timezone

from placement.database import roles
from placement.demo import database
from tests import sight
from tests.conftest import _copy_database, _drop_database, _end_sessions, _use

DAYS = 2  # of shifts; the rest of the demo is whole


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker) -> Iterator[datetime]:
    """The demo, loaded once for the tests of a module, in a copy of the empty test database.

    Yields the moment that its story calls now: loading takes a while, and a shift may end meanwhile.
    """
    with django_db_blocker.unblock():
        original = connection.settings_dict["NAME"]
        empty = original.removesuffix("_world")
        name = f"{empty}_demo"
        _copy_database(empty, name)
        _use(name)
        try:
            moment = timezone.now().replace(second=0, microsecond=0)
            assert database.make_ready(days=DAYS, moment=moment)
            with roles.as_owner():
                sight.give_to_tests()
            yield moment
        finally:
            _end_sessions()
            _use(original)
            _drop_database(name)
