"""The stock assembly for comparison: guardian's generic tables and simple-history's signals, as their documentation shows them.

It is measured kindly. Of each young person it keeps one right in guardian's tables where the product keeps all; it has none
of the product's rules, no times of grants and no model permissions to ask for; its list shows rows and nothing about them; its care
log holds at most 200,000 entries. The models live in a registry of their own, so that no migration and no check meets them.
"""

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models.functions import Cast, Now, Substr
from django.test.utils import override_settings
from guardian.core import ObjectPermissionChecker
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm  # noqa: TID251 - what is compared with
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from placement.access.models import Person
from placement.access.rights import Can
from placement.database.embedded import APP_ROLE

ENTRIES = 200_000
apart = Apps()


class Records(HistoricalRecords):
    """simple-history's own, with a model of history in the registry apart and the person by id."""

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        """Return the usual options and the registry."""
        return super().get_meta_options(model) | {"apps": apart, "app_label": "bench"}


class StockResident(models.Model):
    """A young person as the product keeps one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=12, unique=True)
    preferred_name = models.CharField(max_length=80)
    sex = models.CharField(max_length=12)
    languages = ArrayField(models.CharField(max_length=30), default=list)
    plan_of_the_day = models.TextField(blank=True)

    objects: Any = models.Manager()

    class Meta:
        apps = apart
        app_label = "bench"
        managed = False
        default_permissions = ()

    def __str__(self) -> str:
        return self.code


class StockEntry(models.Model):
    """A care entry as the product keeps one; keys of others are plain columns with the index that they would have."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    resident_id = models.UUIDField(db_index=True)
    facility_id = models.UUIDField(db_index=True)
    shift_id = models.UUIDField(null=True, db_index=True)
    kind = models.CharField(max_length=12)
    outcome = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now())
    written_by_id = models.UUIDField(db_index=True)
    late = models.BooleanField(default=False)
    amends_id = models.UUIDField(null=True, db_index=True)
    reason = models.TextField(blank=True)
    objects: Any = models.Manager()
    history = Records(history_user_id_field=models.UUIDField(null=True))

    class Meta:
        apps = apart
        app_label = "bench"
        managed = False
        default_permissions = ()
        indexes = [
            models.Index(fields=["resident_id", "-happened_at", "-id"], name="stock_resident"),
            models.Index(fields=["facility_id", "-happened_at"], name="stock_facility"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


HISTORY: Any = StockEntry.history.model
MODELS = (StockResident, StockEntry, HISTORY)
GUARDIAN = ("guardian_userobjectpermission", "guardian_groupobjectpermission")


def make() -> None:
    """Make the tables, the rights and the grants to the application's role. Called once, as the owner."""
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    kind = ContentType.objects.get_for_model(StockResident)
    with connection.cursor() as cursor:
        names = [right.codename for right in Can if right.app == "residents"]
        cursor.execute(
            "INSERT INTO auth_permission (content_type_id, codename, name) SELECT %s, name, name FROM unnest(%s::text[]) name",
            [kind.pk, names],
        )
        tables = ", ".join([*(model._meta.db_table for model in MODELS), *GUARDIAN])
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {APP_ROLE}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")


def load(cursor: Any) -> None:
    """Copy what the product's tables hold now and the stock tables do not. As the owner."""
    columns = ", ".join(field.attname for field in StockResident._meta.concrete_fields)
    cursor.execute(
        f"INSERT INTO bench_stockresident ({columns}) SELECT {columns} FROM residents_resident ON CONFLICT DO NOTHING"
    )
    columns = ", ".join(field.attname for field in StockEntry._meta.concrete_fields)
    cursor.execute("TRUNCATE bench_stockentry, bench_historicalstockentry, guardian_userobjectpermission")
    cursor.execute("TRUNCATE guardian_groupobjectpermission")
    cursor.execute(
        f"""INSERT INTO bench_stockentry ({columns})
            SELECT {columns} FROM residents_careentry ORDER BY happened_at DESC LIMIT {ENTRIES}"""
    )
    cursor.execute(
        f"""INSERT INTO bench_historicalstockentry ({columns}, history_date, history_type)
            SELECT {columns}, written_at, '+' FROM bench_stockentry"""
    )
    for owner, table, mine in [
        ("user_id", "guardian_userobjectpermission", "residents_residentuserpermission"),
        ("group_id", "guardian_groupobjectpermission", "residents_residentgrouppermission"),
    ]:
        cursor.execute(
            f"""INSERT INTO {table} ({owner}, permission_id, content_type_id, object_pk)
                SELECT DISTINCT m.{owner}, own.id, own.content_type_id, m.content_object_id::text
                FROM {mine} m JOIN auth_permission p ON p.id = m.permission_id AND p.codename = %s
                JOIN django_content_type t ON t.app_label = 'bench' AND t.model = 'stockresident'
                JOIN auth_permission own ON own.content_type_id = t.id AND own.codename = p.codename""",
            [Can.VIEW_CODE.codename],
        )
    for table in [*(model._meta.db_table for model in MODELS), *GUARDIAN]:
        cursor.execute(f"VACUUM ANALYZE {table}")


def user(person: Person) -> Any:
    """Return ``person`` as guardian wants a user: with model permissions, of which there are none."""
    someone: Any = Person.objects.get(pk=person.pk)
    someone.has_perm = lambda *args: False
    return someone


def listed(someone: Any) -> models.QuerySet[Any]:
    """Return the young people that guardian lists for ``someone``."""
    return get_objects_for_user(someone, Can.VIEW_CODE.codename, StockResident)


def page(someone: Any, size: int) -> list[Any]:
    """Return the first ``size`` of them by the numbers in their codes: nobody comes last because a case is closed."""
    return list(_in_order(someone)[:size])


def page_with_total(someone: Any, size: int) -> list[Any]:
    """Return the same as the first page of Django's paginator, which counts them all."""
    return list(Paginator(_in_order(someone), size).page(1).object_list)


def _in_order(someone: Any) -> models.QuerySet[Any]:
    return listed(someone).order_by(Cast(Substr("code", 3), models.IntegerField()))


def count(someone: Any) -> int:
    """Return how many they are."""
    return listed(someone).count()


def fetched(someone: Any, key: uuid.UUID) -> Any:
    """Return one young person, with guardian's check after the fetch."""
    found = StockResident.objects.get(pk=key)
    if not ObjectPermissionChecker(someone).has_perm(Can.VIEW_CODE.codename, found):
        raise StockResident.DoesNotExist
    return found


def move(resident: Any, rights: dict[str, list[str]], before: Any, after: Any) -> None:
    """Take each role's rights on ``resident`` from its group of the one home and give them to that of the other."""
    for role, names in rights.items():
        for name in names:
            remove_perm(name, before[role], resident)
            assign_perm(name, after[role], resident)


@contextlib.contextmanager
def history_by_signal() -> Iterator[None]:
    """Let simple-history write, which the product keeps from it."""
    with override_settings(SIMPLE_HISTORY_ENABLED=True):
        yield


def create_many(entries: list[Any]) -> None:
    """Write ``entries`` and their history, with simple-history's helper."""
    bulk_create_with_history(entries, StockEntry)


def change_many(entries: list[Any], outcome: str) -> None:
    """Change the outcome of ``entries``, with history, with simple-history's helper."""
    for entry in entries:
        entry.outcome = outcome
    bulk_update_with_history(entries, StockEntry, ["outcome"])
