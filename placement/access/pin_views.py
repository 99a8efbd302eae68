"""Pages of the PIN: choose one, and come back with it."""

from urllib.parse import urlencode

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
from placement.access.submit import submit


@public("the way back to a session that has locked itself; opens only on the tablet on which it was begun")
@never_cache
def come_back(request: Request) -> HttpResponse:
    """Ask for the PIN of whoever was here last, or of one of those who pass this tablet on, and take up their session."""
    asides, to = pins.asides_of(request), request.GET.get("next", "")
    login = reverse("accounts:login") + (f"?{urlencode({'next': to})}" if to else "")
    if not asides or request.person is not None:
        return redirect(login)
    if len(asides) > 1:
        asides = pins.today_first(asides)
    form = forms.PinForm(request.POST or None, asides=asides)
    if form.is_valid():
        aside = form.cleaned_data["who"]
        if pins.is_right(aside, form.cleaned_data["pin"]):
            pins.give_back(request, aside)
            answer = finish_sign_in(request, aside.person, to, factor=False)
            pins.take_up(request, aside)
            return answer
        if aside.person not in [other.person for other in pins.asides_of(request)]:
            messages.error(request, "There were too many wrong PINs. Sign in with your password.")
            return redirect(login)
        form.add_error("pin", form.wrong)
    return render(request, "accounts/come_back.html", {"form": form, "several": len(asides) > 1, "login": login})


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
