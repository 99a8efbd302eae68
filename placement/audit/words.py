"""What history calls a kind of record, its fields and the records that a field points to: the words of the pages.

Each app says its own in its ``words`` module; whatever nobody has words for is called as its model says.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Words:
    """How one kind of record is spoken of.

    kind, many: the thing in the singular and the plural. fields: name of a field → its label on forms. called: what a
    record is called where another one points to it; without it only its kind is said. related: what ``called`` reads
    beside the record. values: name of a field → its value in words, for values without choices.
    """

    kind: str
    many: str
    fields: dict[str, str] = field(default_factory=dict)
    called: Callable[[Any], str] | None = None
    related: tuple[str, ...] = ()
    values: dict[str, Callable[[Any], str]] = field(default_factory=dict)


EVERYWHERE = {
    "starts_at": "From",
    "ends_at": "Until",
    "starts_on": "From",
    "ends_on": "Until",
    "valid_to": "Valid until",
    "facility": "Home",
    "resident": "Young person",
    "reason": "Why",
    "decided_at": "Time of the decision",
    "signed_at": "Time of the signature",
    "written_at": "Time of writing",
}
_words: dict[str, Words] = {}


def say(label: str, words: Words) -> None:
    """Say how the model with this label (``app.Model``) is spoken of."""
    _words[label] = words


def words_of(model: type[models.Model]) -> Words:
    """Return how a model is spoken of."""
    kind = str(model._meta.verbose_name)
    return _words.get(model._meta.label) or Words(kind, str(model._meta.verbose_name_plural))


def label_of(model: type[models.Model], column: Any) -> str:
    """Return the label of a field."""
    label = words_of(model).fields.get(column.name) or EVERYWHERE.get(column.name) or str(column.verbose_name)
    return label[:1].upper() + label[1:]


def called(model: type[models.Model], keys: set[Any]) -> dict[Any, str]:
    """Return what each of the records is called, in one query at most."""
    words = words_of(model)
    if words.called is None:
        return dict.fromkeys(keys, words.kind)
    found = model._base_manager.select_related(*words.related) if words.related else model._base_manager
    return {key: words.called(thing) for key, thing in found.in_bulk(keys).items()}
