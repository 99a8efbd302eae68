"""Addresses under /accounts/."""

from django.urls import path

from placement.access import factor_views, feed_views, pin_views, proposal_views, views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("code/", factor_views.code, name="code"),
    path("passkey/", factor_views.passkey, name="passkey"),
    path("back/", pin_views.come_back, name="come_back"),
    path("logout/", views.sign_out, name="logout"),
    path("here/", views.here, name="here"),
    path("outbox/", views.outbox_keys, name="outbox"),
    path("outbox/back/", views.outbox_back, name="outbox_back"),
    path("not-sent/", views.kept, name="kept"),
    path("factor/", factor_views.factor, name="factor"),
    path("pin/", pin_views.own_pin, name="pin"),
    path("sessions/", factor_views.own_sessions, name="sessions"),
    path("calendars/", feed_views.calendars, name="calendars"),
    path("password/", views.own_password, name="password"),
    path("", views.account_list, name="list"),
    path("units/", views.units, name="units"),
    path("changes/", proposal_views.changes, name="changes"),
    path("changes/<uuid:pk>/", proposal_views.change, name="change"),
    path("people/new/", views.new_account, name="new"),
    path("people/<uuid:pk>/", views.account, name="account"),
]
