"""Addresses under /residents/ of pages about rights, which know the rules too."""

from django.urls import path

from compliance.views import rights

app_name = "rights"
urlpatterns = [
    path("<uuid:pk>/rights/", rights.young, name="young"),
]
