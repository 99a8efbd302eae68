"""Addresses of the plan, of what people hold, and of who is on duty, under /facilities/."""

from django.urls import path

from placement.facilities.views import roster

urlpatterns = [
    path("my-credentials/", roster.own_credentials, name="own-credentials"),
    path("<uuid:pk>/roster/", roster.week, name="roster"),
    path("<uuid:pk>/roster/plan/", roster.plan, name="plan-shift"),
    path("<uuid:pk>/roster/copy/", roster.copy, name="copy-week"),
    path("<uuid:pk>/roster/<uuid:entry>/", roster.unplan, name="unplan-shift"),
    path("<uuid:pk>/credentials/", roster.credential_list, name="credentials"),
    path("<uuid:pk>/credentials/<uuid:credential>/end/", roster.end_credential, name="end-credential"),
    path("<uuid:pk>/people/<uuid:assignment>/credentials/new/", roster.file_credential, name="file-credential"),
    path("<uuid:pk>/shift/on-duty/", roster.duty, name="duty"),
    path("<uuid:pk>/shift/on-duty/come/", roster.come_on_duty, name="come-on-duty"),
    path("<uuid:pk>/shift/on-duty/<uuid:row>/go/", roster.go_off_duty, name="go-off-duty"),
]
