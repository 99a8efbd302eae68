"""The residents app: the young person's record, daily care, incidents and documents."""

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    """Registers sentences for constraints and the navigation entries."""

    name = "residents"

    def ready(self) -> None:
        from residents import explanations, facts, navigation, words  # noqa: F401
