"""Taking over a licensing file: everything in one transaction, a handful of statements for any number of homes."""

from typing import Any

from django.db import connection

from placement.audit.operation import operation
from placement.database.constraints import Refused, refusals
from placement.facilities.imports.comparison import Change, Plan
from placement.facilities.models import Facility, FacilityAddress, Licence, OutsideInspection
from placement.facilities.operations.homes import open_rights
from placement.facilities.operations.licences import LIVES_THERE
from residents.operations.assessments import POPULATION_RULES

COLUMNS: dict[type[Any], tuple[str, ...]] = {
    Facility: ("name", "kind", "original_type", "region", "vanished_on"),
    Licence: ("number", "status", "capacity", "min_age", "max_age", "valid_from", "valid_to"),
    FacilityAddress: ("encrypted",),
    OutsideInspection: ("visits", "serious_citations", "other_citations"),
}
BATCH = 1000


def one_import_at_a_time() -> None:
    """Wait until no other import runs; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('placement.facilities.imports'))")


@operation("took over a licensing file")
def take_over(plan: Plan, *, by: None) -> None:
    """Save what ``plan`` found. Commands only: a file speaks for no person, so it never confirms whom a home serves.

    A change that the database refuses is left out whole: its rows are refused in ``plan``.
    """
    _take(plan, [change for change in plan.changes if change.outcome != "unchanged"])
    Facility.objects.bulk_update(plan.vanished, ["vanished_on"], batch_size=BATCH)


def _take(plan: Plan, changes: list[Change]) -> None:
    """Save the changes together; when that is refused, each half by itself, down to the change that is at fault."""
    try:
        with refusals():
            _save(changes)
    except Refused as refused:
        if len(changes) > 1:
            middle = len(changes) // 2
            _take(plan, changes[:middle])
            _take(plan, changes[middle:])
        else:
            plan.refuse_change(changes[0], LIVES_THERE if refused.constraint in POPULATION_RULES else refused.sentence)


def _save(changes: list[Change]) -> None:
    new = [thing for change in changes for thing in change.new]
    changed = [thing for change in changes for thing in change.changed]
    for model, columns in COLUMNS.items():
        things: list[Any] = [thing for thing in new if isinstance(thing, model)]
        model.objects.bulk_create(things, batch_size=BATCH)
        if model is Facility and things:
            open_rights(things)
        model.objects.bulk_update([thing for thing in changed if isinstance(thing, model)], columns, batch_size=BATCH)
