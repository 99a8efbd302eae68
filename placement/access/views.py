"""Sign in and out, liveness, readiness."""

from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from placement.access.guard import public


@public("says that the process is alive; no data")
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that the process is alive."""
    return JsonResponse({"status": "ok"})


@public("says whether the database answers; no data")
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer whether requests can be served now."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database away"}, status=503)
    return JsonResponse({"status": "ok"})


class SignInForm(AuthenticationForm):
    """Username and password; one sentence for every way to be wrong."""

    error_messages = {
        "invalid_login": "That username and password don't go together, or the account is closed. Check both and try again.",
        "inactive": "That username and password don't go together, or the account is closed. Check both and try again.",
    }


sign_in = public("the way in")(
    never_cache(
        LoginView.as_view(
            template_name="accounts/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
        )
    )
)


@public("the way out; changes nothing when nobody is signed in")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and go to the sign-in page."""
    logout(request)
    return redirect("accounts:login")
