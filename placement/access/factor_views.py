"""Pages of the second factor and of the own sessions."""

from collections.abc import Mapping
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from placement.access import endings, factors, forms, halfway, operations, passkeys, sessions
from placement.access.devices import device_of
from placement.access.guard import needs, public
from placement.access.models import Person
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit

# In the session: a seed that is not confirmed yet, codes that are on the screen, a passkey that is being added.
SEED, CODES, ADDING = "factor_seed", "factor_codes", "factor_passkey"


def finish_sign_in(request: Request, person: Person, to: str, *, factor: bool) -> HttpResponse:
    """Sign ``person`` in and lead to what they had typed, or ``to``."""
    login(request, person)
    request.session[sessions.FACTOR] = factor
    request.session[sessions.SHARED] = False
    return redirect("accounts:kept" if sessions.begin(request, person) else to)


@public("the second step of the way in; opens only to somebody who just gave the right password")
@never_cache
def code(request: Request) -> HttpResponse:
    """Ask for a code of the second factor, and sign in with it."""
    person = halfway.person_of(request)
    if person is None or request.person is not None:
        return redirect("accounts:login")
    form = forms.CodeForm(request.POST or None, person=person)
    if form.is_valid():
        to, shared = halfway.finish(request)
        answer = finish_sign_in(request, person, to, factor=True)
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
            to = request.GET.get("next", "")
            known = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
            request.session.pop(halfway.HALF, None)
            return finish_sign_in(request, person, to if known else "work", factor=True)
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
    if CODES in request.session and person.factor_since:
        return render(request, "accounts/factor.html", context | {"codes": factors.recovery_codes(person)})
    if ADDING in request.session and person.factor_since:
        return add_passkey(request, context)
    if person.factor_since and SEED not in request.session:
        form = forms.CodeForm(request.POST or None, person=person)
        if form.is_valid():
            if do == "phone":
                request.session[SEED] = factors.new_seed()
                return redirect(here)
            if do == "passkey":
                request.session[ADDING] = True
                return redirect(here)
            act = operations.remove_passkeys if do == "forget" else operations.renew_recovery_codes
            if response := submit(request, form, lambda: act(person, by=person), lambda _: here):
                if do == "forget":
                    messages.success(request, "Your passkeys are removed.")
                else:
                    request.session[CODES] = True
                return response
        return render(request, "accounts/factor.html", context | {"form": form, "passkeys": passkeys.names_of(person)})
    return set_up(request, context)


def set_up(request: Request, context: Mapping[str, object]) -> HttpResponse:
    """Show the seed of a new authenticator app until a code of it comes; then it is the person's factor."""
    person, here = request.person, reverse("accounts:factor")
    seed = request.session.setdefault(SEED, factors.new_seed())
    form = forms.SetUpForm(request.POST or None, seed=seed)
    if form.is_valid():
        step = cast(int, form.cleaned_data["step"])
        if response := submit(
            request, form, lambda: operations.set_up_factor(person, seed, step, by=person), lambda _: here
        ):
            del request.session[SEED]
            request.session[CODES] = request.session[sessions.FACTOR] = True
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
    return render(request, "accounts/sessions.html", {"form": form, "sessions": endings.shown(request)})
