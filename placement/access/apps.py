"""The access app: people, rights, and the one way to fetch a guarded record."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Registers the system check that no view is left without a declared right, and guards rows after every migration."""

    name = "placement.access"
    label = "access"

    def ready(self) -> None:
        from placement.access import checks, explanations, navigation, sessions, words  # noqa: F401
        from placement.access.rows import install

        post_migrate.connect(install, sender=self)
