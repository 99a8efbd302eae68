"""Sign in and out, the own password, accounts, liveness, readiness."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from placement.access import forms, operations, queries
from placement.access.guard import needs, public
from placement.access.models import Person
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.reading import changes
from placement.ui.paging import keyset_page
from placement.ui.searching import asked, remember_search


@public("says that the process is alive; no data")
def healthz(request: Request) -> JsonResponse:
    """Answer that the process is alive."""
    return JsonResponse({"status": "ok"})


@public("says whether the database answers; no data")
def readyz(request: Request) -> JsonResponse:
    """Answer whether requests can be served now."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database away"}, status=503)
    return JsonResponse({"status": "ok"})


class SignInForm(AuthenticationForm):
    """Username and password; one sentence for every way to be wrong."""

    error_messages = dict.fromkeys(
        ["invalid_login", "inactive"],
        "That username and password don't go together, or the account is closed. Check both and try again.",
    )


sign_in = public("the way in")(
    never_cache(
        LoginView.as_view(
            template_name="accounts/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
        )
    )
)


@public("the way out; changes nothing when nobody is signed in")
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session and go to the sign-in page."""
    logout(request)
    return redirect("accounts:login")


@needs(Can.SIGN_IN)
def own_password(request: Request) -> HttpResponse:
    """Change the own password: this session stays, all others of the person end."""
    person = request.person
    form = forms.OwnPasswordForm(request.POST or None, person=person)
    if form.is_valid():
        act = lambda: operations.set_password(person, form.cleaned_data["password"], by=person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("accounts:password")):
            update_session_auth_hash(request, person)
            messages.success(request, "Your password is changed. Other devices are signed out.")
            return response
    return render(request, "accounts/password.html", {"form": form})


@needs(Can.MANAGE_ACCOUNTS)
def account_list(request: Request) -> HttpResponse:
    """List accounts by name."""
    if request.method == "POST":
        return remember_search(request, "text")
    form = forms.AccountFilter(asked(request, "text"))
    wanted = form.cleaned_data if form.is_valid() else {}
    page = keyset_page(queries.accounts(**wanted), order=("name",), after=request.GET.get("after"), size=50)
    return render(request, "accounts/list.html", {"form": form, "page": page, "filtered": any(wanted.values())})


@needs(Can.MANAGE_ACCOUNTS)
def new_account(request: Request) -> HttpResponse:
    """Open an account."""
    form = forms.NewAccountForm(
        request.POST or None, units=queries.units(), initial={"time_zone": request.person.time_zone}
    )
    if form.is_valid():
        act = lambda: operations.open_account(**form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda person: reverse("accounts:account", args=[person.pk])):
            messages.success(request, "The account is open. Tell the person the password in private.")
            return response
    return render(request, "accounts/new.html", {"form": form})


@needs(Can.MANAGE_ACCOUNTS)
def account(request: Request, pk: UUID) -> HttpResponse:
    """Show an account; change it, set its password, close it or open it again."""
    person = queries.account(pk)
    do = request.POST.get("do", "")

    def data(name: str) -> Any:
        return request.POST if do == name else None

    about = {"name": person.name, "role": person.role, "unit": str(person.unit_id or ""), "time_zone": person.time_zone}
    change = forms.ChangeAccountForm(
        data("change"), units=queries.units(), initial=about, version=queries.version(person)
    )
    password = forms.NewPasswordForm(data("password"), person=person, auto_id="password_%s")
    state = forms.StateForm(data("state"), auto_id="state_%s")
    by = request.person
    acts: dict[str, tuple[Any, Callable[[], Person], str]] = {
        "change": (change, lambda: operations.change_account(person, **change.given, by=by), "Saved."),
        "password": (
            password,
            lambda: operations.set_password(person, password.cleaned_data["password"], by=by),
            "The password is set. Tell the person in private.",
        ),
        "state": (
            state,
            lambda: (operations.close_account if person.is_active else operations.reopen_account)(person, by=by),
            "The account is closed and signed out everywhere." if person.is_active else "The account is open again.",
        ),
    }
    if do in acts:
        form, act, said = acts[do]
        if form.is_valid() and (
            response := submit(request, form, act, lambda _: reverse("accounts:account", args=[pk]))
        ):
            messages.success(request, said)
            return response
        person = queries.account(pk)
    context = {"account": person, "change": change, "password": password, "state": state}
    return render(request, "accounts/account.html", context | {"changes": changes(person.history.all(), limit=50)})
