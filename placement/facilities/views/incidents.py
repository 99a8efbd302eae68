"""Incidents: the list, a new report, and one incident with its steps, closing and history."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can, Role
from placement.access.submit import submit
from placement.audit.clock import now
from placement.audit.reading import changes
from placement.facilities import operations as facilities
from placement.facilities.forms import incidents as forms
from placement.facilities.models import Facility
from placement.facilities.queries import incident_account as accounts
from placement.facilities.queries import incident_patterns as patterns
from placement.facilities.queries import incidents as queries
from placement.facilities.queries.allegations import still_planned
from placement.facilities.queries.asked import asked_about
from placement.facilities.queries.incident_filters import Wanted
from placement.facilities.queries.incident_filters import only as only_words
from placement.facilities.queries.missing import last_seen, missing_now
from placement.facilities.queries.shifts import shift_at, stays
from placement.ui.dates import full_moment
from placement.ui.moments import moment_in
from residents import operations
from residents.incident_kinds import GUIDES
from residents.models import Incident, Resident

READERS = (Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.INSPECT, Can.VIEW_EXPLOITATION)
SENT = "The report is sent. Somebody else reviews it."


@needs(Can.LIST_INCIDENTS)
@require_safe
def incident_list(request: Request) -> HttpResponse:
    """List the incidents that this person may read, newest first."""
    reviews = bool(patterns.homes_of(request.person))
    form = forms.IncidentFilter(request.GET, homes=queries.homes_with_incidents(request.person), reviews=reviews)
    wanted = Wanted(**form.cleaned_data) if form.is_valid() else Wanted()
    context = {
        "form": form,
        "page": queries.incidents_page(request.person, wanted, after=request.GET.get("after")),
        "homes": queries.may_report(request.person),
        "another": accounts.ANOTHER,
        "filtered": bool(wanted.given),
        "only": only_words(request.person, wanted),
        "reviews": reviews,
    }
    return render(request, "incidents/list.html", context)


@needs(Can.REPORT_INCIDENT)
def new(request: Request) -> HttpResponse:
    """Report an incident in a home (of the address, or the only one): first its kind, then what that kind asks."""
    homes = queries.may_report(request.person)
    asked = request.GET.get("facility", "")
    home = homes.get(pk=valid_key(asked)) if asked else only(list(homes))
    if home is None:
        return render(request, "incidents/choose.html", {"homes": homes})
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in GUIDES:
        context = {"home": home, "kinds": kinds(), "asked": request.GET.urlencode()}
        return render(request, "incidents/kinds.html", context)
    missing = kind == Incident.Kind.MISSING
    young = queries.young_people_of(request.person, home)
    form = forms.IncidentForm(
        request.POST or None,
        kind=kind,
        zone=home.zone,
        young_people=young,
        people=queries.people_of(home),
        initial={
            "seen": last_looks(request, home, young) if missing else "",
            "happened_at": moment_in(request.GET.get("at", "")) or now(),
            "severity": Incident.Severity.CRITICAL if missing else "",
            "residents": request.GET.getlist("resident"),
        },
    )
    if form.is_valid():
        said = form.said
        leads = episode_of if missing and not form.draft else page_of
        act = lambda: operations.report_incident(  # noqa: E731
            **said,
            accused=form.named,
            facility=home,
            shift=shift_at(home, said["happened_at"]),
            draft=form.draft,
            by=request.person,
        )
        if response := submit(request, form, act, leads):
            messages.success(request, "The report is saved. Complete it, then send it." if form.draft else SENT)
            return response
    context = {"form": form, "home": home, "missing": missing, "kind": kind, "title": dict(Incident.Kind.choices)[kind]}
    return render(request, "incidents/new.html", context)


def last_looks(request: Request, home: Facility, young: list[Resident]) -> str:
    """Return where those of the address were seen last, when and by whom: what the report of somebody missing begins with."""
    chosen = [one for one in young if str(one.pk) in request.GET.getlist("resident")]
    looks = [(one, last_seen(request.person, home, one.pk)) for one in chosen]
    return "\n".join(
        f"{one.code} was last seen at {full_moment(look.happened_at, home.zone)}: {look.outcome.lower()}. "
        f"{look.written_by.name} wrote it down."
        for one, look in looks
        if look
    )


def episode_of(incident: Incident) -> str:
    """Return the page on which the search goes on."""
    return reverse("incidents:episode", args=[incident.pk])


def page_of(incident: Incident) -> str:
    """Return where somebody goes from what they wrote: to the list, when it is an allegation against themselves that was sent."""
    if Incident.objects.filter(pk=incident.pk).exists():
        return reverse("incidents:detail", args=[incident.pk])
    return reverse("incidents:list")


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of incidents, in the order in which they are offered."""
    return [(str(value), label) for value, label in Incident.Kind.choices]


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
    back = reverse("incidents:episode", args=[pk])
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
    """Write on a draft, or on a report that was returned, for its reporter; anybody else of the home sends it as it stands."""
    incident = queries.own_draft(request.person, pk)
    here = reverse("incidents:detail", args=[pk])
    if incident.status not in Incident.WRITTEN_ON:
        return redirect(here)
    own = incident.reported_by_id == request.person.pk
    form: forms.IncidentForm | forms.ReviewForm
    if own:
        form = report_form(request, incident)
        act = lambda: operations.complete_draft(  # noqa: E731
            incident, **form.said, send=not form.draft, by=request.person
        )
    else:
        form = forms.ReviewForm(request.POST or None)
        act = lambda: operations.send_draft(incident, by=request.person)  # noqa: E731
    if form.is_valid() and (response := submit(request, form, act, page_of)):
        messages.success(
            request,
            "Saved. The report is not sent yet." if isinstance(form, forms.IncidentForm) and form.draft else SENT,
        )
        return response
    context = {
        "form": form,
        "own": own,
        "incident": incident,
        "zone": incident.facility.zone,
        "kinds": kinds(),
        "returned": incident.steps.filter(what="returned").select_related("by").last(),
    }
    return render(request, "incidents/complete.html", context)


