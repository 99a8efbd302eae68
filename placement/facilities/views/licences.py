"""Forms about a home's licences and its fire clearance."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from placement.access.former import fill_in, giving_why
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.facilities import operations
from placement.facilities.forms import homes as forms
from placement.facilities.models import Facility
from placement.facilities.putting_back import LICENCE_END, LICENCE_TERMS
from placement.facilities.queries import homes as queries
from placement.facilities.queries.waivable import waivable
from placement.facilities.views.changing import change_page
from placement.ui.dates import full_day
from residents.models import Document

both = require_http_methods(["GET", "POST"])


@needs(Can.CHANGE_FACILITY)
@both
def add_licence(request: Request, pk: UUID) -> HttpResponse:
    """Add a licence."""
    home = queries.home_to_run(request.person, pk)
    papers = for_the_agency(request, home)
    form = forms.LicenceForm(request.POST or None, today=home.today, state=home.jurisdiction, papers=papers)
    act = lambda: operations.add_licence(home, **form.given, by=request.person)  # noqa: E731
    lead = (
        ""
        if papers is not None
        else "File the licence with the papers of the home. It counts when a supervisor agrees."
    )
    return change_page(
        request, home, form, act, title="Add a licence", button="Add the licence", part="licence", lead=lead
    )


def for_the_agency(request: Request, home: Facility) -> QuerySet[Document] | None:
    """Return the papers of the home for a supervisor, who may let a licence allow more; ``None`` for anybody else."""
    return queries.papers(home) if queries.allowed(request.person, home).confirm else None


@needs(Can.CONFIRM_POPULATION, Can.VIEW_FACILITY)
@both
def confirm_licence(request: Request, pk: UUID, licence: UUID) -> HttpResponse:
    """Let a supervisor confirm with a paper that the authority gave a licence."""
    home = queries.home(request.person, pk)
    found = queries.licence_of(home, licence)
    form = forms.ConfirmLicenceForm(request.POST or None, papers=queries.papers(home))
    act = lambda: operations.confirm_licence(  # noqa: E731
        found, document=form.cleaned_data["document"], by=request.person
    )
    lead = (
        f"Licence {found.number}: {found.capacity} places, ages {found.min_age} to {found.max_age}, for"
        f" {found.sexes_text.lower()}, {found.levels_text.lower()}. Your name is kept with the confirmation."
    )
    return change_page(
        request, home, form, act, title="Confirm the licence", button="Confirm", part="licence", lead=lead
    )


@needs(Can.CONFIRM_POPULATION, Can.VIEW_FACILITY)
@both
def confirm_waiver(request: Request, pk: UUID, waiver: UUID) -> HttpResponse:
    """Let a supervisor confirm that the paper of a waiver says so."""
    home = queries.home(request.person, pk)
    found = queries.waiver_of(home, waiver)
    form = forms.ConfirmWaiverForm(request.POST or None)
    act = lambda: operations.confirm_waiver(found, by=request.person)  # noqa: E731
    paper = f" The paper is “{found.document.title}”, on the page of the home." if found.document else ""
    named = dict(waivable(home))
    rules = f" It waives: {'; '.join(named.get(rule, rule) for rule in found.rules)}." if found.rules else ""
    lead = (
        f"{found.get_kind_display()}, {full_day(found.starts_on)} to {full_day(found.ends_on)}: {found.text}.{rules}{paper}"
        " Your name is kept with the confirmation."
    )
    return change_page(
        request, home, form, act, title="Confirm the waiver", button="Confirm", part="licence", lead=lead
    )


@needs(Can.CHANGE_FACILITY)
@both
def change_terms(request: Request, pk: UUID, licence: UUID) -> HttpResponse:
    """Change for whom a licence is."""
    home = queries.home_to_run(request.person, pk)
    found = queries.licence_of(home, licence, lock=request.method == "POST")
    names = ("capacity", "min_age", "max_age", "sexes", "levels")
    initial = {name: getattr(found, name) for name in names}
    papers = for_the_agency(request, home)
    form = forms.TermsForm(request.POST or None, **queries.version_of(found, home), initial=initial, papers=papers)
    former = fill_in(request, form, found, LICENCE_TERMS, home.zone)
    act = giving_why(form, lambda: operations.change_licence_terms(found, **form.given, by=request.person))
    lead = f"{former} ".lstrip() + f"Licence {found.number}. Write only what the licence says."
    lead += " What allows less counts at once; what allows more needs a paper of the home and a supervisor."
    return change_page(request, home, form, act, title="For whom is the licence?", part="licence", lead=lead)


@needs(Can.CHANGE_FACILITY)
@both
def end_licence(request: Request, pk: UUID, licence: UUID) -> HttpResponse:
    """Let a licence end."""
    home = queries.home_to_run(request.person, pk)
    found = queries.licence_of(home, licence, lock=request.method == "POST")
    form = forms.EndLicenceForm(
        request.POST or None, **queries.version_of(found, home), licence=found, initial={"on": found.valid_to}
    )
    former = fill_in(request, form, found, LICENCE_END, home.zone)
    act = giving_why(form, lambda: operations.end_licence(found, on=form.cleaned_data["on"], by=request.person))
    lead = f"{former} ".lstrip() + f"Licence {found.number}. After the last day nobody can be admitted under it."
    return change_page(request, home, form, act, title="End the licence", button="End it", part="licence", lead=lead)


@needs(Can.CONFIRM_POPULATION, Can.VIEW_FACILITY)
@both
def confirm_population(request: Request, pk: UUID, licence: UUID) -> HttpResponse:
    """Let a supervisor confirm with a paper that the home is only for trafficked young people."""
    home = queries.home(request.person, pk)
    found = queries.licence_of(home, licence)
    form = forms.PopulationForm(request.POST or None, papers=queries.papers(home))
    act = lambda: operations.confirm_exclusive_population(  # noqa: E731
        found, document=form.cleaned_data["document"], by=request.person
    )
    lead = f"Licence {found.number}. Your name is kept with the confirmation."
    return change_page(
        request,
        home,
        form,
        act,
        title="Confirm whom the home serves",
        button="Confirm",
        part="licence",
        lead=lead,
    )


@needs(Can.CHANGE_FACILITY)
@both
def add_condition(request: Request, pk: UUID, licence: UUID) -> HttpResponse:
    """Add a condition of a licence."""
    home = queries.home_to_run(request.person, pk)
    found = queries.licence_of(home, licence)
    form = forms.ConditionForm(request.POST or None)
    act = lambda: operations.add_condition(found, **form.given, by=request.person)  # noqa: E731
    return change_page(
        request, home, form, act, title="Add a condition", part="licence", lead=f"Licence {found.number}."
    )


@needs(Can.CHANGE_FACILITY)
@both
def add_waiver(request: Request, pk: UUID, licence: UUID) -> HttpResponse:
    """Add a waiver of the authority."""
    home = queries.home_to_run(request.person, pk)
    found = queries.licence_of(home, licence)
    form = forms.WaiverForm(request.POST or None, papers=queries.papers(home), waivable=waivable(home))
    act = lambda: operations.add_waiver(found, **form.given, by=request.person)  # noqa: E731
    lead = f"Licence {found.number}. The waiver counts when a supervisor has confirmed it with a paper that somebody else filed."
    return change_page(request, home, form, act, title="Add a waiver", part="licence", lead=lead)


@needs(Can.CHANGE_FACILITY)
@both
def add_fire_clearance(request: Request, pk: UUID) -> HttpResponse:
    """Add a clearance of the fire authority."""
    home = queries.home_to_run(request.person, pk)
    form = forms.ClearanceForm(request.POST or None)
    act = lambda: operations.add_fire_clearance(home, **form.given, by=request.person)  # noqa: E731
    return change_page(request, home, form, act, title="Add a fire clearance", part="fire")
