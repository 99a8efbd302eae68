"""Demo data: the invented agency that the README's first command loads."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Names the app."""

    name = "placement.demo"
    label = "demo"
