"""Making many tables at once, and quickly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

OF_ITS_OWN = ("_append_option", "_remove_option", "alter_model_options")  # what changes a model for itself alone


@contextmanager
def quick_steps() -> Iterator[None]:
    """Inside, an empty database is migrated in a fifth of the time: a step draws up its own model anew and those that point to it.

    Django draws up everything that is related in whatever way, and here everything points to a person or a resident. What
    is left out is marked as such, as Django does it for columns that point to nothing, so that a step in Python still gets
    every model as it is then. For databases of invented data; ``manage.py migrate`` stays Django's own.
    """
    state: Any = ProjectState
    usual = {name: getattr(state, name) for name in ("_find_reload_model", *OF_ITS_OWN)}
    state._find_reload_model = _with_those_that_point_to_it
    for name in OF_ITS_OWN:
        setattr(state, name, _alone(usual[name]))
    try:
        yield
    finally:
        for name, method in usual.items():
            setattr(state, name, method)


def _alone(change: Callable[..., None]) -> Callable[..., None]:
    """Draw up only the model itself: an index or a constraint changes nothing for those that point to it."""

    def change_alone(state: Any, *args: Any, **kwargs: Any) -> None:
        state._find_reload_model = lambda app_label, model_name, delay=False: {(app_label, model_name)}
        state.is_delayed = True
        try:
            change(state, *args, **kwargs)
        finally:
            del state._find_reload_model

    return change_alone


def _with_those_that_point_to_it(
    state: ProjectState, app_label: str, model_name: str, delay: bool = False
) -> set[tuple[str, str]]:
    state.is_delayed = True
    found = {(app_label, model_name)}
    try:
        model = state.apps.get_model(app_label, model_name)
    except LookupError:
        return found
    pointing = (one for one in model._meta.get_fields(include_hidden=True) if one.auto_created and not one.concrete)
    return found | {(one.related_model._meta.app_label, one.related_model._meta.model_name) for one in pointing}


class CreateModels(Operation):
    """Several ``CreateModel`` as one step.

    Django draws up every related model anew for each ``CreateModel``; where almost everything points to a person or a
    resident, that took a fresh database half a minute. Here the models are drawn up once.
    """

    category = OperationCategory.ADDITION
    serialization_expand_args = ["operations"]

    def __init__(self, operations: list[CreateModel]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How a migration file writes this step."""
        return type(self).__qualname__, [], {"operations": self.operations}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the models to what Django knows, without drawing them up yet."""
        state.clear_delayed_apps_cache()
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the tables."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the tables."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What ``migrate --plan`` says."""
        return f"Create {len(self.operations)} models"
