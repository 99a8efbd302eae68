"""The plan of a week, what people hold, and who comes and goes while a shift runs."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from placement.access.guard import needs
from placement.access.models import Person
from placement.access.posting import post_only
from placement.access.request import Request
from placement.access.rights import Can, Role
from placement.access.submit import submit
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.forms import roster as forms
from placement.facilities.models import Credential, Facility
from placement.facilities.queries import credentials, homes
from placement.facilities.queries import roster as queries
from placement.facilities.queries.ratio import here_of, ratio_now
from placement.facilities.queries.rounds import PERIODS
from placement.facilities.queries.shifts import can_be_on_duty
from placement.facilities.queries.shifts import homes as homes_of
from placement.facilities.queries.standing import homes_now
from placement.ui.dates import full_day, moment_name, time_of_day
from placement.ui.forms import FormKey
from residents.models import HOME_PAPER_RIGHTS

both = require_http_methods(["GET", "POST"])


def week_url(home: Facility, key: str) -> str:
    """Return the address of the plan of a week, as ``2026-W48``."""
    return f"{reverse('facilities:roster', args=[home.pk])}?week={key}"


def today_of(home: Facility) -> date:
    """Return the day it is in the home."""
    return now().astimezone(home.zone).date()


@needs(Can.VIEW_BEDS)
@require_safe
def week(request: Request, pk: UUID) -> HttpResponse:
    """Show the plan of a week; whoever runs the home also plans here."""
    home = Facility.objects.visible_to(request.person, Can.VIEW_BEDS).get(pk=pk)
    found = queries.week(home, queries.monday_of(request.GET.get("week", ""), today_of(home)))
    rights = rights_on(request.person, home)
    context = {
        "home": home,
        "zone": home.zone,
        "week": found,
        "this_week": queries.week_key(queries.monday_of("", today_of(home))),
        "may_plan": Can.CHANGE_FACILITY in rights,
        "may_read_credentials": not rights.isdisjoint(HOME_PAPER_RIGHTS),
        "may_copy": found.monday + timedelta(days=7) > today_of(home),
        "copy": forms.WeekForm(initial={"week": found.key}),
    }
    return render(request, "roster/week.html", context)


@needs(Can.CHANGE_FACILITY)
@both
def plan(request: Request, pk: UUID) -> HttpResponse:
    """Plan somebody for one or more days of a week."""
    home = homes.home_to_run(request.person, pk)
    today = today_of(home)
    monday = queries.monday_of(request.GET.get("week", ""), today)
    key = queries.week_key(monday)
    _, starts, ends = next((each for each in PERIODS if each[0] == request.GET.get("part")), PERIODS[0])
    initial = {"days": [request.GET.get("day", "")], "starts": starts, "ends": ends, "awake": "yes"}
    ahead = [monday + timedelta(days=n) for n in range(7)]
    form = forms.PlanForm(
        request.POST or None,
        people=who_may_be_planned(home),
        days=[day for day in ahead if day >= today],
        today=today,
        zone=home.zone,
        initial=initial,
    )
    if form.is_valid():
        given = form.cleaned_data
        act = lambda: operations.plan_shifts(  # noqa: E731
            home,
            given["person"],
            times=given["times"],
            awake=given["awake"],
            duty=given["duty"],
            by=request.person,
        )
        if response := submit(request, form, act, lambda _: week_url(home, key)):
            messages.success(request, f"{given['person'].name} is planned.")
            return response
    return form_page(request, home, form, title="Plan a shift", button="Plan", back=week_url(home, key))


def who_may_be_planned(home: Facility) -> list[tuple[Person, str]]:
    """Return who works in the home, each with what is in the way today, or soon will be."""
    found = []
    for each in credentials.of_home(home):
        about = [
            f"{one.label[0].lower()}{one.label[1:]} {one.words}"
            for one in each.held
            if one.kind in Credential.NEEDED and one.tag != "good"
        ]
        found.append((each.assignment.person, ", ".join(about)))
    return found


@needs(Can.CHANGE_FACILITY)
@both
def unplan(request: Request, pk: UUID, entry: UUID) -> HttpResponse:
    """Take somebody out of the plan."""
    home = homes.home_to_run(request.person, pk)
    found = queries.entry_of(home, entry)
    monday = queries.monday_of("", found.starts_at.astimezone(home.zone).date())
    back = week_url(home, queries.week_key(monday))
    form = FormKey(request.POST or None)
    until = time_of_day(found.ends_at.astimezone(home.zone))
    lead = f"{found.person.name}, {moment_name(found.starts_at, home.zone)} to {until}."
    act = lambda: operations.unplan_shift(found, by=request.person)  # noqa: E731
    if form.is_valid() and (response := submit(request, form, act, lambda _: back)):
        messages.success(request, f"{found.person.name} is out of the plan.")
        return response
    return form_page(request, home, form, title="Take out of the plan", button="Take out", back=back, lead=lead)


@needs(Can.CHANGE_FACILITY)
@post_only("facilities:roster")
def copy(request: Request, pk: UUID) -> HttpResponse:
    """Plan a week as the one before."""
    home = homes.home_to_run(request.person, pk)
    form = forms.WeekForm(request.POST)
    if not form.is_valid():
        messages.error(request, "This page was out of date, so nothing was copied. Press it again.")
        return redirect("facilities:roster", home.pk)
    monday = queries.monday_of(form.cleaned_data["week"], today_of(home))
    back = week_url(home, queries.week_key(monday))
    left_out: list[str] = []
    act = lambda: left_out.extend(operations.copy_week(home, monday=monday, by=request.person)[1])  # noqa: E731
    response = submit(request, form, act, lambda _: back)
    if response is None:
        messages.error(request, " ".join(str(sentence) for sentence in form.non_field_errors()))
        return redirect(back)
    messages.success(request, "Last week's plan is copied.")
    for sentence in left_out:
        messages.warning(request, f"Left out: {sentence}.")
    return response


@needs(*HOME_PAPER_RIGHTS)
@require_safe
def credential_list(request: Request, pk: UUID) -> HttpResponse:
    """Show what each person of the home holds, and until when."""
    home = homes.home_with_papers(request.person, pk)
    context = {
        "home": home,
        "people": credentials.with_lacks(home, request.person),
        "may_file": Can.CHANGE_FACILITY in rights_on(request.person, home),
        "me": request.person,
    }
    return render(request, "roster/credentials.html", context)


@needs(Can.SIGN_IN)
@require_safe
def own_credentials(request: Request) -> HttpResponse:
    """Show somebody what they hold themselves, and what to do when the clearance ends or has ended."""
    person = request.person
    works = person.role in {Role.STAFF, Role.ADMIN}
    context = {
        "held": credentials.own(person) if works else [],
        "ended": None if person.is_cleared(now()) else credentials.clearance_end(person),
        "tell": credentials.tell_whom(person) if works else [],
        "runs_home": person.role == Role.ADMIN,
    }
    return render(request, "roster/own.html", context)


@needs(Can.CHANGE_FACILITY)
@both
def file_credential(request: Request, pk: UUID, assignment: UUID) -> HttpResponse:
    """File what somebody who works in the home holds."""
    home = homes.home_to_run(request.person, pk)
    person = homes.assignment_of(home, assignment).person
    initial = {"kind": request.GET.get("kind", "")}
    form = forms.CredentialForm(request.POST or None, papers=homes.papers(home), initial=initial)
    act = lambda: operations.file_credential(home, person, **form.given, by=request.person)  # noqa: E731
    back = reverse("facilities:credentials", args=[home.pk])
    return filed(request, home, form, act, title=f"What {person.name} holds", button="File it", back=back)


@needs(Can.CHANGE_FACILITY)
@both
def end_credential(request: Request, pk: UUID, credential: UUID) -> HttpResponse:
    """Let a credential end earlier."""
    home = homes.home_to_run(request.person, pk)
    found = credentials.credential_of(home, credential, lock=request.method == "POST")
    form = forms.EndCredentialForm(request.POST or None)
    act = lambda: operations.end_credential(found, on=form.cleaned_data["on"], by=request.person)  # noqa: E731
    until = full_day(found.valid_to) if found.valid_to else "without end"
    lead = f"{found.person.name}: {found}, from {full_day(found.valid_from)}, {until}."
    back = reverse("facilities:credentials", args=[home.pk])
    return filed(request, home, form, act, title="Let it end earlier", button="End it", back=back, lead=lead)


@needs(Can.WORK_SHIFT)
@require_safe
def duty(request: Request, pk: UUID) -> HttpResponse:
    """Show who is on duty now, what is asked for, the next hours, and what was counted."""
    home = homes_of(request.person).get(pk=pk)
    stands = ratio_now(here_of(homes_now([home])))[home.pk]
    context = {
        "home": home,
        "zone": home.zone,
        "stands": stands,
        "counts": queries.counts_of(stands.shift),
        "lately": queries.missing_lately(home),
        "facts": facts_of_duty(stands),
    }
    return render(request, "roster/duty.html", context)


def facts_of_duty(stands: Any) -> list[dict[str, Any]]:
    """Return the strip above the page of who is on duty."""
    piece = stands.now
    asked = piece.required
    enough = {"note": "enough now", "kind": "good"}
    short = {"note": f"{piece.missing} too few now", "kind": "late"}
    return [
        {"label": "On duty, awake", "value": piece.awake, "note": f"{piece.asleep} asleep" if piece.asleep else ""},
        {"label": "Young people to look after", "value": piece.young_people, "note": "in the house or out with staff"},
        {
            "label": "Adults needed",
            "value": asked.awake if piece.young_people else 0,
            **(short if piece.missing else enough),
        },
    ]


@needs(Can.WORK_SHIFT)
@both
def come_on_duty(request: Request, pk: UUID) -> HttpResponse:
    """Put somebody on duty in the shift that runs."""
    home = homes_of(request.person).get(pk=pk)
    back = reverse("facilities:duty", args=[home.pk])
    stands = ratio_now(here_of(homes_now([home])))[home.pk]
    running = stands.shift
    if running is None:
        messages.error(request, "No shift is open. Open the shift first, and choose who is on duty.")
        return redirect("facilities:shift", home.pk)
    there = {row.person_id for row in stands.staff}
    people = [person for person in can_be_on_duty(home) if person.pk not in there]
    initial = {"at": now(), "awake": "yes"}
    form = forms.ComeOnDutyForm(request.POST or None, people=people, zone=home.zone, initial=initial)
    act = lambda: operations.come_on_duty(running, **form.given, by=request.person)  # noqa: E731
    return filed(request, home, form, act, title="Somebody comes on duty", button="On duty", back=back)


@needs(Can.WORK_SHIFT)
@both
def go_off_duty(request: Request, pk: UUID, row: UUID) -> HttpResponse:
    """Let somebody go off duty before the shift ends."""
    home = homes_of(request.person).get(pk=pk)
    found = queries.duty_of(home, row)
    form = forms.GoOffDutyForm(request.POST or None, zone=home.zone, initial={"at": now()})
    act = lambda: operations.go_off_duty(found, at=form.cleaned_data["at"], by=request.person)  # noqa: E731
    back = reverse("facilities:duty", args=[home.pk])
    title = f"{found.person.name} goes off duty"
    return filed(request, home, form, act, title=title, button="Off duty", back=back)


def filed(
    request: Request, home: Facility, form: FormKey, act: Callable[[], Any], *, back: str, **shown: Any
) -> HttpResponse:
    """Show ``form``; when it was sent and is right, do ``act`` once and go ``back``."""
    if form.is_valid() and (response := submit(request, form, act, lambda _: back)):
        messages.success(request, "Saved.")
        return response
    return form_page(request, home, form, back=back, **shown)


def form_page(request: Request, home: Facility, form: FormKey, **shown: Any) -> HttpResponse:
    """Draw a form about the home."""
    return render(request, "facilities/form.html", {"form": form, "home": home, **shown})
