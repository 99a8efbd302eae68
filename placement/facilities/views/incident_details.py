"""What hangs on an incident, each on a page of its own: people, parts, restraint, injuries, files, talks, follow-ups."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can, Role
from placement.access.submit import submit
from placement.audit.clock import now
from placement.facilities.forms import incident_details as forms
from placement.facilities.queries import incidents as queries
from residents import operations
from residents.body_map import REGIONS
from residents.forms.wording import about
from residents.models import (
    AllegationOutcome,
    Incident,
    IncidentHiding,
    IncidentPart,
    IncidentPerson,
    ProtectiveStep,
    Resident,
)


@dataclass(frozen=True)
class Page:
    """A form about an incident: what it is called, what it does, and the template, where it is not the plain one."""

    title: str
    button: str
    form: Any
    act: Callable[[], Any]
    lead: str = ""
    template: str = "incidents/form.html"
    more: dict[str, Any] | None = None
    stays: bool = False  # the page is shown again, for the next one


def answer(
    request: Request, incident: Incident, page: Page, whom: Resident | None = None, back: str = ""
) -> HttpResponse:
    """Show the page, or do what it does and go ``back``: to the incident, where nothing else is said."""
    back = back or reverse("incidents:detail", args=[incident.pk])
    to = request.get_full_path() if page.stays else back
    if page.form.is_valid() and (response := submit(request, page.form, page.act, lambda _: to)):
        messages.success(request, "Saved.")
        return response
    context = {
        "title": page.title,
        "page": page,
        "form": page.form,
        "incident": incident,
        "back": back,
        "whom": whom,
        **(page.more or {}),
    }
    return render(request, page.template, context)


@needs(Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, names_young=True)
def add(request: Request, pk: UUID, what: str) -> HttpResponse:
    """Add to the whole incident: people, a talk with staff, a follow-up, an amendment; or return the report."""
    incident = queries.own_draft(request.person, pk)
    if what not in OF_INCIDENT:
        raise Http404
    open_to, make = OF_INCIDENT[what]
    if incident.status not in open_to or (what == "people" and incident.reported_by_id != request.person.pk):
        return redirect("incidents:detail", pk)
    return answer(request, incident, make(request, incident))


def people(request: Request, incident: Incident) -> Page:
    """The grown-ups in it: add one, or take one out."""
    key = valid(request.POST.get("remove", ""))
    gone = IncidentPerson.objects.filter(incident=incident, pk=key).first() if key else None
    rows = [(row, forms.RemoveForm()) for row in incident.people.select_related("person")]
    more = {"rows": rows}
    title, template = "Who else was in it?", "incidents/people.html"
    if gone is not None:
        act = lambda: operations.remove_person(gone, by=request.person)  # noqa: E731
        return Page(title, "Add", forms.RemoveForm(request.POST), act, "", template, more, stays=True)
    form = forms.PersonForm(request.POST or None, people=queries.people_of(incident.facility))
    add_one = lambda: operations.name_person(incident, **form.said, by=request.person)  # noqa: E731
    return Page(
        title, "Add", form, add_one, "Grown-ups only. Young people are named in the report.", template, more, stays=True
    )


def valid(text: str) -> UUID | None:
    """Return a key that was posted, or ``None``."""
    try:
        return UUID(text)
    except ValueError:
        return None


def give_back(request: Request, incident: Incident) -> Page:
    """The report goes back to its reporter."""
    form = forms.ReturnForm(request.POST or None)
    act = lambda: operations.return_incident(incident, **form.given, by=request.person)  # noqa: E731
    return Page(
        "Return the report",
        "Return it",
        form,
        act,
        "Its reporter corrects it and sends it again. Each version is kept.",
    )


def amendment(request: Request, incident: Incident) -> Page:
    """What was learned after filing."""
    form = forms.AmendForm(request.POST or None)
    act = lambda: operations.amend_incident(incident, **form.given, by=request.person)  # noqa: E731
    return Page(
        "Amend the incident", "Add it", form, act, "The incident is filed. What you add stands beside the report."
    )


def follow_up_to_set(request: Request, incident: Incident) -> Page:
    """Something still to do."""
    form = forms.FollowUpForm(request.POST or None, people=queries.people_of(incident.facility))
    act = lambda: operations.set_follow_up(incident, **form.said, by=request.person)  # noqa: E731
    return Page("What is still to be done?", "Save", form, act, "The incident is not closed before it is done.")


def talk(request: Request, incident: Incident, part: IncidentPart | None = None) -> Page:
    """A talk after it, with the staff or with one young person."""
    form = forms.TalkForm(request.POST or None, zone=incident.facility.zone, initial={"held_at": now()})
    act = lambda: operations.debrief(incident, part=part, **form.given, by=request.person)  # noqa: E731
    if part is None:
        return Page(
            "A talk with the staff", "Save", form, act, "What went well, what could be done in another way next time."
        )
    return Page("A talk with the young person", "Save", form, act, "Only readers of this young person's record see it.")


@needs(Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, also=[Can.VIEW_CARE_PROFILE], names_young=True)
def part(request: Request, pk: UUID, part: UUID, what: str) -> HttpResponse:
    """Write what the incident was for one young person: in words, on the body map, restraint, files, a talk."""
    found = queries.own_part(request.person, pk, part)
    incident = found.incident
    if what not in OF_PART:
        raise Http404
    open_to = {"talk": AFTER, "check": ("draft", "reported", "returned")}.get(what, tuple(Incident.WRITTEN_ON))
    of_reporter = what not in ("talk", "check")
    if incident.status not in open_to or (of_reporter and incident.reported_by_id != request.person.pk):
        return redirect("incidents:detail", pk)
    page = OF_PART[what](request, incident, found)
    about(page.form, found.resident)
    return answer(request, incident, page, whom=found.resident)


def alone(request: Request, incident: Incident, part: IncidentPart) -> Page:
    """What concerns this young person alone."""
    form = forms.AboutForm(request.POST or None, initial={"role": part.role, "about": part.about})
    act = lambda: operations.write_part(part, **form.given, by=request.person)  # noqa: E731
    return Page("For this young person alone", "Save", form, act)


def injuries(request: Request, incident: Incident, part: IncidentPart) -> Page:
    """The body map."""
    rows = list(part.injuries.all())
    initial: dict[str, Any] = {}
    for row in rows:
        initial |= {f"{row.region}_kind": row.kind, f"{row.region}_size": row.size_cm, f"{row.region}_note": row.note}
    form = forms.InjuriesForm(request.POST or None, initial=initial)
    act = lambda: operations.mark_injuries(part, marks=form.marks, by=request.person)  # noqa: E731
    lead = "Each number on the picture is a line in the list. Fill in only the lines where something is."
    return Page(
        "Body map",
        "Save",
        form,
        act,
        lead,
        "incidents/injuries.html",
        {"marked": {row.region for row in rows}, "places": REGIONS.items()},
    )


def restraint(request: Request, incident: Incident, part: IncidentPart) -> Page:
    """How long somebody was held or secluded, and why."""
    form = forms.RestraintForm(
        request.POST or None, zone=incident.facility.zone, initial={"started_at": incident.happened_at}
    )
    act = lambda: operations.add_restraint(part, **form.given, by=request.person)  # noqa: E731
    return Page(
        "Restraint or seclusion",
        "Save",
        form,
        act,
        "Each check is written down after this, on the page of the incident.",
    )


def file(request: Request, incident: Incident, part: IncidentPart) -> Page:
    """A file that belongs to it."""
    form = forms.FileForm(request.POST or None, request.FILES or None)
    act = lambda: operations.attach_file(part, **form.given, by=request.person)  # noqa: E731
    return Page(
        "Add a file", "Save", form, act, "It is kept among the documents of this young person, in the care part."
    )


def look(request: Request, incident: Incident, part: IncidentPart) -> Page:
    """A check of somebody who is held or secluded."""
    held = queries.restraint_of(part, request.GET.get("restraint", ""))
    first = {"at": held.ended_at or now(), "checked_by": request.person.name}
    form = forms.CheckForm(request.POST or None, zone=incident.facility.zone, initial=first)
    act = lambda: operations.add_check(held, **form.given, by=request.person)  # noqa: E731
    return Page("A check", "Save", form, act, "It stays as you write it.")


def over(request: Request, incident: Incident, part: IncidentPart) -> Page:
    """The end of a restraint."""
    held = queries.restraint_of(part, request.GET.get("restraint", ""))
    form = forms.EndForm(request.POST or None, zone=incident.facility.zone, initial={"ended_at": now()})
    act = lambda: operations.end_restraint(held, **form.given, by=request.person)  # noqa: E731
    return Page("It is over", "Save", form, act)


@needs(Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, names_young=True)
def follow_up(request: Request, pk: UUID, follow_up: UUID) -> HttpResponse:
    """Say what came of a follow-up: its owner, or who reviews."""
    incident = queries.own_draft(request.person, pk)
    found = queries.own_follow_up(request.person, pk, follow_up)
    if found.done_at is not None or incident.status == "closed":
        return redirect("incidents:detail", pk)
    form = forms.DoneForm(request.POST or None)
    act = lambda: operations.do_follow_up(found, **form.given, by=request.person)  # noqa: E731
    return answer(request, incident, Page("Done", "Save", form, act, found.what))


def hide(request: Request, incident: Incident) -> Page:
    """Nobody else than a supervisor gets further than this form; the operation refuses."""
    only_a_supervisor(request, incident)
    form = forms.HideForm(request.POST or None, people=queries.people_to_hide_from(request.person))
    act = lambda: operations.hide_allegation(incident, **form.said, by=request.person)  # noqa: E731
    lead = "This person finds no trace of it from now on: on no page, in no count, in no list."
    return Page("Hide it from somebody", "Hide it", form, act, lead)


def show(request: Request, incident: Incident) -> Page:
    """It is shown to somebody again."""
    only_a_supervisor(request, incident)
    hiding = asked_for(IncidentHiding.objects.filter(ended_at=None), request, incident)
    form = forms.ShowForm(request.POST or None)
    act = lambda: operations.show_allegation(hiding, **form.given, by=request.person)  # noqa: E731
    return Page(
        "Show it again", "Show it", form, act, f"{hiding.person} can read of it again, as others in their work do."
    )


def correct(request: Request, incident: Incident) -> Page:
    """What somebody is said to have done was wrong."""
    decides(request, incident)
    row = asked_for(IncidentPerson.objects.all(), request, incident)
    form = forms.CorrectForm(request.POST or None, initial={"part": row.part})
    act = lambda: operations.correct_accusation(row, **form.given, by=request.person)  # noqa: E731
    lead = f"{row.person or row.name}. It stays hidden from them until a supervisor shows it again."
    return Page("Correct what somebody did", "Correct it", form, act, lead)


def protect(request: Request, incident: Incident) -> Page:
    """What is done at once to keep the young person safe."""
    decides(request, incident)
    form = forms.ProtectForm(request.POST or None, kinds=undecided(incident))
    act = lambda: operations.decide_protective_steps(incident, **form.said, by=request.person)  # noqa: E731
    lead = "Decide each step now. The young person never has to move for it. Whoever is accused sees none of this."
    return Page("Keep everybody safe", "Save", form, act, lead)


def undecided(incident: Incident) -> list[str]:
    """Return the kinds of protective steps about which nothing is decided now."""
    there = set(incident.protective_steps.filter(ended_at=None).values_list("kind", flat=True))
    return [kind for kind in ProtectiveStep.Kind.values if kind not in there]


def unprotect(request: Request, incident: Incident) -> Page:
    """A protective step ends, or is decided anew."""
    decides(request, incident)
    row = asked_for(ProtectiveStep.objects.filter(ended_at=None), request, incident)
    form = forms.ShowForm(request.POST or None)
    act = lambda: operations.end_protective_step(row, **form.given, by=request.person)  # noqa: E731
    return Page("End a protective step", "End it", form, act, f"{row.get_kind_display()}. {row.note}")


def outcome(request: Request, incident: Incident) -> Page:
    """What was found in the end."""
    decides(request, incident)
    form = forms.OutcomeForm(request.POST or None)
    act = lambda: operations.record_outcome(incident, **form.given, by=request.person)  # noqa: E731
    lead = "It is recorded once. If it was not found that it happened, the protective steps end with it."
    return Page("The outcome", "Record it", form, act, lead)


def told(request: Request, incident: Incident) -> Page:
    """One side was told the outcome."""
    decides(request, incident)
    found = AllegationOutcome.objects.filter(incident=incident).first()
    if found is None:
        raise Http404
    sides = [
        (side, words)
        for side, words in (("young", "The young person"), ("accused", "Whoever is accused"))
        if getattr(found, f"{side}_told_on") is None
    ]
    form = forms.ToldForm(request.POST or None, sides=sides)
    act = lambda: operations.tell_outcome(found, **form.given, by=request.person)  # noqa: E731
    return Page("Told the outcome", "Save", form, act, "Both sides are told before the allegation is closed.")


def decides(request: Request, incident: Incident) -> None:
    """Raise ``Http404`` for who does not review in this home, and for what is no allegation."""
    reviews = Incident.objects.visible_to(request.person, Can.REVIEW_INCIDENT).filter(pk=incident.pk).exists()
    if not reviews or incident.kind != Incident.Kind.ALLEGATION:
        raise Http404


def only_a_supervisor(request: Request, incident: Incident) -> None:
    """Raise ``Http404`` for anybody else, and for what is no allegation."""
    if request.person.role != Role.SUPERVISOR or incident.kind != Incident.Kind.ALLEGATION:
        raise Http404


def asked_for(rows: Any, request: Request, incident: Incident) -> Any:
    """Return the row of the incident that the address names. Raises ``Http404`` where there is none."""
    key = valid(request.GET.get("row", ""))
    found = rows.filter(incident=incident, pk=key).first() if key else None
    if found is None:
        raise Http404
    return found


DECIDED = ("reported", "returned", "reviewed", "filed")
AFTER = ("draft", "returned", "reported", "reviewed", "filed")
OF_INCIDENT: dict[str, tuple[tuple[str, ...], Callable[[Request, Incident], Page]]] = {
    "hide": (tuple(Incident.Status.values), hide),
    "show": (tuple(Incident.Status.values), show),
    "correct": (("reported", "reviewed", "filed"), correct),
    "protect": (DECIDED, protect),
    "unprotect": ((*DECIDED, "closed"), unprotect),
    "outcome": (DECIDED, outcome),
    "told": (DECIDED, told),
    "people": (tuple(Incident.WRITTEN_ON), people),
    "return": (("reported", "reviewed"), give_back),
    "amendment": (("filed", "closed"), amendment),
    "follow-up": (AFTER, follow_up_to_set),
    "talk": (AFTER, talk),
}
OF_PART: dict[str, Callable[[Request, Incident, IncidentPart], Page]] = {
    "about": alone,
    "injuries": injuries,
    "restraint": restraint,
    "file": file,
    "check": look,
    "over": over,
    "talk": talk,
}
