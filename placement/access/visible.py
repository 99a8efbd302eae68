"""The one way to fetch a guarded record: ``Model.objects.visible_to(person, right)`` (design §4)."""

from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Expression, Q
from django.db.models.lookups import Lookup

from placement.access.models import Person
from placement.access.opened import note_opened, opened
from placement.access.rights import Can
from placement.audit.clock import now


@models.UUIDField.register_lookup
@models.ForeignKey.register_lookup
class AnyOf(Lookup):
    """``column = ANY(ARRAY(subquery))``: the subquery runs once and the column's index serves (performance §1)."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the comparison."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", (*left_params, *right_params)


def in_force(prefix: str = "") -> Q:
    """Return the condition that a grant with ``starts_at`` and ``ends_at`` is in force now."""
    moment = now()
    return Q(**{f"{prefix}starts_at__lte": moment}) & (
        Q(**{f"{prefix}ends_at__isnull": True}) | Q(**{f"{prefix}ends_at__gt": moment})
    )


def own_rows(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return guardian's rows of single people on ``model``, a model that carries rights."""
    rights: Any = model
    return rights.user_permissions.rel.related_model.objects.all()


def group_rows(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return guardian's rows of groups on ``model``, a model that carries rights."""
    rights: Any = model
    return rights.group_permissions.rel.related_model.objects.all()


class VisibleIds(Expression):
    """``ARRAY(ids of model that person has right on, own UNION ALL through groups)``, by grants in force now, without bars.

    Written out, because every page asks for it several times and building it from querysets took longer than the
    database's answer. ``model`` carries guardian's direct tables.
    """

    def __init__(self, model: type[models.Model], person: UUID, right: Can) -> None:
        super().__init__(output_field=ArrayField(models.UUIDField()))
        self.model, self.person, self.right, self.moment = model, person, right, now()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the array."""
        of_right = """permission_id IN (
            SELECT p.id FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
            WHERE p.codename = %s AND t.app_label = %s)"""
        right, moment = [self.right.codename, self.right.app], [self.moment, self.moment]
        sql, values = _granted(self.model, "mine.content_object_id", f"mine.{of_right}", right, self.person, moment)
        if self.right.app == "residents":  # a bar beats every grant
            sql = f"SELECT * FROM ({sql}) granted(id) WHERE id <> ALL (ARRAY(SELECT access_barred(%s)))"
            values.append(self.person)
        return f"ARRAY({sql})", tuple(values)


def _granted(
    model: type[models.Model], column: str, condition: str, wanted: list[Any], person: UUID, moment: list[Any]
) -> tuple[str, list[Any]]:
    """Return the SQL of ``column`` of the person's permission rows in force that meet ``condition``, and its values."""
    own, groups = own_rows(model).model._meta.db_table, group_rows(model).model._meta.db_table
    sql = f"""
        SELECT {column} FROM "{own}" mine
        WHERE mine.user_id = %s AND {condition} AND mine.starts_at <= %s AND (mine.ends_at IS NULL OR mine.ends_at > %s)
        UNION ALL
        SELECT {column} FROM access_membership member JOIN "{groups}" mine ON mine.group_id = member.group_id
        WHERE member.person_id = %s AND member.starts_at <= %s AND (member.ends_at IS NULL OR member.ends_at > %s)
            AND {condition} AND mine.starts_at <= %s AND (mine.ends_at IS NULL OR mine.ends_at > %s)"""
    return sql, [person, *wanted, *moment, person, *moment, *wanted, *moment]


def visible_ids(model: type[models.Model], person: Person, right: Can) -> VisibleIds:
    """Return the ids of ``model`` on which ``person`` has ``right`` now, as an array for ``any_of``."""
    return VisibleIds(model, person.pk, right)


class Guarded(models.QuerySet[Any]):
    """Rows that hang on a guarded object. The model's ``guards`` says how: app of the right → path to the object's id."""

    _asked_for = False

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._asked_for = self._asked_for
        return clone

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Return the one row, and note for the access log that it was opened, when ``visible_to`` was asked."""
        row = super().get(*args, **kwargs)
        if self._asked_for and isinstance(row, models.Model):
            note_opened(row)
        return row

    def visible_to(self, person: Person, right: Can) -> Self:
        """Return the rows on whose object ``person`` has ``right`` by a grant in force now."""
        from django.apps import apps

        if (found := opened.get()) is not None:
            found.asked.add(right)
        if not person.is_active:
            return self.none()
        path = self.model.guards[right.app]
        model = apps.get_model({"residents": "residents.Resident", "facilities": "facilities.Facility"}[right.app])
        visible = self.filter(**{f"{path}__any_of": visible_ids(model, person, right)})
        visible._asked_for = True
        return visible

    def locked(self) -> Self:
        """Return the rows locked for this transaction, in key order."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


def barred_from(person: Person) -> set[UUID]:
    """Return the ids of the residents from whose records ``person`` is barred now, in one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_barred(%s)", [person.pk])
        return {pk for (pk,) in cursor.fetchall()}


def rights_on(person: Person, thing: models.Model) -> frozenset[Can]:
    """Return every right that ``person`` has on ``thing`` now, in one query; none on a record that bars them."""
    if not person.is_active:
        return frozenset()
    moment = now()
    sql, values = _granted(
        type(thing), "mine.permission_id", "mine.content_object_id = %s", [thing.pk], person.pk, [moment, moment]
    )
    if type(thing)._meta.app_label == "residents":
        sql = f"SELECT * FROM ({sql}) granted WHERE %s <> ALL (ARRAY(SELECT access_barred(%s)))"
        values += [thing.pk, person.pk]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT codename FROM auth_permission WHERE id IN ({sql})", values)
        names = [name for (name,) in cursor.fetchall()]
    app = type(thing)._meta.app_label
    return frozenset(Can(f"{app}.{name}") for name in names)
