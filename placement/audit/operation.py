"""``@operation``: one function for each change of the world that people have a word for (design §8, examples 8 and 9)."""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from django.dispatch import Signal

from placement.database.constraints import refusals
from placement.database.context import current_actor, name_act

ACTS: dict[str, str] = {}
OPERATIONS: dict[str, Callable[..., Any]] = {}
# Sent at the end of the outermost operation, in its transaction: ``act`` (its name), ``arguments`` (by name), ``result``.
# Whatever a receiver raises undoes the act. What is done inside ``one_act`` is not announced.
act_done = Signal()
_running: ContextVar[bool] = ContextVar("operation_running", default=False)
F = TypeVar("F", bound=Callable[..., Any])


class WrongActor(RuntimeError):
    """The ``by=`` of an operation is not the person for whom this transaction was opened."""


@contextmanager
def one_act() -> Iterator[None]:
    """What is done inside is one act, which whoever opened ``acting()`` has named, and which nobody goes on after when it fails.

    An operation costs two statements less than by itself: it needs no savepoint to go back to.
    """
    token = _running.set(True)
    try:
        yield
    finally:
        _running.reset(token)


def operation(sentence: str) -> Callable[[F], F]:
    """Make a function an operation: one transaction, named in history, acting person given as ``by=``.

    ``sentence`` is what the history page says, in the past tense, without a name ("admitted the young person").
    An operation called by another is part of it. A refusal by a known constraint comes out as ``Refused`` with a
    sentence for the page.
    """

    def decorate(function: F) -> F:
        app = function.__module__.removeprefix("placement.").split(".")[0]
        name = f"{app}.{function.__name__}"
        ACTS[name] = sentence
        signature = inspect.signature(function)

        @functools.wraps(function)
        def run(*args: Any, by: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if actor is None or (actor.id is not None and (by is None or by.pk != actor.id)):
                raise WrongActor(f"{name} must run inside acting() for the person given as by=.")
            if _running.get():  # the outermost operation names the act
                return function(*args, by=by, **kwargs)
            with one_act(), refusals():
                name_act(name)
                result = function(*args, by=by, **kwargs)
                arguments = signature.bind(*args, by=by, **kwargs).arguments
                act_done.send(run, act=name, arguments=arguments, result=result)
                return result

        OPERATIONS[name] = run
        return cast(F, run)

    return decorate
