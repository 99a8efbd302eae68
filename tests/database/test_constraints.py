"""The name of a constraint becomes a sentence; the row that was refused appears nowhere."""

import traceback
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from placement.database import constraints
from placement.database.constraints import Refused, explain, refusals, sentence_for


@pytest.fixture(autouse=True)
def sentences(monkeypatch: pytest.MonkeyPatch, scratch: None, db: None) -> None:
    monkeypatch.setattr(constraints, "_refusals", {})
    explain({"scratch_number_is_positive": "The number must be above zero."}, field="number")
    explain({"scratch_pair_is_single": "This pair is taken.", "scratch_delete": "Nothing is deleted here."})


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_check_constraint() -> None:
    with pytest.raises(Refused) as refused, refusals():
        run("INSERT INTO scratch (number, note) VALUES (-1, 'canary')")
    assert str(refused.value) == refused.value.sentence == "The number must be above zero."
    assert refused.value.field == "number"
    assert refused.value.constraint == "scratch_number_is_positive"
    assert "canary" not in "".join(traceback.format_exception(refused.value))


def test_trigger_that_refuses_under_a_name() -> None:
    run("INSERT INTO scratch (number) VALUES (1)")
    with pytest.raises(Refused) as refused, refusals():
        run("DELETE FROM scratch")
    assert refused.value.sentence == "Nothing is deleted here."
    assert refused.value.field is None


def test_transaction_goes_on_after_a_refusal() -> None:
    run("INSERT INTO scratch (number) VALUES (7)")
    with pytest.raises(Refused), refusals():
        run("INSERT INTO scratch (number) VALUES (8), (-1)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(number) FROM scratch")
        assert cursor.fetchone() == ([7],)


def test_deferred_constraint_is_told_before_the_commit() -> None:
    with pytest.raises(Refused) as refused, refusals(deferred=True):
        run("INSERT INTO scratch (pair) VALUES (1), (1)")
    assert refused.value.sentence == "This pair is taken."


def test_unknown_constraint_passes_through() -> None:
    with pytest.raises(IntegrityError), refusals():
        run("INSERT INTO scratch (note) VALUES (NULL)")
    with pytest.raises(DatabaseError, match="no_such_column"), refusals():
        run("SELECT no_such_column FROM scratch")


def test_error_outside_the_context_manager() -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        run("INSERT INTO scratch (number) VALUES (0)")
    assert sentence_for(error.value).sentence == "The number must be above zero."
    assert sentence_for(DatabaseError("no cause")) is None


def test_error_without_a_name_has_no_sentence() -> None:
    error = DatabaseError()
    error.__cause__ = Exception()
    error.__cause__.diag = SimpleNamespace(constraint_name=None)
    assert sentence_for(error) is None


def test_one_sentence_for_each_name() -> None:
    explain({"scratch_pair_is_single": "This pair is taken."})
    with pytest.raises(ValueError, match="twice"):
        explain({"scratch_pair_is_single": "Something else."})
