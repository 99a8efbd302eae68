"""The page of a missing episode, and the forms that add a line to it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from placement.facilities.forms import episodes as forms
from placement.facilities.queries import episodes as queries
from placement.facilities.views.incident_details import Page, answer
from residents import operations
from residents.forms.wording import about
from residents.models import EpisodeNote, Incident

What = EpisodeNote.What
READERS = (Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.VIEW_EXPLOITATION)


@needs(*READERS, names_young=True)
def episode(request: Request, pk: UUID) -> HttpResponse:
    """Show the episode; a tap adds what was done now to the search."""
    page = queries.episode(request.person, pk)
    incident = page.account.incident
    here = reverse("incidents:episode", args=[pk])
    form = forms.TapForm(request.POST or None)
    if page.may_write and form.is_valid():
        act = lambda: operations.note_search(  # noqa: E731
            incident, what=form.cleaned_data["what"], at=now(), who=request.person.name, by=request.person
        )
        if response := submit(request, form, act, lambda _: here):
            messages.success(request, "It is in the search log.")
            return response
    context = {
        "page": page,
        "account": page.account,
        "incident": incident,
        "zone": incident.facility.zone,
        "taps": [(what.value, what.label, forms.TapForm()) for what in forms.TAPS if what != What.LEADS],
        "lead": forms.TapForm(),
        "refusals": form.non_field_errors() if form.is_bound else [],
    }
    return render(request, "incidents/episode.html", context)


@needs(Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, names_young=True)
def search(request: Request, pk: UUID) -> HttpResponse:
    """Add one act of the search with its details."""
    incident = queries.own_episode(request.person, pk)
    here = reverse("incidents:episode", args=[pk])
    if incident.status == Incident.Status.CLOSED:
        return redirect(here)
    what = request.GET.get("what", "")
    first = {"at": now(), "who": request.person.name, "what": what if what in EpisodeNote.SEARCH else ""}
    form = forms.SearchForm(request.POST or None, zone=incident.facility.zone, initial=first)
    act = lambda: operations.note_search(incident, **form.given, by=request.person)  # noqa: E731
    return answer(request, incident, Page("What was done?", "Save", form, act, "It stays as you write it."), back=here)


@needs(Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.KEEP_CASE, also=[Can.VIEW_CARE_PROFILE], names_young=True)
def line(request: Request, pk: UUID, part: UUID, what: str) -> HttpResponse:
    """Complete what is known of one young person, or add a step after their return."""
    if what not in (*EpisodeNote.KNOWN, *EpisodeNote.AFTER):
        raise Http404
    found = queries.part_to_complete(request.person, pk, part, what)
    incident = found.incident
    here = reverse("incidents:episode", args=[pk])
    if incident.status == Incident.Status.CLOSED:
        return redirect(here)
    if what in EpisodeNote.KNOWN:
        offered = {"people": queries.people_to_offer, "places": queries.places_to_offer}.get(what)
        known = forms.KnownForm(
            request.POST or None, what=what, words=offered(request.person, found) if offered else ()
        )
        about(known, found.resident)
        add = lambda: operations.note_known(found, what=what, **known.told, by=request.person)  # noqa: E731
        lead = "What stands there now stays readable below it."
        return answer(request, incident, Page(What(what).label, "Save", known, add, lead), found.resident, here)
    form = forms.ReturnStepForm(
        request.POST or None,
        what=what,
        zone=incident.facility.zone,
        outside=queries.people_to_offer(request.person, found) if what == What.INTERVIEW else (),
        initial={"at": now(), "who": "" if what == What.INTERVIEW else request.person.name},
    )
    about(form, found.resident)
    act = lambda: operations.note_return(found, what=what, **form.given, by=request.person)  # noqa: E731
    return answer(
        request,
        incident,
        Page(What(what).label, "Save", form, act, "It stays as you write it."),
        found.resident,
        here,
    )
