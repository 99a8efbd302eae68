"""The facilities app: homes, licences, beds, shifts, referrals, matching and placements."""

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    """Registers sentences for constraints and the navigation entries."""

    name = "placement.facilities"
    label = "facilities"

    def ready(self) -> None:
        from placement.facilities import explanations, facts, names, navigation, words  # noqa: F401
