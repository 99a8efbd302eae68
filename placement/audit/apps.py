"""The audit app: history rows written by the database, and the names of what people did."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    """Installs history triggers and the application role's rights after every migration."""

    name = "placement.audit"
    label = "audit"

    def ready(self) -> None:
        from placement.audit.install import after_migrate, before_migrate

        pre_migrate.connect(before_migrate, sender=self)
        post_migrate.connect(after_migrate, sender=self)
