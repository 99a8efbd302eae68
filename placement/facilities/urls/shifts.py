"""Addresses of the shift pages, under /facilities/."""

from django.urls import path

from placement.facilities.views import contacts, days, passes, shifts

urlpatterns = [
    path("shift/", shifts.my_shift, name="my-shift"),
    path("<uuid:pk>/shift/", shifts.shift, name="shift"),
    path("<uuid:pk>/shift/open/", shifts.open_shift, name="open-shift"),
    path("<uuid:pk>/shift/activity/", days.activity, name="log-activity"),
    path("<uuid:pk>/shift/passes/", passes.passes, name="passes"),
    path("<uuid:pk>/shift/passes/<uuid:row>/back/", passes.back, name="pass-back"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/pass/", passes.ask, name="ask-pass"),
    path("<uuid:pk>/shift/school/", days.school, name="log-school"),
    path("<uuid:pk>/shift/several/", shifts.several, name="log-several"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/", shifts.log, name="log-care"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/tap/", shifts.tap, name="tap"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/contact/", contacts.log_contact, name="log-contact"),
    path("<uuid:pk>/shift/entries/<uuid:entry>/", shifts.entry, name="care-entry"),
    path("<uuid:pk>/shift/<uuid:shift>/", shifts.past_shift, name="past-shift"),
    path("<uuid:pk>/shift/<uuid:shift>/hand-off/", shifts.hand_off, name="hand-off"),
]
