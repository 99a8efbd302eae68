"""The flyer about a missing young person: its page, the forms of its steps, and the PDF for who gets it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.facilities.forms import flyers as forms
from placement.facilities.queries import flyers as queries
from placement.facilities.views.incident_details import Page, answer
from placement.ui.attachments import attachment
from residents import operations
from residents.forms.wording import about
from residents.models import HOTLINE, ON_FLYER, Flyer, FlyerRelease, IncidentPart

WRITERS = (Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.KEEP_CASE)
READ = (Can.VIEW_CARE_PROFILE, Can.VIEW_IDENTITY)


@needs(*WRITERS, also=READ, names_young=True)
def flyer(request: Request, pk: UUID, part: UUID) -> HttpResponse:
    """Show the flyer; a tap says that somebody was told to take it down."""
    found = queries.part_of_flyer(request.person, pk, part)
    page = queries.flyer_page(request.person, found)
    form = forms.ToldForm(request.POST or None)
    if page.may_share and form.is_valid():
        release = FlyerRelease.objects.filter(flyer__part=found, pk=form.cleaned_data["release"]).first()
        if release is None:
            raise Http404
        act = lambda: operations.tell_to_take_down(release, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: request.path):
            messages.success(request, "It is written down, also in the record of what was shared.")
            return response
    context = {
        "page": page,
        "part": found,
        "incident": found.incident,
        "zone": found.incident.facility.zone,
        "to_tell": [(row, forms.ToldForm()) for row in page.to_tell],
        "hotline": HOTLINE,
        "refusals": form.non_field_errors() if form.is_bound else [],
    }
    return render(request, "incidents/flyer.html", context)


@needs(*WRITERS, also=READ, names_young=True)
def step(request: Request, pk: UUID, part: UUID, what: str) -> HttpResponse:
    """Write the flyer, approve it, give it out or withdraw it."""
    if what not in queries.STEPS:
        raise Http404
    found = queries.part_of_flyer(request.person, pk, part)
    page = queries.flyer_page(request.person, found)
    here = reverse("incidents:flyer", args=[pk, part])
    if what not in page.steps:
        return redirect(here)
    return answer(request, found.incident, MAKE[what](request, found, page), found.resident, here)


def to_write(request: Request, part: IncidentPart, page: queries.FlyerPage) -> Page:
    """What the flyer says."""
    form = forms.FlyerForm(
        request.POST or None,
        names=queries.names_to_choose(request.person, part),
        photos=queries.photos(request.person, part),
        initial=queries.first_words(request.person, part),
    )
    about(form, part.resident)
    act = lambda: operations.draft_flyer(part, **form.given, by=request.person)  # noqa: E731
    lead = "Nothing leaves the house by this. Somebody else, a supervisor, says first what may be released."
    return Page("Write the flyer", "Save the draft", form, act, lead)


def to_approve(request: Request, part: IncidentPart, page: queries.FlyerPage) -> Page:
    """What of it is released."""
    draft = page.row_for("approve")
    said = dict(draft.lines(draft.filled)) | {"Photo": draft.photo.title if draft.photo else ""}
    lines = [(name, f"{label}: {said[label]}") for name, label in ON_FLYER if name in draft.filled]
    form = forms.ApproveForm(request.POST or None, lines=lines, initial={"flyer": draft.pk})

    def act() -> Flyer:
        read = Flyer.objects.get(pk=form.cleaned_data["flyer"], part=part)
        return operations.approve_flyer(read, released=form.cleaned_data["released"], by=request.person)

    lead = f"Drafted by {draft.drafted_by}. A later change needs a new approval."
    template, more = "incidents/flyer_approve.html", {"photo": draft.photo}
    return Page("What may be released?", "Approve what is ticked", form, act, lead, template, more)


def to_release(request: Request, part: IncidentPart, page: queries.FlyerPage) -> Page:
    """Who gets it."""
    flyer = page.row_for("release")
    form = forms.ReleaseForm(request.POST or None)
    act = lambda: operations.release_flyer(flyer, **form.given, by=request.person)  # noqa: E731
    lead = "It is written into the record of what was shared, and the flyer can be printed then."
    return Page("Who gets the flyer?", "Write it down", form, act, lead)


def to_recall(request: Request, part: IncidentPart, page: queries.FlyerPage) -> Page:
    """Why it is withdrawn."""
    flyer = page.row_for("recall")
    form = forms.RecallForm(request.POST or None)
    act = lambda: operations.recall_flyer(flyer, **form.given, by=request.person)  # noqa: E731
    return Page("Withdraw the flyer", "Withdraw it", form, act, "Nobody prints it any more. Who has it must be told.")


MAKE = {"write": to_write, "approve": to_approve, "release": to_release, "recall": to_recall}


@needs(Can.DISCLOSE, names_young=True)
@require_safe
def pdf(request: Request, pk: UUID, part: UUID, row: UUID) -> HttpResponse:
    """Answer with the flyer for one who gets it, while it counts."""
    release = queries.release_to_print(request.person, pk, part, row)
    name = f"flyer-{release.flyer.part.resident.code}-{str(release.disclosure_id)[:8]}.pdf"
    return attachment(queries.pdf(release), content_type="application/pdf", name=name)
