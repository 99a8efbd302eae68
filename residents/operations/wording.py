"""Wording that was pointed out and kept."""

from collections.abc import Iterable
from typing import Any

from placement.access.models import Person
from residents.models import WordingIgnored


def keep_ignored(terms: Iterable[str], records: Iterable[Any], *, by: Person) -> None:
    """Keep that ``by`` has kept ``terms`` in ``records`` in spite of the hints: a part of the act that saved them."""
    WordingIgnored.objects.bulk_create(
        WordingIgnored(
            person=by,
            term=term,
            record=record._meta.label,
            record_id=record.pk,
            facility_id=getattr(record, "facility_id", None),
        )
        for term in terms
        for record in records
    )
