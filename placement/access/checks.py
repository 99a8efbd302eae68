"""System checks: a project with an unguarded view, or a right that does not exist, does not start."""

from typing import Any

from django.core.checks import Error, register

from placement.access.guard import access_of, patterns
from placement.access.rights import Can


@register()
def every_view_declares_a_right(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse views without ``@needs`` or ``@public``, with an empty declaration, or with an unknown right."""
    errors = []
    for _, route, pattern in patterns():
        access = access_of(pattern.callback)
        name = f"/{route} ({pattern.lookup_str})"
        if access is None:
            errors.append(Error(f"{name} declares no right: add @needs(Can.…) or @public(reason).", id="access.E001"))
        elif not access.rights and not access.reason:
            errors.append(Error(f"{name} declares an empty right.", id="access.E002"))
        elif any(not isinstance(right, Can) for right in access.rights | access.also):
            errors.append(Error(f"{name} declares a right that is not in Can.", id="access.E003"))
    return errors
