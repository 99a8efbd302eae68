"""Pages of the PIN: choose one, and come back with it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from placement.access import forms, operations, pins
from placement.access.factor_views import finish_sign_in
from placement.access.guard import needs, public
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.store import RESUME
from placement.access.submit import submit


@public("the way back to a session that has locked itself; opens only on the tablet on which it was begun")
@never_cache
def come_back(request: Request) -> HttpResponse:
    """Ask for the PIN of whoever was here last, and take up their session."""
    person = pins.person_of(request)
    if person is None or request.person is not None:
        return redirect("accounts:login")
    form = forms.PinForm(request.POST or None)
    if form.is_valid():
        if pins.is_right(request, person, form.cleaned_data["pin"]):
            aside = request.session[RESUME]
            answer = finish_sign_in(request, person, request.GET.get("next", ""), factor=False)
            pins.take_up(request, aside)
            return answer
        if pins.person_of(request) is None:
            messages.error(request, "There were too many wrong PINs. Sign in with your password.")
            return redirect("accounts:login")
        form.add_error("pin", "This is not the PIN of whoever was here last.")
    return render(request, "accounts/come_back.html", {"form": form})


@needs(Can.SIGN_IN)
def own_pin(request: Request) -> HttpResponse:
    """Choose a PIN, or another one."""
    person = request.person
    form = forms.NewPinForm(request.POST or None, person=person)
    if form.is_valid():
        act = lambda: operations.set_pin(person, form.cleaned_data["pin"], by=person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("accounts:sessions")):
            messages.success(request, "Your PIN is set. It works on shared tablets from your next sign-in on.")
            return response
    return render(request, "accounts/pin.html", {"form": form, "allowed": pins.may_have(person)})
