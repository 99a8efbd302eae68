"""Complaints that came around the house: the list, one with all that is done about it, the look for payback, and the codes."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can, Role
from placement.access.submit import submit
from placement.audit.clock import now
from residents import operations
from residents.forms import complaints as forms
from residents.models import Complaint, Incident, IntrusiveMeasure
from residents.operations.complaints import GIVES_CODES
from residents.queries import complaints as queries
from residents.queries.record import open_record

KINDS = {  # what is counted, and one of it
    "restriction": ("Limits set", "A limit was set"),
    "activity": ("Kept out of an activity", "Kept out of an activity"),
    "contact": ("Contacts refused", "A contact was refused"),
    "measure": ("Searches, and things taken or shut", "A search, or something taken or shut"),
    "incident": ("Incidents reported", "An incident was reported"),
    "move": ("Moves", "A move"),
}


@needs(Can.LIST_COMPLAINTS)
def complaints(request: Request) -> HttpResponse:
    """List the complaints that are open to the person, those that wait first."""
    found = [queries.seen(row) for row in queries.open_to(request.person)[:200]]
    found.sort(key=lambda each: (each.answered, not each.row.danger, each.due or each.row.sent_at))
    return render(request, "complaints/list.html", {"complaints": found, "now": now()})


@needs(Can.LIST_COMPLAINTS)
def detail(request: Request, pk: UUID) -> HttpResponse:
    """Read a complaint and do what is to do about it: say whose it is, who is named, reply, decide, agree as the second."""
    person, here = request.person, reverse("complaints:detail", args=[pk])
    found = queries.opened(
        person, pk, page="complaints:detail", outcome="changed" if request.method == "POST" else "shown"
    )
    acts = acts_on(found, request) if person.role == Role.SUPERVISOR else {}
    for name, (form, act, done) in acts.items():
        sent = f"{name}-form_key" in request.POST and form.is_valid()
        if sent and (response := submit(request, form, act, lambda _: here)):
            messages.success(request, done)
            return response
    context = {
        "seen": found,
        "complaint": found.row,
        "forms": {name: form for name, (form, _, _) in acts.items()},
        "first": not found.replied,
        "named": queries.named_in(found.row),
        "openings": queries.openings(found.row),
        "abouts": [str(Complaint.About(each).label) for each in found.row.about],
        "opens_record": queries.knows_the_record(person, found.row),
        "checks_now": found.check_due is not None and found.check_due <= now(),
    }
    return render(request, "complaints/detail.html", context)


def acts_on(found: queries.Seen, request: Request) -> dict[str, tuple[Any, Callable[[], Any], str]]:
    """Return what a supervisor can do about a complaint now: name → its form, the act, and what is said afterwards."""
    row, person = found.row, request.person

    def bound(name: str, form: Any, **given: Any) -> Any:
        return form(request.POST if f"{name}-form_key" in request.POST else None, prefix=name, **given)

    def writing(name: str, form: Any, kind: str, done: str) -> None:
        made = bound(name, form)
        act = lambda: operations.write_in_complaint(row, kind=kind, **made.given, by=person)  # noqa: E731
        acts[name] = (made, act, done)

    acts: dict[str, tuple[Any, Callable[[], Any], str]] = {}
    if row.resident_id is None:
        link = bound("link", forms.LinkForm)
        acts["link"] = (
            link,
            lambda: operations.link_complaint(row, **link.given, by=person),
            "It is known whose it is.",
        )
    writing("reply", forms.ReplyForm, "reply", "The sender can read your words.")
    name = bound("name", forms.NameForm, complaint=row, by=person)
    acts["name"] = (
        name,
        lambda: operations.name_in_complaint(row, **name.given, by=person),
        "They are never shown this complaint.",
    )
    writing("note", forms.NoteForm, "note", "Your note is kept.")
    if found.decision is None:
        decide = bound("decide", forms.DecideForm)
        acts["decide"] = (
            decide,
            lambda: operations.decide_complaint(row, **decide.given, by=person),
            "Your decision is signed.",
        )
    elif found.decision.waits and found.decision.decided_by_id != person.pk:
        second, decision = bound("second", forms.SecondForm), found.decision
        acts["second"] = (
            second,
            lambda: operations.second_complaint(decision, **second.given, by=person),
            "What you say is signed.",
        )
    if found.follow_up_waits:
        writing("followed", forms.FollowedForm, "followed", "It is kept that this was done.")
    return acts


@needs(Can.LIST_COMPLAINTS)
def payback(request: Request, pk: UUID) -> HttpResponse:
    """Hold what happened to the young person since the complaint against the 30 days before, and sign what that says."""
    person, here = request.person, reverse("complaints:detail", args=[pk])
    found = queries.opened(person, pk, page="complaints:payback")
    if person.role != Role.SUPERVISOR or found.row.resident_id is None:
        raise Http404
    signs = found.check_due is not None and found.check_due <= now()
    form = forms.CheckForm(request.POST if signs and request.method == "POST" else None)
    if form.is_valid():
        act = lambda: operations.check_complaint(found.row, **form.given, by=person)  # noqa: E731
        if response := submit(request, form, act, lambda _: here):
            messages.success(request, "What you see is signed.")
            return response
    rows = queries.happened(found.row)
    since = [row for row in rows if row.at > found.row.sent_at]
    counts = [Counter(row.kind for row in part) for part in ([r for r in rows if r not in since], since)]
    incidents = Incident.objects.filter(pk__in=[row.id for row in rows if row.kind == "incident"])
    knows = queries.knows_the_record(person, found.row)
    links = links_to(found.row, rows, set(incidents.values_list("pk", flat=True))) if knows else {}
    context = {
        "seen": found,
        "complaint": found.row,
        "form": form if signs else None,
        "table": [(words, counts[0][kind], counts[1][kind]) for kind, (words, _) in KINDS.items()],
        "lines": [(row, KINDS[row.kind][1], said(row), row in since, links.get(row.id, "")) for row in rows],
        "days": max(queries.days_since(found.row), 1),
    }
    return render(request, "complaints/payback.html", context)


def said(row: queries.Happening) -> str:
    """Return what a row of the list says beside its kind."""
    words = {"incident": Incident.Kind, "measure": IntrusiveMeasure.Kind}
    return str(dict(words[row.kind].choices).get(row.what, row.what)) if row.kind in words else row.what


def links_to(complaint: Complaint, rows: list[queries.Happening], incidents: set[UUID]) -> dict[UUID, str]:
    """Return where each row can be read, for somebody to whom the record is open."""
    of_record = {"restriction": "contacts", "contact": "contacts", "activity": "activities"}
    found = {}
    for row in rows:
        if row.kind in of_record:
            found[row.id] = reverse(f"residents:{of_record[row.kind]}", args=[complaint.resident_id])
        elif row.kind == "measure":
            found[row.id] = reverse("rights:young", args=[complaint.resident_id])
        elif row.kind == "move":
            found[row.id] = reverse("placements:detail", args=[row.id])
        elif row.id in incidents:
            found[row.id] = reverse("incidents:detail", args=[row.id])
    return found


@needs(*GIVES_CODES)
def codes(request: Request, pk: UUID) -> HttpResponse:
    """Make a code for the young person or an advocate, whose sheet this answer alone shows; end one."""
    person = request.person
    record = open_record(person, pk, *GIVES_CODES, current="contacts")
    here = reverse("residents:complaint_codes", args=[pk])
    ending = request.method == "POST" and "complaint_code" in request.POST
    form = forms.NewCodeForm(
        request.POST if request.method == "POST" and not ending else None, resident=record.resident
    )
    end = forms.EndCodeForm(request.POST if ending else None, resident=record.resident)
    if ending and end.is_valid():
        act = lambda: operations.end_complaint_code(**end.given, by=person)  # noqa: E731
        if response := submit(request, end, act, lambda _: here):
            messages.success(request, "That code has ended.")
            return response
    elif form.is_valid():
        made: list[str] = []

        def make() -> None:
            made.append(operations.make_complaint_code(record.resident, **form.given, by=person)[1])

        if response := submit(request, form, make, lambda _: here):
            if not made:  # it was sent twice: the first answer has shown the code
                return response
            address = request.build_absolute_uri(reverse("tell:new"))
            return render(request, "complaints/sheet.html", {"code": made[0], "address": address, "back": here})
    context = {"record": record, "form": form, "end": end, "codes": queries.codes_of(record.resident)}
    return render(request, "complaints/codes.html", context)
