"""Filters of the audit list that a person keeps."""

from collections.abc import Mapping

from compliance.models import SavedFilter
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.operation import operation
from placement.database.constraints import Refused

MOST = 30
TOO_MANY = f"You keep {MOST} filters already. Remove one first."


@operation("saved a filter of the audit list")
def save_filter(*, name: str, asked: Mapping[str, str], by: Person) -> SavedFilter:
    """Keep for ``by`` what was typed into the form of the audit list, under a name.

    Raises ``Refused`` for somebody who may not open the audit list, for a name that they use already, and for one too many.
    """
    if not by.may(Can.READ_AUDIT):
        raise Refused("Your role has no audit list.")
    if SavedFilter.objects.filter(person=by).count() >= MOST:
        raise Refused(TOO_MANY)
    return SavedFilter.objects.create(person=by, name=name.strip(), asked=dict(asked))


@operation("removed a filter of the audit list")
def remove_filter(saved: SavedFilter, *, by: Person) -> None:
    """Remove a filter of ``by``. Raises ``DoesNotExist`` for one of somebody else."""
    SavedFilter.objects.select_for_update(no_key=True).get(pk=saved.pk, person=by).delete()
