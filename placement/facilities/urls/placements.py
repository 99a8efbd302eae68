"""Addresses under /placements/."""

from django.urls import path

from placement.facilities.views import exceptions, passes, placements

app_name = "placements"
urlpatterns = [
    path("exceptions/", exceptions.exception_list, name="overrides"),
    path("exceptions/<uuid:pk>/", exceptions.exception, name="override"),
    path("passes/<uuid:pk>/", passes.decide, name="pass"),
    path("<uuid:pk>/", placements.detail, name="detail"),
    path("<uuid:pk>/decide/", placements.decide, name="decide"),
    path("<uuid:pk>/withdraw/", placements.withdraw, name="withdraw"),
    path("<uuid:pk>/safety/", placements.safety, name="safety"),
    path("<uuid:pk>/admit/", placements.admit, name="admit"),
    path("<uuid:pk>/leave/", placements.leave, name="leave"),
    path("<uuid:pk>/extend/", placements.extend, name="extend"),
    path("<uuid:pk>/discharge/", placements.discharge, name="discharge"),
    path("<uuid:pk>/discharge/propose/", placements.propose_discharge, name="propose-discharge"),
    path("<uuid:pk>/discharge/withdraw/", placements.withdraw_discharge, name="withdraw-discharge"),
    path("<uuid:pk>/after-care/", placements.after_care, name="after-care"),
]
