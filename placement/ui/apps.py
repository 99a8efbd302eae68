from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "placement.ui"
    label = "ui"
    verbose_name = "Pages and forms"
