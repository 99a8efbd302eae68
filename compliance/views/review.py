"""What should be looked at in the record of who did what: the queue, one flag with its review, the rules and their numbers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from compliance import operations, review_forms
from compliance.flags import DUE, QUEUE, RULES
from compliance.flags.chance import KEY as SAMPLE
from compliance.queries import review as queries
from compliance.queries.evidence import evidence_of
from placement.access import unusual
from placement.access.guard import needs
from placement.access.opened import note_audited
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.facilities.models import Facility
from placement.ui.paging import keyset_page

SIGNED = "Your review is signed."


@needs(Can.READ_AUDIT)
def queue(request: Request) -> HttpResponse:
    """List what waits to be looked at, what to look at first first."""
    person = request.person
    homes = Facility.objects.visible_to(person, Can.VIEW_OPENED).order_by("name")
    form = review_forms.QueueFilter(request.GET, homes=[(str(home.pk), home.name) for home in homes])
    wanted = form.cleaned_data if form.is_valid() else {}
    facility = UUID(wanted["facility"]) if wanted.get("facility") else None
    found = queries.chosen(person, state=wanted.get("state", ""), rule=wanted.get("rule", ""), facility=facility)
    page = keyset_page(found, order=("weight", "due_at", "pk"), after=request.GET.get("after"))
    note_audited("residents", {row.resident_id for row in page.rows}, Can.VIEW_AUDIT)
    context = {
        "form": form,
        "page": page,
        "lines": queries.lines(page.rows),
        "filtered": any(wanted.values()),
        "counted": queries.counted(person),
        "unusual": unusual.waiting_for(person).count(),
    }
    return render(request, "audit/review.html", context)


@needs(Can.READ_AUDIT)
def flag(request: Request, pk: UUID) -> HttpResponse:
    """Read why something should be looked at and what it rests on, and sign what was found."""
    person = request.person
    found = queries.flags(person).get(pk=pk)
    note_audited("residents", [found.resident_id] if found.resident_id else [], Can.VIEW_AUDIT)
    line, owners = queries.line(found), queries.reviewers(found)
    may_review = person in owners
    form: Any = None
    act: Callable[[], Any] = dict
    said = ""
    if may_review and line.review is None:
        form = review_forms.ReviewForm(request.POST or None, owners=owners)
        act, said = _signs(request, found, form), SIGNED
    elif may_review and line.review and line.review.owner_id and not line.review.done_at:
        form = review_forms.DoneForm(request.POST or None)
        act, said = _finishes(request, line.review, form), "It is written down as done."
    valid = form is not None and form.is_valid()
    if valid and (response := submit(request, form, act, lambda _: reverse("audit:review"))):
        messages.success(request, said)
        return response
    context = {
        "line": line,
        "flag": found,
        "rule": RULES.get(found.rule),
        "why": queries.sentence_of(found),
        "zone": queries.zone_of(found),
        "evidence": evidence_of(found, person),
        "form": form,
        "may_review": may_review,
    }
    return render(request, "audit/flag.html", context)


def _signs(request: Request, found: Any, form: Any) -> Callable[[], Any]:
    return lambda: operations.sign_review(found, **form.given, by=request.person)


def _finishes(request: Request, review: Any, form: Any) -> Callable[[], Any]:
    return lambda: operations.finish_follow_up(review, **form.given, by=request.person)


@needs(Can.READ_AUDIT)
def rules(request: Request) -> HttpResponse:
    """Say what is looked for, what is not, and by which numbers; and who has changed them, when and why."""
    page = keyset_page(queries.settings_changed(), order=("-set_at", "-pk"), after=request.GET.get("after"), size=20)
    numbers = queries.numbers_now()[0][QUEUE]
    context = {
        "described": queries.described(),
        "due": [queries.Number(each, numbers[name]) for name, each in DUE.items()],
        "queue": QUEUE,
        "page": page,
        "changed": queries.changed(page.rows),
    }
    return render(request, "audit/rules.html", context)


@needs(Can.READ_AUDIT)
def set_number(request: Request, rule: str, name: str) -> HttpResponse:
    """Change one number of a rule, with the reason."""
    parameter = queries.parameter(rule, name)
    if parameter is None:
        raise Http404
    homes = Facility.objects.visible_to(request.person, Can.VIEW_OPENED).order_by("name") if rule == SAMPLE else None
    initial = {"value": queries.numbers_now()[0][rule][name]}
    form = review_forms.NumberForm(request.POST or None, parameter=parameter, homes=homes, initial=initial)
    if form.is_valid():
        act = lambda: operations.set_flag_number(rule=rule, name=name, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("audit:rules")):
            messages.success(request, "The number is changed. What was found before stays.")
            return response
    title = RULES[rule].title if rule in RULES else "The review queue"
    return render(request, "audit/set_number.html", {"form": form, "title": title, "parameter": parameter})
