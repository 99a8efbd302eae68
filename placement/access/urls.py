"""Addresses under /accounts/."""

from django.urls import path

from placement.access import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("here/", views.here, name="here"),
    path("not-sent/", views.kept, name="kept"),
    path("password/", views.own_password, name="password"),
    path("", views.account_list, name="list"),
    path("units/", views.units, name="units"),
    path("people/new/", views.new_account, name="new"),
    path("people/<uuid:pk>/", views.account, name="account"),
]
