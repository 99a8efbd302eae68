"""The file of somebody who works in a home, and the forms that add to it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from compliance import staff_forms as forms
from compliance.queries import staff_files as queries
from compliance.views.inspections import saved
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.facilities import operations
from placement.facilities.models import Assignment, Facility
from placement.facilities.queries import credentials, homes
from residents.models import HOME_PAPER_RIGHTS

both = require_http_methods(["GET", "POST"])


def file_url(home: Facility, assignment: Assignment) -> str:
    """Return the address of the file of somebody in the home."""
    return reverse("compliance:staff_file", args=[home.pk, assignment.pk])


@needs(*HOME_PAPER_RIGHTS)
@require_safe
def staff_file(request: Request, pk: UUID, assignment: UUID) -> HttpResponse:
    """Show what is there of somebody, what is missing, what ends, and what the law asks."""
    home = homes.home_with_papers(request.person, pk)
    works = queries.working(home, assignment)
    rights = rights_on(request.person, home)
    context = {
        "home": home,
        "zone": home.zone,
        "file": queries.staff_file(home, works, request.person),
        "may_change": queries.may_change(rights, works, request.person),
        "may_read_texts": Can.CHANGE_FACILITY in rights,
        "changes": queries.history(home, works.person),
    }
    return render(request, "staff/file.html", context)


@needs(Can.CHANGE_FACILITY)
@both
def file_training(request: Request, pk: UUID) -> HttpResponse:
    """File hours of training for one or more people of the home."""
    home = homes.home_to_run(request.person, pk)
    people = queries.others(credentials.of_home(home), request.person)
    chosen = [str(person.pk) for person in people if str(person.pk) == request.GET.get("person")]
    form = forms.TrainingForm(
        request.POST or None, people=people, papers=homes.papers(home), initial={"people": chosen}
    )
    one = next((person for person in people if str(person.pk) in chosen), None)
    back = (
        file_url(home, queries.assignment_of(home, one)) if one else reverse("facilities:credentials", args=[home.pk])
    )
    act = lambda: operations.file_training(home, **form.given, by=request.person)  # noqa: E731
    shown = {"title": "Hours of training", "button": "File them", "back": back}
    return saved(
        request, home, form, act, lambda _: back, "The hours are filed. They stand in the file of each person.", **shown
    )


@needs(Can.CHANGE_FACILITY)
@both
def withdraw_training(request: Request, pk: UUID, training: UUID) -> HttpResponse:
    """Withdraw hours that were filed by mistake."""
    home = homes.home_to_run(request.person, pk)
    found = queries.training_to_withdraw(home, training)
    form = forms.WithdrawTrainingForm(request.POST or None)
    back = file_url(home, queries.assignment_of(home, found.person))
    act = lambda: operations.withdraw_training(found, **form.given, by=request.person)  # noqa: E731
    lead = f"{found.person.name}: {found.course}, {found.hours_text} hours."
    shown = {"title": "Withdraw hours of training", "button": "Withdraw them", "back": back, "lead": lead}
    return saved(request, home, form, act, lambda _: back, "The hours are withdrawn.", **shown)


@needs(Can.CHANGE_FACILITY)
@both
def ask_reference(request: Request, pk: UUID, assignment: UUID) -> HttpResponse:
    """Keep that somebody was asked for a reference."""
    home = homes.home_to_run(request.person, pk)
    works = queries.working(home, assignment)
    form = forms.ReferenceForm(request.POST or None)
    back = file_url(home, works)
    act = lambda: operations.ask_reference(home, works.person, **form.given, by=request.person)  # noqa: E731
    shown = {"title": f"A reference on {works.person.name}", "button": "Keep it", "back": back}
    return saved(request, home, form, act, lambda _: back, "It is kept who was asked.", **shown)


@needs(Can.CHANGE_FACILITY)
@both
def answer_reference(request: Request, pk: UUID, reference: UUID) -> HttpResponse:
    """Write down how a reference turned out."""
    home = homes.home_to_run(request.person, pk)
    found = queries.reference_to_answer(home, reference)
    form = forms.AnswerForm(request.POST or None)
    back = file_url(home, queries.assignment_of(home, found.person))
    act = lambda: operations.answer_reference(found, **form.given, by=request.person)  # noqa: E731
    shown = {
        "title": f"The answer about {found.person.name}",
        "button": "Keep it",
        "back": back,
        "lead": found.relation,
    }
    return saved(request, home, form, act, lambda _: back, "The answer is kept.", **shown)
