"""Sign in and out, the own password, accounts, liveness, readiness."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from placement.access import endings, forms, halfway, operations, outbox, passkeys, proposals, queries, sessions, tries
from placement.access.factor_views import finish_sign_in
from placement.access.guard import needs, public
from placement.access.posting import post_only
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit, take_back
from placement.audit.reading import changes
from placement.ui.paging import keyset_page
from placement.ui.searching import asked, remember_search


@public("says that the process is alive; no data")
@transaction.non_atomic_requests
def healthz(request: Request) -> JsonResponse:
    """Answer that the process is alive, also when the database is away."""
    return JsonResponse({"status": "ok"})


@public("says whether the database answers; no data")
@transaction.non_atomic_requests
def readyz(request: Request) -> JsonResponse:
    """Answer whether requests can be served now."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "The database does not answer."}, status=503)
    return JsonResponse({"status": "ok"})


class SignInForm(AuthenticationForm):
    """Username and password; one sentence for every way to be wrong, and one for too many tries."""

    shared = forms.shared_field()
    wrong = "That username and password don't go together, or the account is closed. Check both and try again."
    error_messages: dict[str, Any] = {
        "invalid_login": wrong,
        "inactive": wrong,
        "too_many": "There were too many tries from here. Wait 15 minutes, then try again.",
    }

    def clean(self) -> dict[str, Any]:
        """Look at name and password, unless they were wrong too often; what is looked at is counted."""
        name, place = self.cleaned_data.get("username"), tries.place_of(cast(HttpRequest, self.request))
        if not name or not self.cleaned_data.get("password"):
            return self.cleaned_data
        if tries.too_many(name, place):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        try:
            cleaned = super().clean()
        except ValidationError:
            tries.failed(name, place)
            raise
        tries.succeeded(name, place)
        return cleaned


class SignIn(LoginView):
    """The sign-in page. It leads to what was typed before the session ended, when the same person comes back."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Ask for the second factor of somebody who has one; without one, begin the session."""
        request, person = cast(Request, self.request), form.get_user()
        if settings.SECOND_FACTOR and person.factor_since:
            halfway.begin(request, person, self.get_success_url(), shared=form.cleaned_data["shared"])
            return redirect("accounts:code")
        answer = finish_sign_in(request, person, self.get_success_url(), factor=False)
        request.session[sessions.SHARED] = form.cleaned_data["shared"]
        return answer


sign_in = public("the way in")(never_cache(SignIn.as_view()))


@public("the way out; changes nothing when nobody is signed in")
@post_only("work")
def sign_out(request: Request) -> HttpResponse:
    """End the session and go to the sign-in page; the screen that locks itself hands over what was being typed."""
    sessions.end(request, idle="idle" in request.POST)
    if request.POST.get("kept_to"):
        typed = request.POST.copy()
        for name in ("idle", "next"):
            typed.pop(name, None)
        to = typed.pop("kept_to")[0]
        sessions.keep(request, to, typed)
    to = request.POST.get("next", "")
    back = "accounts:come_back" if request.session.get(sessions.ASIDES) and to else "accounts:login"
    return redirect(reverse(back) + (f"?{urlencode({'next': to})}" if to else ""))


@needs(Can.SIGN_IN)
@post_only("work")
def here(request: Request) -> HttpResponse:
    """Say that the person is still there, writing: the session goes on."""
    return HttpResponse(status=204)


@needs(Can.SIGN_IN)
@post_only("work")
def outbox_keys(request: Request) -> HttpResponse:
    """Give the own keys again with which this tablet has encrypted what waits on it, by their salts."""
    return JsonResponse(outbox.keys_of(request.person, request.POST.getlist("salt")))


