"""Addresses under /referrals/."""

from django.urls import path

from placement.facilities.views import matches, referrals

app_name = "referrals"
urlpatterns = [
    path("", referrals.referral_list, name="list"),
    path("new/", referrals.new, name="new"),
    path("<uuid:pk>/", referrals.detail, name="detail"),
    path("<uuid:pk>/edit/", referrals.edit, name="edit"),
    path("<uuid:pk>/correct/", referrals.correct, name="correct"),
    path("<uuid:pk>/send/", referrals.send, name="send"),
    path("<uuid:pk>/withdraw/", referrals.withdraw, name="withdraw"),
    path("<uuid:pk>/discard/", referrals.discard, name="discard"),
    path("<uuid:pk>/match/", matches.match, name="match"),
    path("<uuid:pk>/compare/", matches.compare, name="compare"),
    path("<uuid:pk>/release/", matches.release, name="release"),
    path("<uuid:pk>/homes/<uuid:facility>/hold/", matches.hold, name="hold"),
    path("<uuid:pk>/homes/<uuid:facility>/sign/<slug:criterion>/", matches.sign, name="sign"),
    path("<uuid:pk>/homes/<uuid:facility>/exception/", matches.ask_exception, name="exception"),
    path("<uuid:pk>/homes/<uuid:facility>/propose/", matches.propose, name="propose"),
]
