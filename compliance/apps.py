"""The compliance app: the reading side of the audit trail; rules, obligations and findings grow here."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Registers sentences for constraints, the words of history and the navigation entries."""

    name = "compliance"

    def ready(self) -> None:
        from compliance import before_arrival, explanations, navigation, words  # noqa: F401