@needs(Can.SIGN_IN)
@post_only("work")
def outbox_back(request: Request) -> HttpResponse:
    """Take back an entry that a tablet has perhaps sent already: say where it has led, or see to it that it never counts."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return JsonResponse({"saved": ""})
    return JsonResponse({"saved": take_back(key, request.person)})


@needs(Can.SIGN_IN)
def kept(request: Request) -> HttpResponse:
    """Show what the person typed when the session had ended, or too many records were opened, to send it or to throw it away."""
    if request.method == "POST":
        sessions.forget(request)
        messages.success(request, "Thrown away. Nothing was sent.")
        return redirect("work")
    return render(request, "accounts/kept.html", {"kept": sessions.kept(request)})


@needs(Can.SIGN_IN)
def own_password(request: Request) -> HttpResponse:
    """Change the own password: this session stays, all others of the person end.

    A person whose password somebody else has set comes here before any other page, and goes on from here.
    """
    person = request.person
    set_by = person.password_set_by
    onwards = "accounts:kept" if set_by and sessions.kept(request) else "work" if set_by else "accounts:password"
    form = forms.OwnPasswordForm(request.POST or None, person=person)
    if form.is_valid():
        act = lambda: operations.set_password(person, form.cleaned_data["password"], by=person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse(onwards)):
            update_session_auth_hash(request, person)
            messages.success(request, "Your password is changed. Other devices are signed out.")
            return response
    return render(request, "accounts/password.html", {"form": form, "set_by": set_by, "person": person})


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
def units(request: Request) -> HttpResponse:
    """List the units of the agency; add one."""
    form = forms.NewUnitForm(request.POST or None)
    if form.is_valid():
        act = lambda: operations.open_unit(**form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("accounts:units")):
            messages.success(request, "The unit is there. Its supervisors and cases can name it now.")
            return response
    return render(request, "accounts/units.html", {"form": form, "units": queries.units_with_supervisors()})


@needs(Can.MANAGE_ACCOUNTS)
def new_account(request: Request) -> HttpResponse:
    """Propose an account."""
    form = forms.NewAccountForm(
        request.POST or None, units=queries.units(), initial={"time_zone": request.person.time_zone}
    )
    if form.is_valid():
        act = lambda: proposals.propose_account(**form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda change: reverse("accounts:account", args=[change.person_id])):
            messages.success(request, "The account waits for a second person. Nobody can sign in with it before that.")
            return response
    return render(request, "accounts/new.html", {"form": form})


@needs(Can.MANAGE_ACCOUNTS)
def account(request: Request, pk: UUID) -> HttpResponse:
    """Show an account; change the name, set the password, close it; propose another role, or to open it again."""
    person = queries.account(pk, lock=request.method == "POST")
    do = request.POST.get("do", "")

    def data(*names: str) -> Any:
        return request.POST if do in names else None

    version = queries.version(person)
    about = {"name": person.name, "time_zone": person.time_zone}
    role = {"role": person.role, "unit": str(person.unit_id or "")}
    change = forms.ChangeAccountForm(data("change"), initial=about, version=version)
    proposal = forms.ProposalForm(
        data("role", "reopen"), units=queries.units(), initial=role, version=version, auto_id="role_%s"
    )
    password = forms.NewPasswordForm(data("password"), person=person, auto_id="password_%s")
    state = forms.StateForm(data("close", "sign_out", "factor"), auto_id="state_%s")
    by = request.person
    waits = "This waits for a second person. Nothing has changed yet."
    acts: dict[str, tuple[Any, Callable[[], Any], str]] = {
        "change": (change, lambda: operations.change_account(person, **change.given, by=by), "Saved."),
        "role": (proposal, lambda: proposals.propose_change(person, **proposal.given, by=by), waits),
        "reopen": (proposal, lambda: proposals.propose_reopening(person, **proposal.given, by=by), waits),
        "password": (
            password,
            lambda: operations.set_password(person, password.cleaned_data["password"], by=by),
            "The password is set. Tell the person in private.",
        ),
        "close": (
            state,
            lambda: operations.close_account(person, by=by),
            "The account is closed and signed out everywhere.",
        ),
        "sign_out": (state, lambda: operations.end_sessions(person, by=by), "This person is signed out everywhere."),
        "factor": (
            state,
            lambda: operations.remove_factor(person, by=by),
            "The second factor and the password are taken away. Another system administrator sets a new password now.",
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
    context = {"account": person, "change": change, "proposal": proposal, "password": password, "state": state}
    context |= {"waiting": queries.change_that_waits(person), "sessions": endings.sessions_of(person)}
    context |= {"passkeys": passkeys.of(person).count(), "changes": changes(person.history.all(), limit=50)}
    return render(request, "accounts/account.html", context)
