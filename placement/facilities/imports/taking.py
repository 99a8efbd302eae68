"""Taking over a licensing file: everything in one transaction, a handful of statements for any number of homes."""

from typing import Any

from django.db import connection

from placement.audit.operation import operation
from placement.facilities.imports.comparison import Plan
from placement.facilities.models import Facility, FacilityAddress, Licence, OutsideInspection
from placement.facilities.operations.homes import open_rights

COLUMNS: dict[type[Any], tuple[str, ...]] = {
    Facility: ("name", "kind", "original_type", "region", "vanished_on"),
    Licence: ("number", "status", "capacity", "min_age", "max_age", "valid_from", "valid_to"),
    FacilityAddress: (
        "street",
        "city",
        "state",
        "postcode",
        "telephone",
        "email",
        "licensee",
        "administrator",
    ),
    OutsideInspection: ("visits", "serious_citations", "other_citations"),
}
BATCH = 1000


def one_import_at_a_time() -> None:
    """Wait until no other import runs; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('placement.facilities.imports'))")


@operation("took over a licensing file")
def take_over(plan: Plan, *, by: None) -> None:
    """Save what ``plan`` found. Commands only: a file speaks for no person, so it never confirms whom a home serves."""
    homes = [facility for facility, _, _ in plan.homes]
    Facility.objects.bulk_create(homes, batch_size=BATCH)
    FacilityAddress.objects.bulk_create([address for _, address, _ in plan.homes], batch_size=BATCH)
    Licence.objects.bulk_create([licence for _, _, licence in plan.homes], batch_size=BATCH)
    if homes:
        open_rights(homes)
    for facility in plan.vanished:
        plan.change(facility, {"vanished_on": plan.vanished_on})
    for model, columns in COLUMNS.items():
        things: list[Any] = plan.changed.get(model, [])
        model.objects.bulk_update(things, columns, batch_size=BATCH)
    OutsideInspection.objects.bulk_create(plan.visits, batch_size=BATCH)
