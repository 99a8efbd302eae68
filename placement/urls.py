"""Every address of the product."""

from django.urls import include, path

from compliance.views import answers, work
from placement.access import views as access
from placement.access.guard import public
from placement.ui import views as ui

handler400 = "placement.ui.views.bad_request"
handler404 = "placement.ui.views.not_found"
handler500 = "placement.ui.views.server_error"

urlpatterns = [
    path("", work.work, name="work"),
    path("answers/<slug:kind>/<uuid:pk>/", answers.answer, name="answer"),
    path("audit/", include("compliance.urls")),
    path("compliance/", include("compliance.law_urls")),
    path("calendar/", include("compliance.calendar_urls")),
    path("reports/", include("compliance.report_urls")),
    path("residents/", include("residents.urls")),
    path("residents/", include("compliance.rights_urls")),
    path("access-requests/", include("residents.access_request_urls")),
    path("complaints/", include("residents.complaint_urls")),
    path("tell/", include("residents.tell_urls")),
    path("bars/", include("residents.bar_urls")),
    path("sealed-records/", include("residents.sealing_urls")),
    path("break-glass/", include("residents.break_glass_urls")),
    path("facilities/", include("placement.facilities.urls.homes")),
    path("incidents/", include("placement.facilities.urls.incidents")),
    path("referrals/", include("placement.facilities.urls.referrals")),
    path("placements/", include("placement.facilities.urls.placements")),
    path("healthz", access.healthz, name="healthz"),
    path("readyz", access.readyz, name="readyz"),
    path("accounts/", include("placement.access.urls")),
    path("ui/components/", public("invented samples; exists only with DEBUG")(ui.components), name="components"),
]
