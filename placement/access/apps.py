"""The access app: people, rights, and the one way to fetch a guarded record."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers the system check that no view is left without a declared right."""

    name = "placement.access"
    label = "access"

    def ready(self) -> None:
        from placement.access import checks, explanations, navigation, words  # noqa: F401
