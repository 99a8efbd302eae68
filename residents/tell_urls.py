"""Addresses under /tell/: without a session, in English and in Spanish."""

from django.urls import path

from residents.views import tell

app_name = "tell"
urlpatterns = [
    path("", tell.new, {"language": "en"}, name="new"),
    path("answer/", tell.answer, {"language": "en"}, name="answer"),
    path("es/", tell.new, {"language": "es"}, name="new_es"),
    path("es/answer/", tell.answer, {"language": "es"}, name="answer_es"),
]
