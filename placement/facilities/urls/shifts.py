"""Addresses of the shift pages, under /facilities/."""

from django.urls import path

from placement.facilities.views import contacts, days, hand_offs, medication, paper, passes, second, shifts, wall

urlpatterns = [
    path("shift/", shifts.my_shift, name="my-shift"),
    path("shift/wall/", wall.wall, name="wall"),
    path("<uuid:pk>/shift/", shifts.shift, name="shift"),
    path("<uuid:pk>/shift/board/", wall.board, name="board"),
    path("<uuid:pk>/shift/open/", shifts.open_shift, name="open-shift"),
    path("<uuid:pk>/shift/paper/", paper.sheet, name="shift-paper"),
    path("<uuid:pk>/shift/activity/", days.activity, name="log-activity"),
    path("<uuid:pk>/shift/passes/", passes.passes, name="passes"),
    path("<uuid:pk>/shift/passes/<uuid:row>/back/", passes.back, name="pass-back"),
    path("<uuid:pk>/shift/passes/<uuid:row>/withdraw/", passes.withdraw, name="pass-withdraw"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/pass/", passes.ask, name="ask-pass"),
    path("<uuid:pk>/shift/school/", days.school, name="log-school"),
    path("<uuid:pk>/shift/several/", shifts.several, name="log-several"),
    path("<uuid:pk>/shift/undo/", shifts.undo, name="undo"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/", shifts.log, name="log-care"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/tap/", shifts.tap, name="tap"),
    path("<uuid:pk>/shift/young-people/<uuid:resident>/contact/", contacts.log_contact, name="log-contact"),
    path("<uuid:pk>/shift/entries/<uuid:entry>/", shifts.entry, name="care-entry"),
    path("<uuid:pk>/shift/reading/", hand_offs.reading, name="reading"),
    path("<uuid:pk>/looks/", hand_offs.how_often, name="how-often"),
    path("<uuid:pk>/shift/medication/", medication.medication, name="medication"),
    path("<uuid:pk>/shift/medication/orders/<uuid:order>/", medication.log_dose, name="log-dose"),
    path("<uuid:pk>/shift/medication/orders/<uuid:order>/tap/", medication.tap, name="tap-dose"),
    path("<uuid:pk>/shift/medication/orders/<uuid:order>/count/", medication.count, name="count"),
    path("<uuid:pk>/shift/medication/doses/<uuid:dose>/", medication.dose, name="dose"),
    path("<uuid:pk>/shift/medication/doses/<uuid:dose>/sign/", medication.sign_dose, name="sign-dose"),
    path("<uuid:pk>/shift/medication/doses/<uuid:dose>/second/", second.second_on_dose, name="second-on-dose"),
    path("<uuid:pk>/shift/medication/doses/<uuid:dose>/effect/", medication.note_effect, name="note-effect"),
    path("<uuid:pk>/shift/medication/counts/", medication.counts, name="counts"),
    path("<uuid:pk>/shift/medication/counts/<uuid:count>/sign/", medication.sign_count, name="sign-count"),
    path("<uuid:pk>/shift/medication/counts/<uuid:count>/second/", second.second_on_count, name="second-on-count"),
    path("<uuid:pk>/shift/medication/counts/<uuid:count>/settle/", medication.settle, name="settle-count"),
    path("<uuid:pk>/shift/<uuid:shift>/", shifts.past_shift, name="past-shift"),
    path("<uuid:pk>/shift/<uuid:shift>/hand-off/", shifts.hand_off, name="hand-off"),
    path("<uuid:pk>/shift/<uuid:shift>/take-over/", hand_offs.take_over, name="take-over"),
    path("<uuid:pk>/shift/<uuid:shift>/looks/", hand_offs.looks, name="looks"),
]
