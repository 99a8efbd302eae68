"""History models: simple-history's shape and reading API over rows that database triggers write (design §5)."""

import uuid
from functools import cache
from typing import Any, ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from simple_history.manager import HistoricalQuerySet, HistoryManager
from simple_history.models import HistoricalRecords


class HistoryRow(models.Model):
    """What every history row knows beside the record's own columns; all of it is filled in by the trigger."""

    history_user_name = models.TextField()
    history_act = models.TextField(null=True)
    history_request_id = models.TextField(null=True)
    history_xid = models.BigIntegerField()
    history_db_user = models.TextField()

    class Meta:
        abstract = True


class InOrder(HistoricalQuerySet):
    """History rows whose order is time and, within the same moment, the order of writing."""

    def latest_of_each(self) -> "InOrder":
        """Return the last row of each record, also when two rows carry the same moment."""
        moment, key = OuterRef("history_date"), OuterRef("history_id")
        later = Q(history_date__gt=moment) | Q(history_date=moment, history_id__gt=key)
        return self.filter(~Exists(self.filter(later, **{self._pk_attr: OuterRef(self._pk_attr)})))


def next_row(row: Any) -> Any:
    """Return the row after ``row`` in the history of the same record, or ``None``."""
    later = Q(history_date__gt=row.history_date) | Q(history_date=row.history_date, history_id__gt=row.history_id)
    return _same_record(row).filter(later).order_by("history_date", "history_id").first()


def previous_row(row: Any) -> Any:
    """Return the row before ``row`` in the history of the same record, or ``None``."""
    earlier = Q(history_date__lt=row.history_date) | Q(history_date=row.history_date, history_id__lt=row.history_id)
    return _same_record(row).filter(earlier).order_by("-history_date", "-history_id").first()


def _same_record(row: Any) -> Any:
    key = row.instance_type._meta.pk.attname
    return type(row).objects.filter(**{key: getattr(row, key)})


class ReadingManager(HistoryManager):
    """Reads history; its bulk writer does nothing, because the trigger has already written the rows."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        """Return the manager's class, made once: simple-history asks each time somebody says ``history``, which takes 1.5 ms."""
        return super().from_queryset(queryset_class, class_name)

    def bulk_history_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Return no rows: simple-history's bulk helpers must not write a second time."""
        return []


class History(HistoricalRecords):
    """``HistoricalRecords`` that never writes. Per table two btrees (the key; record + newest first) and a tiny BRIN by time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            bases=(HistoryRow,),
            history_id_field=models.BigAutoField(),
            history_change_reason_field=models.TextField(null=True),
            user_db_constraint=False,
            history_manager=ReadingManager,
            historical_queryset=InOrder,
            inherit=True,
            **kwargs,
        )

    def finalize(self, sender: type[models.Model], **kwargs: Any) -> None:
        """Make the history model, and take off the signal handlers: the triggers write, in bulk and raw SQL too."""
        super().finalize(sender, **kwargs)
        for signal, handler in [
            (models.signals.post_save, self.post_save),
            (models.signals.post_delete, self.post_delete),
            (models.signals.pre_delete, self.pre_delete),
        ]:
            signal.disconnect(handler, sender=sender)

    def create_history_model(self, model: "type[Tracked]", inherited: bool) -> type[models.Model]:
        """Make the history model without the columns that the model names in ``history_excludes``."""
        self.excluded_fields = list(model.history_excludes)
        return super().create_history_model(model, inherited)

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field]:
        """Return the tracked columns without their single-column indexes."""
        fields = super().copy_fields(model)
        for field in fields.values():
            field.db_index = False
        return fields

    def get_extra_fields(self, model: type[models.Model], fields: dict[str, models.Field]) -> dict[str, Any]:
        """Return simple-history's own columns, the person's id without an index, and neighbours in our order."""
        extra = super().get_extra_fields(model, fields)
        extra |= {
            "get_next_record": next_row,
            "get_prev_record": previous_row,
            "next_record": property(next_row),
            "prev_record": property(previous_row),
        }
        extra["history_user"].db_index = False
        return extra

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        """Return the table's options with the indexes that its reads need."""
        key = model._meta.pk.name
        return super().get_meta_options(model) | {
            "default_permissions": (),
            "indexes": [
                models.Index(fields=[key, "-history_date", "-history_id"]),
                BrinIndex(fields=["history_date"], autosummarize=True),
            ],
        }


class Tracked(models.Model):
    """A record with a uuid key and history.

    deletable: whether the application's role may delete rows. withheld: further rights ("INSERT", "UPDATE") that it has not,
    because a function of the database writes. signatures: columns that hold only the acting person's id, for good. guards:
    which object's rights open a row, as app of the right → path to the object's id. opened_by: the rights by which the database
    shows a row; shown_to: the foreign keys to people who are shown the row that names them; hidden_from: those to people who
    never are; shown_by: the function of the database that alone says which rows are shown; within: the foreign keys whose row,
    where there is one, must be shown too; follows: the foreign keys whose row, where it is shown, brings this one with it;
    read_for: the named purposes for which it shows all; kept_by: the commands that read and write all; added_by: further rights
    by which a row is added, ``None`` for anybody (``placement.access.rows``). sealable: whether a court can seal single rows.
    judged_outside: whether somebody to whom the record is closed is shown a row to judge it. of_incident: the column with the
    id of the incident that a row is, or follows from.
    history_excludes: columns that history leaves out.
    """

    deletable: ClassVar[bool] = False
    withheld: ClassVar[tuple[str, ...]] = ()
    signatures: ClassVar[tuple[str, ...]] = ()
    guards: ClassVar[dict[str, str]] = {}
    opened_by: ClassVar[tuple[Any, ...]] = ()
    shown_to: ClassVar[tuple[str, ...]] = ()
    hidden_from: ClassVar[tuple[str, ...]] = ()
    shown_by: ClassVar[str] = ""
    follows: ClassVar[tuple[str, ...]] = ()
    within: ClassVar[tuple[str, ...]] = ()
    read_for: ClassVar[tuple[str, ...]] = ()
    kept_by: ClassVar[tuple[str, ...]] = ()
    sealable: ClassVar[bool] = False
    of_incident: ClassVar[str] = ""
    judged_outside: ClassVar[bool] = False
    added_by: ClassVar[tuple[Any, ...] | None] = ()
    history_excludes: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    history = History()

    class Meta:
        abstract = True
        default_permissions = ()


def tracked_models() -> list[type[Tracked]]:
    """Return every model that has a history table, in a stable order."""
    from django.apps import apps

    found = [model for model in apps.get_models() if issubclass(model, Tracked)]
    return sorted(found, key=lambda model: model._meta.label)
