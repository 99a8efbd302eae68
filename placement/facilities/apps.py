"""The facilities app: homes, licences, beds, shifts, referrals, matching and placements."""

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    """Registers sentences for constraints, the navigation entries, and who works today."""

    name = "placement.facilities"
    label = "facilities"

    def ready(self) -> None:
        from placement.facilities import duty, explanations, facts, names, navigation, words  # noqa: F401
