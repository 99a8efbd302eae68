"""Pages of the second factor and of the own sessions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from placement.access import endings, factors, forms, halfway, known, operations, passkeys, sessions
from placement.access.devices import device_of
from placement.access.guard import needs, public
from placement.access.models import Person
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit

# In the session, with their moments: a seed that is not confirmed yet, codes to show once, a passkey that is being added.
SEED, CODES, ADDING = "factor_new_seed", "factor_new_codes", "factor_new_passkey"
LASTS = timedelta(minutes=5)  # a code that was given opens no change of the factor after this
CHANGES = {"codes", "phone", "passkey", "forget"}


def allow(request: Request, what: str, value: object = True) -> None:
    """Note in the session that ``what`` may be done now."""
    request.session[what] = {"value": value, "at": timezone.now().timestamp()}


def allowed(request: Request, what: str) -> Any:
    """Return the value with which ``what`` was allowed in the last five minutes, or ``None``."""
    noted = request.session.get(what)
    return noted["value"] if noted and timezone.now().timestamp() - noted["at"] <= LASTS.total_seconds() else None


def finish_sign_in(request: Request, person: Person, to: str, *, factor: bool) -> HttpResponse:
    """Sign ``person`` in and lead to what they had typed, or to the local path ``to``, or to their work."""
    login(request, person)
    request.session[sessions.FACTOR] = factor
    request.session[sessions.SHARED] = False
    if sessions.begin(request, person):
        return redirect("accounts:kept")
    here = to.startswith("/") and url_has_allowed_host_and_scheme(to, None)
    return HttpResponseRedirect(to if here else reverse("work"))


@public("the second step of the way in; opens only to somebody who just gave the right password")
@never_cache
def code(request: Request) -> HttpResponse:
    """Ask for a code of the second factor, and sign in with it."""
    person = halfway.person_of(request)
    if person is None or request.person is not None:
        return redirect("accounts:login")
    here = known.browser_of(request, person)
    form = forms.CodeForm(request.POST or None, person=person, inside=False, known_browser=here)
    if form.is_valid():
        to, shared = halfway.finish(request)
        answer = finish_sign_in(request, person, to, factor=True)
        known.remember(request, answer, person)
        request.session[sessions.SHARED] = shared
        return answer
    return render(request, "accounts/code.html", {"form": form})


@public("the way in for somebody who has a passkey; its challenge names nobody")
@never_cache
def passkey(request: Request) -> HttpResponse:
    """Sign in with a passkey, at the beginning of a shift or after the screen has locked itself.

    Nothing here can be guessed, so nothing is counted that could shut a whole home out.
    """
    if request.person is not None or not settings.SECOND_FACTOR:
        return redirect("work")
    form = forms.PasskeyForm(request.POST or None)
    if form.is_valid():
        if person := passkeys.person_of(request, form.cleaned_data["credential"]):
            request.session.pop(halfway.HALF, None)
            return finish_sign_in(request, person, request.GET.get("next", ""), factor=True)
        form.add_error(None, "This passkey does not open an account here. Sign in with the password.")
    return render(request, "accounts/passkey.html", {"form": form, "challenge": passkeys.challenge_to_enter()})


@needs(Can.SIGN_IN)
def factor(request: Request) -> HttpResponse:
    """Set up the second factor; once there is one, show its recovery codes, make new ones, or change to another phone."""
    person, do, here = request.person, request.POST.get("do", ""), reverse("accounts:factor")
    context = {"off": not settings.SECOND_FACTOR, "since": person.factor_since}
    if context["off"]:
        return render(request, "accounts/factor.html", context)
    if do == "cancel" and person.factor_since:
        request.session.pop(SEED, None)
        request.session.pop(ADDING, None)
        return redirect(here)
    if do == "kept":
        request.session.pop(CODES, None)
        return redirect("work")
    if not person.factor_since:
        return set_up(request, context)
    if CODES in request.session and request.method == "GET":
        show = allowed(request, CODES)
        del request.session[CODES]
        if show:
            return render(request, "accounts/factor.html", context | {"codes": factors.recovery_codes(person)})
    if do not in CHANGES:
        if allowed(request, ADDING):
            return add_passkey(request, context)
        if allowed(request, SEED):
            return set_up(request, context)
        if request.method == "POST":
            messages.error(request, "That took too long. Give a code once more.")
            return redirect(here)
    return change_factor(request, context)


def change_factor(request: Request, context: Mapping[str, object]) -> HttpResponse:
    """Show what can be changed of the factor; do it, or allow it for a short time, when the code with it is right."""
    person, do, here = request.person, request.POST.get("do", ""), reverse("accounts:factor")
    shared = request.session.get(sessions.SHARED, False)
    if do == "passkey" and shared:
        messages.error(request, "This is a shared tablet. Add a passkey on your own phone or computer.")
        return redirect(here)
    form = forms.CodeForm(request.POST or None, person=person, inside=True)
    if form.is_valid():
        if do == "phone":
            allow(request, SEED, factors.new_seed())
            return redirect(here)
        if do == "passkey":
            allow(request, ADDING)
            return redirect(here)
        act = operations.remove_passkeys if do == "forget" else operations.renew_recovery_codes
        if response := submit(request, form, lambda: act(person, by=person), lambda _: here):
            if do == "forget":
                endings.end_others(request)
                messages.success(request, "Your passkeys are removed. Other devices are signed out.")
            else:
                allow(request, CODES)
            return response
    about = {"form": form, "passkeys": passkeys.names_of(person), "shared": shared}
    return render(request, "accounts/factor.html", {**context, **about})


def set_up(request: Request, context: Mapping[str, object]) -> HttpResponse:
    """Show the seed of a new authenticator app until a code of it comes; then it is the person's factor.

    The first one may take its time: no code has opened it.
    """
    person, here = request.person, reverse("accounts:factor")
    if SEED not in request.session:
        allow(request, SEED, factors.new_seed())
    seed = request.session[SEED]["value"]
    form = forms.SetUpForm(request.POST or None, seed=seed)
    if form.is_valid():
        step = cast(int, form.cleaned_data["step"])
        if response := submit(
            request, form, lambda: operations.set_up_factor(person, seed, step, by=person), lambda _: here
        ):
            del request.session[SEED]
            request.session[sessions.FACTOR] = True
            allow(request, CODES)
            endings.end_others(request)
            messages.success(request, "Your second factor is set up. Other devices are signed out.")
            return response
    picture = {
        **context,
        "form": form,
        "picture": factors.picture_of(person, seed),
        "seed": factors.words_of(seed),
        "new": True,
    }
    return render(request, "accounts/factor.html", picture)


def add_passkey(request: Request, context: Mapping[str, object]) -> HttpResponse:
    """Let the browser make a passkey, and keep it."""
    person, form = request.person, forms.PasskeyForm(request.POST or None)
    if form.is_valid():
        if (credential := passkeys.checked(form.cleaned_data["credential"])) is None:
            form.add_error(None, "The browser's answer did not fit. Try again.")
        elif response := submit(
            request,
            form,
            lambda: operations.add_passkey(person, device_of(request), credential, by=person),
            lambda _: reverse("accounts:factor"),
        ):
            del request.session[ADDING]
            messages.success(request, "The passkey is added. You can sign in with it.")
            return response
    challenge = passkeys.challenge_to_add(person)
    return render(request, "accounts/factor.html", {**context, "form": form, "challenge": challenge})


@needs(Can.SIGN_IN)
def own_sessions(request: Request) -> HttpResponse:
    """List where the person is signed in; end one of these sessions, or all others."""
    form = forms.EndSessionForm(request.POST or None)
    if form.is_valid():
        others = request.POST.get("do") == "others"

        def act() -> None:
            if others:
                endings.end_others(request)
            else:
                endings.end_one(request, form.cleaned_data["session"])

        if response := submit(request, form, act, lambda _: reverse("accounts:sessions")):
            messages.success(request, "All other devices are signed out." if others else "That device is signed out.")
            return response
    return render(
        request,
        "accounts/sessions.html",
        {
            "form": form,
            "sessions": endings.shown(request),
            "failed": endings.failed_tries(),
            "may_feed": request.person.may(Can.READ_CALENDAR),
        },
    )
