"""From the name of a database constraint to the sentence that a person reads when it refuses.

Apps register a sentence per name with ``explain()``. Triggers refuse under a name too:
``RAISE EXCEPTION … USING ERRCODE = 'check_violation', CONSTRAINT = 'bed_holds_one_resident'``.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import DatabaseError, connections, transaction


@dataclass(frozen=True)
class Refusal:
    """Why the database refused: a plain sentence, the form field that it is about, the constraint's name."""

    sentence: str
    field: str | None
    constraint: str


class Refused(Exception):
    """A change was refused, by an operation or by the database, for a reason that a person can be told."""

    def __init__(self, sentence: str, *, field: str | None = None, constraint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.constraint = constraint


_refusals: dict[str, Refusal] = {}


def explain(sentences: Mapping[str, str], *, field: str | None = None) -> None:
    """Register the sentence of each constraint name; ``field`` is the form field that they all belong to.

    Raises ValueError when a name has another sentence already.
    """
    for constraint, sentence in sentences.items():
        refusal = Refusal(sentence, field, constraint)
        if _refusals.setdefault(constraint, refusal) != refusal:
            raise ValueError(f"{constraint} is explained twice.")


def explained() -> frozenset[str]:
    """The constraint names that have a sentence."""
    return frozenset(_refusals)


def sentence_of(constraint: str) -> str:
    """The sentence of ``constraint``. Raises KeyError when it has none."""
    return _refusals[constraint].sentence


def sentence_for(error: DatabaseError) -> Refusal | None:
    """The refusal that Django's ``error`` stands for; None when its constraint has no name or no sentence."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return _refusals.get(getattr(diagnosis, "constraint_name", None) or "")


@contextlib.contextmanager
def refusals(*, deferred: bool = False, using: str = "default") -> Iterator[None]:
    """Run the block in a transaction (a savepoint inside another one) and raise Refused where a known
    constraint refuses.

    The outer transaction stays usable. With ``deferred``, deferred constraints are checked at the end of the
    block instead of at the commit, where nobody could show the sentence. Other errors pass through.
    """
    try:
        with transaction.atomic(using=using):
            yield
            if deferred:
                with connections[using].cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as error:
        refusal = sentence_for(error)
        if refusal is None:
            raise
        # from None: the database's own text holds the row
        raise Refused(refusal.sentence, field=refusal.field, constraint=refusal.constraint) from None


@contextlib.contextmanager
def in_other_words(sentence: str, *constraints: str, field: str) -> Iterator[None]:
    """Where one of ``constraints`` refuses in the block, say ``sentence`` next to ``field`` instead of its own.

    For a page on which the same rule is met from another side. The outer transaction stays usable.
    """
    try:
        with refusals():
            yield
    except Refused as refused:
        if refused.constraint not in constraints:
            raise
        raise Refused(sentence, field=field, constraint=refused.constraint) from None
