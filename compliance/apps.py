"""The compliance app: the reading side of the audit trail; rules, obligations and findings."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ComplianceConfig(AppConfig):
    """Registers sentences, words and navigation; after every migration the functions that judge, and the rules, are in step."""

    name = "compliance"

    def ready(self) -> None:
        from compliance import before_arrival, events, explanations, navigation, operations, words  # noqa: F401
        from compliance.flags.finding import install as install_bounds
        from compliance.judging import install
        from compliance.queries import incident_duties, staff_files, waivers  # noqa: F401
        from compliance.retention import done
        from compliance.stored import load_after_migrate

        events.listen()
        done.listen()
        post_migrate.connect(install, sender=self)
        post_migrate.connect(install_bounds, sender=self)
        post_migrate.connect(load_after_migrate, sender=self)
