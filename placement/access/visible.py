"""The one way to fetch a guarded record: ``Model.objects.visible_to(person, right)`` (design §4)."""

from collections.abc import Iterable
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, connections, models
from django.db.models import Expression, Q
from django.db.models.lookups import Lookup
from django.db.models.query import MAX_GET_RESULTS
from django.db.models.sql.where import AND

from placement.access.models import Person
from placement.access.opened import note_opened, opened
from placement.access.rights import Can
from placement.audit.clock import now


@models.BigAutoField.register_lookup
@models.UUIDField.register_lookup
@models.ForeignKey.register_lookup
class AnyOf(Lookup):
    """``column = ANY(array)``: a sub-query for the array runs once and the column's index serves (performance §1)."""

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
    """The ids on which a person has a right by a grant in force now, without bars, as an array: of residents or of homes.

    Asked of the database's ``access_granted``, whose statements a connection plans only once (``placement.access.rows``).
    """

    output_field = ArrayField(models.UUIDField())

    def __init__(self, person: UUID, right: Can) -> None:
        self.values = (person, right.app, [right.codename], now())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the array."""
        return "(SELECT access_granted(%s, %s, %s, %s))::uuid[]", self.values


def visible_ids(person: Person, right: Can) -> VisibleIds:
    """Return the ids of the residents, or of the homes, on which ``person`` has ``right`` now, as an array for ``any_of``."""
    return VisibleIds(person.pk, right)


class Guarded(models.QuerySet[Any]):
    """Rows that hang on a guarded object. The model's ``guards`` says how: app of the right → path to the object's id.

    _whole: nothing was asked of it yet, not even by a copy. _plain: the path and ids by which ``visible_to`` narrowed what was
    whole, as long as nothing else was asked; a copy forgets both.
    """

    _asked_for = False
    _whole = True
    _plain: tuple[str, VisibleIds] | None = None

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._asked_for, clone._whole = self._asked_for, False
        return clone

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Return the one row, and note for the access log that it was opened, when ``visible_to`` was asked."""
        row = None
        if self._plain and not args and kwargs.keys() == {"pk"} and isinstance(kwargs["pk"], UUID):
            row = self._by_key(*self._plain, kwargs["pk"])
        if row is None:
            row = super().get(*args, **kwargs)
        if self._asked_for and isinstance(row, models.Model):
            note_opened(row)
        return row

    def _by_key(self, path: str, ids: VisibleIds, key: UUID) -> Any:
        """Return the row with this key, ``None`` where Django must find it. Raises the model's ``DoesNotExist``.

        To write the statement takes Django as long as it takes the database to answer: it is written once for each model and
        path. Nobody's values are part of it.
        """
        if (self.model, path) not in _written:
            _written[self.model, path] = self._statement((*ids.values, key))
        if not (kept := _written[self.model, path]):
            return None
        with connections[self.db].cursor() as cursor:
            cursor.execute(kept[0], (*ids.values, key))
            rows = cursor.fetchall()
        if not rows:
            raise self.model.DoesNotExist(f"{self.model._meta.object_name} matching query does not exist.")
        return self.model.from_db(self.db, kept[1], rows[0]) if len(rows) == 1 else None

    def _statement(self, values: tuple[Any, ...]) -> tuple[str, list[str]] | None:
        """Return the statement with which Django would ``get`` a row, the key last of its ``values``, and the names of its columns.

        ``None`` where Django would send other values, or convert what the database gives.
        """
        query = self.order_by().filter(pk=values[-1]).query
        query.set_limits(high=MAX_GET_RESULTS)
        compiler = query.get_compiler(self.db)
        sql, sent = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        if tuple(sent) != values or compiler.get_converters(columns):
            return None
        return sql, [column.target.attname for column in columns]

    def visible_to(self, person: Person, right: Can) -> Self:
        """Return the rows on whose object ``person`` has ``right`` by a grant in force now."""
        if (found := opened.get()) is not None:
            found.asked.add(right)
        if not person.opens_records:
            return self.none()
        path, ids = self.model.guards[right.app], visible_ids(person, right)
        if "__" in path or self.query.is_sliced or self.query.combinator:
            visible = self.filter(**{f"{path}__any_of": ids})
        else:  # the same condition; to find the column by its name takes ten times as long
            visible = self.all()
            column = self.model._meta.get_field(path).get_col(visible.query.get_initial_alias())
            visible.query.where.add(AnyOf(column, ids), AND)
        visible._asked_for, visible._plain = True, (path, ids) if self._whole else None
        return visible

    def locked(self) -> Self:
        """Return the rows locked for this transaction, in key order."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


_written: dict[
    tuple[type[models.Model], str], tuple[str, list[str]] | None
] = {}  # by model and path, see Guarded._by_key


def homes_inspected(person: Person) -> set[UUID]:
    """Return the ids of the homes that ``person`` inspects now, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(access_granted(%s, 'facilities', %s, %s))", [person.pk, [Can.INSPECT.codename], now()]
        )
        return {pk for (pk,) in cursor.fetchall()}


def barred_from(person: Person) -> set[UUID]:
    """Return the ids of the residents from whose records ``person`` is barred now, in one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_barred(%s)", [person.pk])
        return {pk for (pk,) in cursor.fetchall()}


def bars_to_judge(person: Person) -> dict[UUID, str]:
    """Return id of each bar that ``person`` judges, or has judged → the code of the young person, in one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, code FROM access_bars_to_judge(%s)", [person.pk])
        return dict(cursor.fetchall())


def rights_on(person: Person, thing: models.Model) -> frozenset[Can]:
    """Return every right that ``person`` has on ``thing`` now, in one query; none on a record that bars them."""
    return rights_on_many(person, [thing])[thing.pk]


def rights_on_many(person: Person, things: Iterable[models.Model]) -> dict[UUID, frozenset[Can]]:
    """Return the id of each of ``things``, all of one model → every right that ``person`` has on it now, as ``rights_on``."""
    things = list(things)
    found: dict[UUID, set[Can]] = {thing.pk: set() for thing in things}
    if found and person.opens_records:
        model = type(things[0])
        app, own, groups = model._meta.app_label, *(rows(model).model._meta.db_table for rows in (own_rows, group_rows))
        sql = f"""
            SELECT granted.content_object_id, permission.codename FROM (
                SELECT mine.content_object_id, mine.permission_id FROM "{own}" mine
                WHERE mine.user_id = %(who)s AND mine.content_object_id = ANY (%(things)s)
                    AND mine.starts_at <= %(now)s AND (mine.ends_at IS NULL OR mine.ends_at > %(now)s)
                UNION
                SELECT mine.content_object_id, mine.permission_id
                FROM access_membership member JOIN "{groups}" mine ON mine.group_id = member.group_id
                WHERE member.person_id = %(who)s
                    AND member.starts_at <= %(now)s AND (member.ends_at IS NULL OR member.ends_at > %(now)s)
                    AND mine.content_object_id = ANY (%(things)s)
                    AND mine.starts_at <= %(now)s AND (mine.ends_at IS NULL OR mine.ends_at > %(now)s)) granted
            JOIN auth_permission permission ON permission.id = granted.permission_id"""
        if app == "residents":
            sql += " WHERE granted.content_object_id <> ALL (ARRAY(SELECT access_barred(%(who)s)))"
        with connection.cursor() as cursor:
            cursor.execute(sql, {"who": person.pk, "things": list(found), "now": now()})
            for pk, codename in cursor.fetchall():
                found[pk].add(Can(f"{app}.{codename}"))
    return {pk: frozenset(rights) for pk, rights in found.items()}
