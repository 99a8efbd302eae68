"""Guardian's permission rows, written set-based by the operation that changes the fact they follow from."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import connection, models

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import group_rows, own_rows

AGENCY = "agency"


def group_name(kind: str, key: object, role: Role) -> str:
    """Return the name of the group of ``role`` at ``kind`` ("home", "unit", "agency") ``key``."""
    return f"{kind}/{key}/{role}"


def group_of(kind: str, key: object, role: Role) -> Group:
    """Return the group, made when it is new."""
    return Group.objects.get_or_create(name=group_name(kind, key, role))[0]


def give_groups(
    thing: models.Model,
    rights: Mapping[str, Iterable[Can]],
    *,
    grant: UUID,
    starts_at: datetime,
    ends_at: datetime | None = None,
) -> None:
    """Give each named group its rights on ``thing``, in one statement. ``grant`` is the row they follow from."""
    table = group_rows(type(thing)).model._meta.db_table
    pairs = [(name, right) for name, given in rights.items() for right in sorted(given)]
    _insert(
        f"""INSERT INTO "{table}" (id, group_id, permission_id, content_object_id, "grant", starts_at, ends_at)
            SELECT gen_random_uuid(), g.id, p.id, %s, %s, %s, %s
            FROM unnest(%s::text[], %s::text[]) AS wanted(name, codename)
            JOIN auth_group g ON g.name = wanted.name
            JOIN auth_permission p ON p.codename = wanted.codename
            JOIN django_content_type t ON t.id = p.content_type_id AND t.app_label = %s AND t.model = %s""",
        thing,
        grant,
        starts_at,
        ends_at,
        [name for name, _ in pairs],
        [right.codename for _, right in pairs],
    )


def give_person(
    thing: models.Model,
    person: Person,
    rights: Iterable[Can],
    *,
    grant: UUID,
    starts_at: datetime,
    ends_at: datetime | None = None,
) -> None:
    """Give ``person`` ``rights`` on ``thing``, in one statement. ``grant`` is the row they follow from."""
    table = own_rows(type(thing)).model._meta.db_table
    _insert(
        f"""INSERT INTO "{table}" (id, user_id, permission_id, content_object_id, "grant", starts_at, ends_at)
            SELECT gen_random_uuid(), wanted.person, p.id, %s, %s, %s, %s
            FROM unnest(%s::uuid[], %s::text[]) AS wanted(person, codename)
            JOIN auth_permission p ON p.codename = wanted.codename
            JOIN django_content_type t ON t.id = p.content_type_id AND t.app_label = %s AND t.model = %s""",
        thing,
        grant,
        starts_at,
        ends_at,
        [str(person.pk)] * len(list(rights := sorted(rights))),
        [right.codename for right in rights],
    )


def _insert(sql: str, thing: models.Model, grant: UUID, *values: Any) -> None:
    starts_at, ends_at, owners, codenames = values
    meta = thing._meta
    with connection.cursor() as cursor:
        cursor.execute(sql, [thing.pk, grant, starts_at, ends_at, owners, codenames, meta.app_label, meta.model_name])


def withdraw(model: type[models.Model], *grants: UUID) -> None:
    """Take back every right on ``model`` objects that followed from ``grants``."""
    group_rows(model).filter(grant__in=grants).delete()
    own_rows(model).filter(grant__in=grants).delete()
