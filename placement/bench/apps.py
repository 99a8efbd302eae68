"""The benchmark: the product's lists, checks and writes against plain SQL and against the stock assembly."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Names the app. It has no models: those of the stock assembly exist only while it measures."""

    name = "placement.bench"
    label = "bench"
