"""Incidents: the list, a new report, and one incident with review, closing and history."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from placement.audit.reading import changes
from placement.facilities import operations as facilities
from placement.facilities.forms import incidents as forms
from placement.facilities.models import Facility
from placement.facilities.queries import incidents as queries
from placement.facilities.queries.missing import missing_now
from placement.facilities.queries.shifts import shift_at, stays
from placement.ui.moments import moment_in
from residents import operations
from residents.models import Incident

READERS = (Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.INSPECT, Can.VIEW_EXPLOITATION)


@needs(Can.LIST_INCIDENTS)
@require_safe
def incident_list(request: Request) -> HttpResponse:
    """List the incidents that this person may read, newest first."""
    form = forms.IncidentFilter(request.GET, homes=queries.homes_with_incidents(request.person))
    wanted = form.cleaned_data if form.is_valid() else {}
    page = queries.incidents_page(request.person, after=request.GET.get("after"), **wanted)
    context = {
        "form": form,
        "page": page,
        "homes": queries.may_report(request.person),
        "another": queries.ANOTHER,
        "filtered": any(wanted.values()),
    }
    return render(request, "incidents/list.html", context)


@needs(Can.REPORT_INCIDENT)
def new(request: Request) -> HttpResponse:
    """Report an incident in a home: the one of the address, or the only one; others are offered as a choice."""
    homes = queries.may_report(request.person)
    asked = request.GET.get("facility", "")
    home = homes.get(pk=valid_key(asked)) if asked else only(list(homes))
    if home is None:
        return render(request, "incidents/choose.html", {"homes": homes})
    missing = request.GET.get("kind", "") == Incident.Kind.MISSING
    form = forms.IncidentForm(
        request.POST or None,
        zone=home.zone,
        young_people=queries.young_people_of(request.person, home),
        initial={
            "happened_at": moment_in(request.GET.get("at", "")) or now(),
            "kind": request.GET.get("kind", ""),
            "severity": Incident.Severity.CRITICAL if missing else "",
            "residents": request.GET.getlist("resident"),
        },
    )
    if form.is_valid():
        said = form.given
        act = lambda: operations.report_incident(  # noqa: E731
            **said, facility=home, shift=shift_at(home, said["happened_at"]), by=request.person
        )
        if response := submit(request, form, act, lambda incident: reverse("incidents:detail", args=[incident.pk])):
            messages.success(request, "The report is sent. Somebody else reviews it.")
            return response
    return render(request, "incidents/new.html", {"form": form, "home": home, "missing": missing})


def valid_key(text: str) -> UUID:
    """Return the key in an address. Raises ``Facility.DoesNotExist`` for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise Facility.DoesNotExist from None


def only(homes: list[Facility]) -> Facility | None:
    """Return the one home in a list of one. Raises ``Facility.DoesNotExist`` for an empty list."""
    if not homes:
        raise Facility.DoesNotExist
    return homes[0] if len(homes) == 1 else None


@needs(Can.LOG_CARE)
def came_back(request: Request, pk: UUID, resident: UUID) -> HttpResponse:
    """Write down that somebody who was missing is back; then go where the person came from."""
    incident = queries.own_report(request.person, pk)
    home = incident.facility
    young = stays(request.person, home).get(resident=resident, resident__incidents=incident).resident
    back = reverse("incidents:detail", args=[pk])
    if "shift" in request.GET:
        back = reverse("facilities:shift", args=[home.pk]) + f"#y-{young.pk}"
    if young.pk not in missing_now(home, [young.pk]):
        messages.info(request, f"{young} is not missing.")
        return redirect(back)
    form = forms.CameBackForm(request.POST or None, zone=home.zone, initial={"happened_at": now()})
    if form.is_valid():
        act = lambda: facilities.came_back(incident, young, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: back):
            messages.success(request, f"{young} is back.")
            return response
    context = {"form": form, "incident": incident, "home": home, "zone": home.zone, "resident": young, "back": back}
    return render(request, "incidents/back.html", context)


@needs(Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, names_young=True)
def complete(request: Request, pk: UUID) -> HttpResponse:
    """Complete the draft of a report, for its reporter; anybody else of the home sends it as it stands."""
    incident = queries.own_draft(request.person, pk)
    here = reverse("incidents:detail", args=[pk])
    if incident.status != Incident.Status.DRAFT:
        return redirect(here)
    own = incident.reported_by_id == request.person.pk
    form: forms.DraftForm | forms.ReviewForm
    if own:
        names = ("kind", "severity", "happened_at", "seen", "done")
        initial = {name: getattr(incident, name) for name in names}
        form = forms.DraftForm(request.POST or None, zone=incident.facility.zone, initial=initial)
        act = lambda: operations.complete_draft(incident, **form.given, by=request.person)  # noqa: E731
    else:
        form = forms.ReviewForm(request.POST or None)
        act = lambda: operations.send_draft(incident, by=request.person)  # noqa: E731
    if form.is_valid() and (response := submit(request, form, act, lambda _: here)):
        messages.success(request, "The report is sent. Somebody else reviews it.")
        return response
    context = {"form": form, "own": own, "incident": incident, "zone": incident.facility.zone}
    return render(request, "incidents/complete.html", context)


@needs(*READERS, names_young=True)
def detail(request: Request, pk: UUID) -> HttpResponse:
    """Show one incident as this person may read it; review and close it here."""
    account = queries.account(request.person, pk)
    incident = account.incident
    review, close = forms.ReviewForm(), forms.CloseForm()
    here = reverse("incidents:detail", args=[pk])
    if request.method == "POST" and "review" in request.POST:
        review = forms.ReviewForm(request.POST)
        act = lambda: operations.review_incident(incident, by=request.person)  # noqa: E731
        if review.is_valid() and (response := submit(request, review, act, lambda _: here)):
            return response
    elif request.method == "POST":
        close = forms.CloseForm(request.POST)
        act = lambda: operations.close_incident(  # noqa: E731
            incident, closing_note=close.cleaned_data["closing_note"], by=request.person
        )
        if close.is_valid() and (response := submit(request, close, act, lambda _: here)):
            return response
    if request.method == "POST":  # refused: somebody may have been faster
        account = queries.account(request.person, pk)
        incident = account.incident
    own = incident.reported_by_id == request.person.pk
    to_review = account.may_review and not own and incident.status == "reported"
    to_close = account.may_review and not own and incident.status == "reviewed"
    unseen = [form for form, shown in ((review, to_review), (close, to_close)) if not shown]
    context = {
        "account": account,
        "incident": incident,
        "zone": incident.facility.zone,
        "review": review,
        "close": close,
        "own": own,
        "still_missing": any(episode.missing for episode in account.episodes),
        "to_review": to_review,
        "to_close": to_close,
        "to_complete": incident.status == "draft" and (own or account.may_review),
        "refusals": [sentence for form in unseen for sentence in form.non_field_errors()],
        "changes": changes(
            incident.history.all(),
            limit=50,
            hide=["seen", "done", "closing_note", "shift", "number", *([] if account.home else ["facility"])],
        ),
    }
    return render(request, "incidents/detail.html", context)