def report_form(request: Request, incident: Incident) -> forms.IncidentForm:
    """Return the form of a report that its reporter writes on; of another kind, where the address or the form says so."""
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in GUIDES or kind == Incident.Kind.MISSING:
        kind = incident.kind
    about_contact = incident.contacts.exists()
    names = ("severity", "happened_at", "seen", "thought", "done")
    named = [str(one.pk) for one in incident.residents.all()]
    young = None if about_contact else queries.young_people_of(request.person, incident.facility)
    return forms.IncidentForm(
        request.POST or None,
        kind=kind,
        zone=incident.facility.zone,
        young_people=young,
        initial={name: getattr(incident, name) for name in names} | incident.answers | {"residents": named},
    )


@dataclass(frozen=True)
class Press:
    """A step that the reader can take with one form: its name in what is posted, its form, and what it does."""

    name: str
    form: Any
    act: Callable[[], Any]


@needs(*READERS, names_young=True)
def detail(request: Request, pk: UUID) -> HttpResponse:
    """Show one incident as this person may read it; send, review, file and close it here."""
    account = accounts.account(request.person, pk)
    incident = account.incident
    sent = request.POST if request.method == "POST" else None
    asked = next((name for name in ("review", "file", "send") if sent is not None and name in sent), "close")
    by = request.person
    forms_of = dict.fromkeys(("review", "file", "send"), forms.ReviewForm) | {"close": forms.CloseForm}
    acts: dict[str, Callable[[Any], Any]] = {
        "review": lambda form: operations.review_incident(incident, by=by),
        "file": lambda form: operations.file_incident(incident, by=by),
        "send": lambda form: operations.send_draft(incident, by=by),
        "close": lambda form: operations.close_incident(
            incident, closing_note=form.cleaned_data["closing_note"], by=by
        ),
    }
    form_of = {name: kind(sent if name == asked else None) for name, kind in forms_of.items()}
    if sent is not None:
        form = form_of[asked]
        if form.is_valid() and (response := submit(request, form, lambda: acts[asked](form), page_of)):
            return response
        account = accounts.account(request.person, pk)  # refused: somebody may have been faster
        incident = account.incident
    elif any(one.person_id == by.pk and one.opened_at is None for one in account.notices):
        operations.note_opened(incident)
    may = steps_of(account, request)
    context = {
        "account": account,
        "incident": incident,
        "zone": incident.facility.zone,
        "forms": form_of,
        "may": may,
        "pasts": queries.pasts_open_to(request.person, incident),
        "told": told_to_both(account),
        "asked": asked_about(by, incident) if account.text and incident.kind != Incident.Kind.MISSING else [],
        "still_planned": still_planned(incident) if may["protect"] else [],
        "own": incident.reported_by_id == by.pk,
        "still_missing": any(episode.missing for episode in account.episodes),
        "refusals": [
            sentence for name, form in form_of.items() if not may.get(name) for sentence in form.non_field_errors()
        ],
        "changes": changes(
            incident.history.all(),
            limit=50,
            hide=[*Incident.REPORT, "shift", "number", *([] if account.home else ["facility"])],
        ),
    }
    return render(request, "incidents/detail.html", context)


def told_to_both(account: accounts.Account) -> bool:
    """Return whether both sides of an allegation know what was found; of any other incident, ``True``."""
    row = account.outcome.row if account.outcome else None
    told = row is not None and row.young_told_on is not None and row.accused_told_on is not None
    return told or account.incident.kind != Incident.Kind.ALLEGATION


def steps_of(account: accounts.Account, request: Request) -> dict[str, bool]:
    """Return name of a step, or of a page → whether it is the reader's now. The database says the same once more."""
    incident, person = account.incident, request.person
    own = incident.reported_by_id == person.pk
    judges = account.may_review and not own and not account.names_reader
    supervises = person.role == Role.SUPERVISOR
    decides = account.may_review and incident.kind == Incident.Kind.ALLEGATION and not account.names_reader
    status, works = incident.status, account.may_report or account.may_review
    return {
        "write": own and account.may_report and status in Incident.WRITTEN_ON,
        "send": works and status in Incident.WRITTEN_ON,
        "review": judges and status == "reported",
        "return": judges and (status == "reported" or (supervises and status == "reviewed")),
        "file": judges and supervises and status == "reviewed" and incident.reviewed_by_id != person.pk,
        "close": judges
        and status == "filed"
        and incident.filed_by_id != person.pk
        and not account.left_to_do
        and not any(episode.missing for episode in account.episodes)
        and told_to_both(account),
        "amend": works and status in ("filed", "closed"),
        "follow_up": account.may_review and status != "closed",
        "hide": supervises and account.may_review and incident.kind == Incident.Kind.ALLEGATION,
        "protect": decides and status in ("reported", "returned", "reviewed", "filed"),
        "unprotect": decides,
        "outcome": decides and status in ("reported", "returned", "reviewed", "filed"),
        "correct": decides and not own and status in ("reported", "reviewed", "filed"),
        "talk": works and status != "closed",
        "check": account.may_report and status in ("draft", "reported", "returned"),
    }
