"""After a shift is signed: reading hand-offs, taking over duty, and the log of its looks with its review."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access.former import fill_in, giving_why
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.access.visible import rights_on
from placement.facilities import operations
from placement.facilities.forms.hand_offs import HomeLooksForm, ReadForm, ReviewForm, TakeOverForm
from placement.facilities.models import Facility, LooksReview
from placement.facilities.putting_back import LOOKS
from placement.facilities.queries import hand_offs as queries
from placement.facilities.queries import shifts
from placement.facilities.queries.hand_off import kept_for
from placement.facilities.queries.night import night_log
from placement.facilities.views.shifts import shift_url


@needs(Can.WORK_SHIFT)
def reading(request: Request, pk: UUID) -> HttpResponse:
    """Show the oldest hand-off that this person has not read, and after "I have read it" the next one."""
    home = shifts.homes(request.person).get(pk=pk)
    here = reverse("facilities:reading", args=[home.pk])
    waiting = queries.unread(request.person, home)
    form = ReadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = queries.signed_shift(request.person, home, request.POST.get("shift", ""))
        if response := submit(
            request, form, lambda: operations.read_hand_off(found, by=request.person), lambda _: here
        ):
            return response
    first = waiting[0] if waiting else None
    context: dict[str, Any] = {
        "home": home,
        "zone": home.zone,
        "form": form,
        "left": len(waiting),
        "shift": first,
        "readers": queries.readers(home) if Can.MANAGE_FACILITY in rights_on(request.person, home) else None,
    }
    if first is None:
        context["next"] = queries.not_taken_over(request.person).filter(facility=home).first()
    else:
        context |= kept_for(request.person, first) | shifts.hand_off_for(request.person, first)
        context["notes"] = shifts.notes_of_shift(request.person, first)
    return render(request, "shift/reading.html", context)


@needs(Can.WORK_SHIFT)
def take_over(request: Request, pk: UUID, shift: UUID) -> HttpResponse:
    """Take over duty after a signed shift."""
    home = shifts.homes(request.person).get(pk=pk)
    found = shifts.past_shift(request.person, home, shift)
    form = TakeOverForm(request.POST or None)
    if form.is_valid():
        act = lambda: operations.take_over_duty(found, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: shift_url(home)):
            messages.success(request, "You have taken over duty.")
            return response
    return render(request, "shift/take_over.html", {"home": home, "zone": home.zone, "shift": found, "form": form})


@needs(Can.WORK_SHIFT)
def looks(request: Request, pk: UUID, shift: UUID) -> HttpResponse:
    """Show the looks of a shift held against when they were due, and let somebody else sign that they have read them."""
    home = shifts.homes(request.person).get(pk=pk)
    found = shifts.past_shift(request.person, home, shift)
    log = night_log(request.person, found)
    review = LooksReview.objects.filter(shift=found).select_related("reviewed_by").first()
    took_part = queries.had_part(request.person, found)
    form = ReviewForm(request.POST or None, log=log)
    may_review = found.signed_at is not None and review is None and not took_part
    if may_review and form.is_valid():
        here = reverse("facilities:looks", args=[home.pk, found.pk])
        act = lambda: operations.review_looks(found, note=form.cleaned_data["note"], by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: here):
            return response
    context = {"home": home, "zone": home.zone, "shift": found, "log": log, "review": review}
    return render(
        request, "shift/looks.html", {**context, "form": form if may_review else None, "took_part": took_part}
    )


@needs(Can.CHANGE_FACILITY)
def how_often(request: Request, pk: UUID) -> HttpResponse:
    """Set how often somebody looks in the home."""
    home = Facility.objects.visible_to(request.person, Can.CHANGE_FACILITY).get(pk=pk)
    names = ("day_minutes", "night_minutes", "vary_minutes")
    form = HomeLooksForm(
        request.POST or None,
        initial={name: getattr(home, f"look_{name}") for name in names},
        version=home.history.latest("history_id").history_id,
    )
    former = fill_in(request, form, home, LOOKS, home.zone)
    if form.is_valid():
        asked = {name: form.cleaned_data[name] for name in names}
        there = reverse("facilities:detail", args=[home.pk])
        act = giving_why(form, lambda: operations.set_looks(home, **asked, by=request.person))
        if response := submit(request, form, act, lambda _: there):
            messages.success(request, "Saved how often somebody looks.")
            return response
    return render(request, "shift/how_often.html", {"home": home, "form": form, "former": former})
