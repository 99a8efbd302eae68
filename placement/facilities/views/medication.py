"""Medication of a shift: the list of what is due, one dose, and the counts of controlled drugs."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.posting import post_only
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from placement.facilities.forms import medication as forms
from placement.facilities.models import Facility
from placement.facilities.queries import medication as queries
from placement.facilities.queries.shifts import homes, open_shift_at, shift_at
from placement.facilities.views.second import next_signature
from placement.facilities.views.shifts import within_minute
from placement.ui.moments import moment_in
from residents import operations
from residents.models import MedicationDose, MedicationOrder

Outcome = MedicationDose.Outcome


def page_url(home: Facility, anchor: str = "") -> str:
    """Return the address of the list, at a young person when ``anchor`` names one."""
    return reverse("facilities:medication", args=[home.pk]) + (f"#{anchor}" if anchor else "")


@needs(Can.WORK_SHIFT)
@require_safe
def medication(request: Request, pk: UUID) -> HttpResponse:
    """Show what is due in this shift."""
    return list_page(request, homes(request.person).get(pk=pk))


def list_page(request: Request, home: Facility, refusal: str = "") -> HttpResponse:
    """Draw the list; ``refusal`` is why a button did nothing."""
    context = {"home": home, "zone": home.zone, "list": queries.due_list(request.person, home), "refusal": refusal}
    context |= {"quick": [(number, label) for number, (_, label, _) in enumerate(queries.QUICK)]}
    return render(request, "medication/list.html", context)


def said_of(order: MedicationOrder, outcome: MedicationDose.Outcome) -> str:
    """Return in words what was just saved of an order."""
    return f"Saved for {order.resident}: {order.title}, {outcome.label.lower()}."


def after_dose(request: Request, home: Facility, made: MedicationDose) -> str:
    """Return where one goes after a dose: to its second signature where one is needed and can be given here, else to the list."""
    to = page_url(home, f"m-{made.resident_id}")
    return (
        next_signature(request, reverse("facilities:second-on-dose", args=[home.pk, made.pk]), to)
        if made.needs_witness
        else to
    )


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
@post_only("facilities:medication")
def tap(request: Request, pk: UUID, order: UUID) -> HttpResponse:
    """Write down one dose with one button: given just now as ordered, or one of the usual reasons why not."""
    home = homes(request.person).get(pk=pk)
    found = queries.order_in(request.person, home, order)
    form, moment = forms.TapForm(request.POST), now()
    refusal = forms.NOT_THEN
    if form.is_valid():
        act = lambda: operations.log_dose(  # noqa: E731
            found,
            facility=home,
            shift=open_shift_at(home, moment),
            due_at=form.cleaned_data["due"],
            happened_at=moment,
            by=request.person,
            **form.outcome,
        )
        if response := submit(request, form, act, lambda made: after_dose(request, home, made)):
            messages.success(request, said_of(found, MedicationDose.Outcome(form.outcome["outcome"])))
            return response
        refusal = refused(form)
    return list_page(request, home, refusal)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def log_dose(request: Request, pk: UUID, order: UUID) -> HttpResponse:
    """Write down anything about one dose: of the time in the address, or of an as-needed order."""
    home = homes(request.person).get(pk=pk)
    found = queries.order_in(request.person, home, order)
    due_at = None if found.as_needed else moment_in(request.GET.get("due", ""))
    moment = now()
    administers = queries.may_administer(request.person, home, moment)
    initial = {"happened_at": moment, "outcome": request.GET.get("outcome", "")}
    form = forms.DoseForm(request.POST or None, order=found, zone=home.zone, administers=administers, initial=initial)
    if form.is_valid():
        told = form.given
        current = open_shift_at(home, moment)
        told["happened_at"] = within_minute(told["happened_at"], current.starts_at if current else None)
        shift = shift_at(home, told["happened_at"])
        act = lambda: operations.log_dose(  # noqa: E731
            found, facility=home, shift=shift, due_at=due_at, **told, by=request.person
        )
        if response := submit(request, form, act, lambda made: after_dose(request, home, made)):
            messages.success(request, said_of(found, MedicationDose.Outcome(told["outcome"])))
            return response
    context = {"form": form, "order": found, "due_at": due_at, "schedule": queries.schedule(found)}
    return render(request, "medication/log.html", context | {"home": home, "zone": home.zone})


@needs(Can.VIEW_CARE_LOG, also=[Can.WORK_SHIFT])
def dose(request: Request, pk: UUID, dose: UUID) -> HttpResponse:
    """Read everything that was written about one dose, and amend it."""
    home = homes(request.person).get(pk=pk)
    found = queries.dose_in(request.person, home, dose)
    every = queries.versions(found)
    newest = every[-1]
    form = amend_form(request, home, newest, request.POST or None)
    if form.is_valid():
        told = form.given
        told["happened_at"] = within_minute(told["happened_at"], newest.entry.happened_at)
        here = lambda made: reverse("facilities:dose", args=[home.pk, made.pk])  # noqa: E731
        act = lambda: operations.amend_dose(newest, **told, by=request.person)  # noqa: E731
        if response := submit(request, form, act, here):
            messages.success(request, "The amendment is saved.")
            return response
    return dose_page(request, home, every, form)


def dose_page(
    request: Request,
    home: Facility,
    every: list[MedicationDose],
    form: forms.AmendDoseForm,
    effect: forms.EffectForm | None = None,
) -> HttpResponse:
    """Draw the page of one dose with ``every`` text about it."""
    newest, order = every[-1], every[-1].order
    context = {"form": form, "home": home, "zone": home.zone, "versions": every, "newest": newest, "order": order}
    context |= {
        "sign": forms.SignForm(auto_id="sign_%s"),
        "effect": effect or forms.EffectForm(auto_id="effect_%s", resident=order.resident),
        "schedule": queries.schedule(order),
        "own": request.person.pk in {version.entry.written_by_id for version in every},
        "told_effect": any(version.effect for version in every),
    }
    return render(request, "medication/dose.html", context)


def amend_form(
    request: Request, home: Facility, newest: MedicationDose, posted: QueryDict | None
) -> forms.AmendDoseForm:
    """Return the form that says anew what became of a dose, filled in with what it says now."""
    administers = queries.may_administer(request.person, home, newest.entry.happened_at)
    initial: dict[str, Any] = {"outcome": newest.outcome, "happened_at": newest.entry.happened_at, "why": newest.why}
    if newest.amount is not None:
        initial |= {"how": newest.how, "amount": f"{newest.amount.normalize():f}"}
    return forms.AmendDoseForm(posted, order=newest.order, zone=home.zone, administers=administers, initial=initial)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
@post_only("facilities:medication")
def sign_dose(request: Request, pk: UUID, dose: UUID) -> HttpResponse:
    """Sign a dose as the second person."""
    home = homes(request.person).get(pk=pk)
    found = queries.dose_in(request.person, home, dose, Can.LOG_CARE)
    form = forms.SignForm(request.POST)
    if form.is_valid():
        act = lambda: operations.witness_dose(found, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: page_url(home)):
            messages.success(request, f"You have signed it too, for {found.order.resident}.")
            return response
    return list_page(request, home, refused(form))


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
@post_only("facilities:medication")
def note_effect(request: Request, pk: UUID, dose: UUID) -> HttpResponse:
    """Write down how an as-needed dose worked."""
    home = homes(request.person).get(pk=pk)
    found = queries.dose_in(request.person, home, dose, Can.LOG_CARE)
    here = reverse("facilities:dose", args=[home.pk, found.pk])
    form = forms.EffectForm(request.POST, resident=found.order.resident, auto_id="effect_%s")
    if form.is_valid():
        act = lambda: operations.note_effect(found, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: here):
            messages.success(request, "Saved how it worked.")
            return response
    every = queries.versions(found)
    return dose_page(request, home, every, amend_form(request, home, every[-1], None), form)


@needs(Can.WORK_SHIFT)
@require_safe
def counts(request: Request, pk: UUID) -> HttpResponse:
    """Show the controlled drugs of the home with their last counts."""
    home = homes(request.person).get(pk=pk)
    return counts_page(request, home)


def counts_page(request: Request, home: Facility, refusal: str = "") -> HttpResponse:
    """Draw the list of counts; ``refusal`` is why a button did nothing."""
    context = {"home": home, "zone": home.zone, "refusal": refusal}
    context |= {
        "orders": queries.controlled(request.person, home),
        "to_sign": queries.counts_to_sign(request.person, home),
    }
    return render(request, "medication/counts.html", context)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def count(request: Request, pk: UUID, order: UUID) -> HttpResponse:
    """Count one drug, and read the last counts."""
    home = homes(request.person).get(pk=pk)
    found = queries.order_in(request.person, home, order)
    form = forms.CountForm(request.POST or None, resident=found.resident, unit=found.UNITS[found.form][1])
    if form.is_valid():
        act = lambda: operations.count_medication(  # noqa: E731
            found, facility=home, shift=open_shift_at(home, now()), **form.given, by=request.person
        )
        second = lambda made: reverse("facilities:second-on-count", args=[home.pk, made.pk])  # noqa: E731
        to = lambda made: next_signature(request, second(made), reverse("facilities:counts", args=[home.pk]))  # noqa: E731
        if response := submit(request, form, act, to):
            messages.success(request, "The count is written down. A second person signs it too.")
            return response
    context = {"form": form, "home": home, "zone": home.zone, "order": found}
    context["counts"] = queries.counts_of(request.person, home, found)
    return render(request, "medication/count.html", context)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
@post_only("facilities:counts")
def sign_count(request: Request, pk: UUID, count: UUID) -> HttpResponse:
    """Sign a count as the second person."""
    home = homes(request.person).get(pk=pk)
    found = queries.count_in(request.person, home, count, Can.LOG_CARE)
    form = forms.SignForm(request.POST)
    if form.is_valid():
        act = lambda: operations.witness_count(found, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("facilities:counts", args=[home.pk])):
            return response
    return counts_page(request, home, refused(form))


@needs(Can.VIEW_CARE_LOG, also=[Can.MANAGE_FACILITY])
def settle(request: Request, pk: UUID, count: UUID) -> HttpResponse:
    """Say what became of a difference, as the administrator of the home."""
    home = Facility.objects.visible_to(request.person, Can.MANAGE_FACILITY).get(pk=pk)
    found = queries.count_in(request.person, home, count)
    form = forms.SettleForm(request.POST or None, resident=found.order.resident)
    if form.is_valid():
        act = lambda: operations.settle_count(found, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("facilities:counts", args=[home.pk])):
            messages.success(request, "The difference is closed.")
            return response
    context = {"form": form, "home": home, "zone": home.zone, "count": found}
    return render(request, "medication/settle.html", context)


def refused(form: forms.FormKey) -> str:
    """Return why a form of one button was refused."""
    return " ".join(str(sentence) for sentences in form.errors.values() for sentence in sentences)
