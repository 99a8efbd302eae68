"""Addresses of the shift pages, under /facilities/."""

from django.urls import path

from placement.facilities.views import shifts, wall

urlpatterns = [
    path("shift/", shifts.my_shift, name="my-shift"),
    path("shift/wall/", wall.wall, name="wall"),
    path("<uuid:pk>/shift/", shifts.shift, name="shift"),
    path("<uuid:pk>/shift/board/", wall.board, name="board"),
    path("<uuid:pk>/shift/open/", shifts.open_shift, name="open-shift"),
    path("<uuid:pk>/shift/several/", shifts.several, name="log-several"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/", shifts.log, name="log-care"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/tap/", shifts.tap, name="tap"),
    path("<uuid:pk>/shift/entries/<uuid:entry>/", shifts.entry, name="care-entry"),
    path("<uuid:pk>/shift/<uuid:shift>/", shifts.past_shift, name="past-shift"),
    path("<uuid:pk>/shift/<uuid:shift>/hand-off/", shifts.hand_off, name="hand-off"),
]
