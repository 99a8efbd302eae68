"""The transaction knows who acts, and forgets it at the right moment."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from placement.database.context import (
    acting,
    acting_as_system,
    current_actor,
    name_act,
    reading,
    set_reason,
    telling,
    told_time,
)

ANN, BEN = uuid4(), uuid4()


def seen() -> dict[str, str]:
    """What a trigger would read now."""
    names = ["actor", "actor_name", "reason", "request", "act"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('app.{name}', true), '')" for name in names))
        return dict(zip(names, cursor.fetchone(), strict=True))


NOBODY = {"actor": "", "actor_name": "", "reason": "", "request": "", "act": ""}


def test_all_five_are_set_by_one_query_and_end_with_the_transaction(
    committing: Any, django_assert_num_queries: Any
) -> None:
    with acting(ANN, "Ann", reason="asked to", request_id="r1"):
        assert seen() == {
            "actor": str(ANN),
            "actor_name": "Ann",
            "reason": "asked to",
            "request": "r1",
            "act": "",
        }
        assert current_actor().name == "Ann"
    assert seen() == NOBODY
    assert current_actor() is None
    connection.ensure_connection()
    with django_assert_num_queries(3), acting(ANN, "Ann"):  # BEGIN, the five settings, COMMIT
        pass


def test_nobody_acts_afterwards_in_a_transaction_that_goes_on(committing: Any) -> None:
    with transaction.atomic():
        with acting(ANN, "Ann"):
            pass
        assert seen() == NOBODY


@pytest.mark.parametrize("name", ["", "  "])
def test_no_name_no_act(committing: Any, name: str) -> None:
    with pytest.raises(ValueError, match="name"), acting(ANN, name):
        pass


def test_nested_takes_over_and_gives_back(committing: Any) -> None:
    with acting(ANN, "Ann", reason="first", request_id="r1"):
        outer = seen()
        with acting(BEN, "Ben", reason="second"):
            assert seen() == {
                "actor": str(BEN),
                "actor_name": "Ben",
                "reason": "second",
                "request": "r1",
                "act": "",
            }
        assert seen() == outer
        with acting_as_system("timer"):
            assert seen() | {"actor": "", "actor_name": "system: timer"} == seen()
        assert seen() == outer
        assert current_actor().id == ANN


def test_nested_gives_back_after_an_error_in_python(committing: Any) -> None:
    with acting(ANN, "Ann"):
        with pytest.raises(ZeroDivisionError), acting(BEN, "Ben"):
            raise ZeroDivisionError
        assert seen()["actor_name"] == "Ann"
        assert current_actor().name == "Ann"


def test_nested_gives_back_after_an_error_of_the_database(committing: Any) -> None:
    with acting(ANN, "Ann"):
        with (
            pytest.raises(Exception, match="division by zero"),
            acting(BEN, "Ben"),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT 1 / 0")
        assert seen()["actor_name"] == "Ann"


def test_error_leaves_nobody(committing: Any) -> None:
    with pytest.raises(ZeroDivisionError), acting(ANN, "Ann"):
        raise ZeroDivisionError
    assert current_actor() is None
    assert seen() == NOBODY


def purpose() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.reading', true), '')")
        return cursor.fetchone()[0]


def test_a_purpose_ends_with_its_block_also_after_an_error(committing: Any) -> None:
    with acting(ANN, "Ann"):
        with reading("age"):
            with pytest.raises(ZeroDivisionError), reading("matching"):
                assert purpose() == "matching"
                raise ZeroDivisionError
            assert purpose() == "age"
            with (
                pytest.raises(Exception, match="division by zero"),
                transaction.atomic(),
                reading("matching"),
                connection.cursor() as cursor,
            ):
                cursor.execute("SELECT 1 / 0")
            assert purpose() == "age"
        assert purpose() == ""
    assert purpose() == ""


def test_nobody_begins_to_act_while_rows_are_read_for_a_purpose(committing: Any) -> None:
    with acting(ANN, "Ann"), reading("age"):
        for act in (lambda: set_reason("x"), lambda: name_act("x"), acting(ANN, "Ann").__enter__):
            with pytest.raises(RuntimeError, match="age"):
                act()
        assert purpose() == "age"


def test_reading_for_a_purpose_needs_a_transaction(committing: Any) -> None:
    with pytest.raises(RuntimeError, match="transaction"), reading("age"):
        pass


def test_an_error_of_the_database_is_not_hidden_by_the_purpose_that_it_ends(committing: Any) -> None:
    for statement, error in (("SELECT 1 / 0", "division"), ("SELECT pg_terminate_backend(pg_backend_pid())", "termin")):
        with (
            pytest.raises(Exception, match=error),
            acting(ANN, "Ann"),
            reading("age"),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    connection.close()


def test_lost_connection_shows_its_own_error(committing: Any) -> None:
    with (
        pytest.raises(Exception, match=r"terminat|closed"),
        acting(ANN, "Ann"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert current_actor() is None
    connection.close()


def test_reason_holds_for_this_acting_only(committing: Any) -> None:
    with acting(ANN, "Ann", reason="first"):
        with acting(BEN, "Ben"):
            set_reason("because")
            assert seen()["reason"] == "because"
            assert current_actor().reason == "because"
        assert seen()["reason"] == "first"


def test_act_holds_for_whoever_acts_inside(committing: Any) -> None:
    with acting(ANN, "Ann"):
        name_act("admit")
        with acting_as_system("clock"):
            assert seen()["act"] == "admit"
            name_act("remind")
            assert seen()["act"] == "remind"
        assert seen()["act"] == "admit"


def test_reason_and_act_need_somebody(db: None) -> None:
    with pytest.raises(RuntimeError):
        set_reason("because")
    with pytest.raises(RuntimeError):
        name_act("admit")


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [f"app.{name}"])
        return cursor.fetchone()[0]


def test_an_act_that_a_savepoint_took_back_is_named_again(committing: Any) -> None:
    with acting(ANN, "Ann", act="admit"):
        name_act("admit")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            name_act("remind")
            raise ZeroDivisionError
        assert setting("act") == "admit"
        name_act("remind")
        assert setting("act") == "remind"
    with acting(ANN, "Ann"):
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                name_act("remind")
                assert setting("act") == "remind"
                raise ZeroDivisionError


def test_a_told_time_reaches_who_acts_already_and_who_begins_and_ends_with_its_block(committing: Any) -> None:
    earlier, later = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
    with telling(earlier), acting(ANN, "Ann"):
        assert setting("clock") == earlier.isoformat()
        with telling(later):
            assert (told_time(), setting("clock")) == (later, later.isoformat())
        assert (told_time(), setting("clock")) == (earlier, earlier.isoformat())
    with acting(ANN, "Ann"):
        assert (told_time(), setting("clock")) == (None, "")
