"""The one way to fetch a guarded record: ``Model.objects.visible_to(person, right)`` (design §4)."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Lookup

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now

# The rights that visible_to() was asked for during this request; the request middleware compares them with the view's.
asked: ContextVar[set[Can] | None] = ContextVar("asked_rights", default=None)


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


def visible_ids(model: type[models.Model], person: Person, right: Can) -> ArraySubquery:
    """Return ``ARRAY(ids of model that person has right on, own UNION ALL through groups)``.

    ``model`` carries guardian's direct tables (``userpermission_set`` and ``grouppermission_set``).
    """
    of_right = {"permission__codename": right.codename, "permission__content_type__app_label": right.app}
    own = own_rows(model).filter(in_force(), user=person, **of_right)
    through_groups = group_rows(model).filter(
        in_force(), in_force("group__memberships__"), group__memberships__person=person, **of_right
    )
    ids = (
        own.order_by()
        .values(i=F("content_object_id"))
        .union(through_groups.order_by().values(i=F("content_object_id")), all=True)
    )
    return ArraySubquery(ids)


class Guarded(models.QuerySet[Any]):
    """Rows that hang on a guarded object. The model's ``guards`` says how: app of the right → path to the object's id."""

    def visible_to(self, person: Person, right: Can) -> Self:
        """Return the rows on whose object ``person`` has ``right`` by a grant in force now."""
        from django.apps import apps

        if (rights := asked.get()) is not None:
            rights.add(right)
        if not person.is_active:
            return self.none()
        path = self.model.guards[right.app]
        model = apps.get_model({"residents": "residents.Resident", "facilities": "facilities.Facility"}[right.app])
        return self.filter(**{f"{path}__any_of": visible_ids(model, person, right)})

    def locked(self) -> Self:
        """Return the rows locked for this transaction, in key order."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


def right_to_change_homes(person: Person) -> Can:
    """Return the right by which ``person`` changes a home: a supervisor every home they see, others one they manage."""
    return Can.VIEW_FACILITY if person.may(Can.CONFIRM_POPULATION) else Can.MANAGE_FACILITY


def rights_on(person: Person, thing: models.Model) -> frozenset[Can]:
    """Return every right that ``person`` has on ``thing`` now, in one query."""
    if not person.is_active:
        return frozenset()
    model = type(thing)
    own = own_rows(model).filter(in_force(), user=person, content_object=thing)
    groups = group_rows(model).filter(
        in_force(), in_force("group__memberships__"), group__memberships__person=person, content_object=thing
    )
    names: Iterable[str] = (
        own.order_by()
        .values_list("permission__codename", flat=True)
        .union(groups.order_by().values_list("permission__codename", flat=True))
    )
    app = model._meta.app_label
    return frozenset(Can(f"{app}.{name}") for name in names)
