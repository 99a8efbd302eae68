"""Pages on which a home is found: the ranked list, the comparison, holding, signing, asking and proposing."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from placement.access.guard import needs
from placement.access.posting import post_only
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.forms import placements as forms
from placement.facilities.models import Facility, Referral
from placement.facilities.queries import matches as queries
from placement.facilities.queries.exceptions import exception_ends
from placement.facilities.queries.referrals import current_hold, referral_for
from placement.facilities.views.referrals import as_uuid
from placement.ui.numbers import whole_number
from residents.forms.wording import about

MOST = 3
FOLD = 20
FIRST = 5  # homes that can't, before the others are folded


@needs(Can.VIEW_CASE)
@require_safe
def match(request: Request, pk: UUID) -> HttpResponse:
    """Show where the young person can be safe: every home, with every criterion."""
    referral = referral_for(request.person, pk)
    page = queries.match_page(referral, request.person)
    start = whole_number(request.GET.get("from"), least=0, most=999_999, default=0)
    cannot = page.cannot[start : start + FOLD]
    following = start + FOLD if len(page.cannot) > start + FOLD else 0
    shown = cannot if start else cannot[:FIRST]
    context = {
        "page": page,
        "referral": referral,
        "cannot": shown,
        "folded": cannot[len(shown) :],
        "hidden": len(page.cannot) - len(shown),
        "start": start,
        "following": following,
    }
    return render(request, "referrals/match.html", context)


@needs(Can.VIEW_CASE)
@require_safe
def compare(request: Request, pk: UUID) -> HttpResponse:
    """Show up to three homes side by side."""
    referral = referral_for(request.person, pk)
    asked = [key for text in request.GET.getlist("home") if (key := as_uuid(text))]
    if not asked:
        messages.info(request, "Choose two or three homes to compare, then press Compare.")
        return redirect("referrals:match", referral.pk)
    page = queries.match_page(referral, request.person, only=asked[:MOST])
    cards = [*page.can, *page.cannot]
    context = {
        "page": page,
        "referral": referral,
        "cards": cards,
        "table": queries.table(cards),
        "more": len(asked) > MOST,
    }
    return render(request, "referrals/compare.html", context)


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def hold(request: Request, pk: UUID, facility: UUID) -> HttpResponse:
    """Hold a bed for the referral."""
    referral, home = both(request, pk, facility)
    initial = {"until": now() + timedelta(days=2)}
    form = forms.HoldForm(request.POST or None, zone=home.zone, beds=queries.beds_of(home), initial=initial)
    if form.is_valid():
        act = lambda: operations.hold_bed(  # noqa: E731
            referral, bed_of(home, form.cleaned_data["bed"]), until=form.cleaned_data["until"], by=request.person
        )
        if response := submit(request, form, act, lambda _: reverse("referrals:match", args=[referral.pk])):
            messages.success(request, f"The bed at {home} is held.")
            return response
    card = offered(request, referral, home, form)
    return show(request, referral, home, form, title=f"Hold a bed at {home}", button="Hold the bed", card=card)


@needs(Can.PROPOSE_PLACEMENT)
@post_only("referrals:match")
def release(request: Request, pk: UUID) -> HttpResponse:
    """Give the held bed back."""
    referral = referral_for(request.person, pk, Can.PROPOSE_PLACEMENT)
    held = current_hold(referral)
    try:
        if held is None:
            raise Refused("This hold is already over.")
        operations.release_hold(held, by=request.person)
        messages.success(request, "The bed is free again.")
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("referrals:match", referral.pk)


@needs(Can.PROPOSE_PLACEMENT, Can.APPROVE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def sign(request: Request, pk: UUID, facility: UUID, criterion: str) -> HttpResponse:
    """Sign one warning of a home."""
    referral = referral_for(request.person, pk, Can.PROPOSE_PLACEMENT, Can.APPROVE_PLACEMENT)
    home = queries.home_for(request.person, facility)
    warning, stay = queries.warning_for(referral, request.person, home, criterion)
    if warning is None and request.method == "GET":
        messages.info(request, f"{home} has no such warning now.")
        return redirect("referrals:match", referral.pk)
    form = about(forms.SignForm(request.POST or None), referral.resident)
    if form.is_valid():
        act = lambda: operations.sign_warning(  # noqa: E731
            referral, home, criterion=criterion, reason=form.cleaned_data["reason"], by=request.person, **stay
        )
        if response := submit(request, form, act, lambda _: queries.after_signing(referral, request.person)):
            messages.success(request, "Your signature is under the warning.")
            return response
    back = queries.after_signing(referral, request.person)
    title, button = "Sign a warning", "Sign with my name"
    return show(request, referral, home, form, title=title, button=button, warning=warning, back=back)


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def ask_exception(request: Request, pk: UUID, facility: UUID) -> HttpResponse:
    """Ask for an exception for one home."""
    referral, home = both(request, pk, facility)
    card, _ = queries.one_home(referral, request.person, home)
    if not card.exception_kind and request.method == "GET":
        messages.info(request, f"An exception would not open {home} now. The list says what rules it out.")
        return redirect("referrals:match", referral.pk)
    form = forms.ExceptionForm(request.POST or None, zone=home.zone, initial={"expires_at": now() + timedelta(days=30)})
    form = about(form, referral.resident)
    if form.is_valid():
        act = lambda: operations.ask_override(  # noqa: E731
            referral.resident,
            home,
            kind=queries.kind_to_ask(card),
            reason=form.cleaned_data["reason"],
            expires_at=form.cleaned_data["expires_at"],
            by=request.person,
        )
        if response := submit(request, form, act, lambda made: reverse("placements:override", args=[made.pk])):
            messages.success(request, "A supervisor will decide about the exception.")
            return response
    lead = "A second person decides, with a reason. The exception is for this young person in this home only."
    return show(
        request, referral, home, form, title=f"Ask for an exception: {home}", button="Ask", lead=lead, card=card
    )


@needs(Can.PROPOSE_PLACEMENT)
@require_http_methods(["GET", "POST"])
def propose(request: Request, pk: UUID, facility: UUID) -> HttpResponse:
    """Propose a bed in a home; every refusal is shown next to its field, with everything typed still there."""
    referral, home = both(request, pk, facility)
    initial = {"ends_at": referral.expected_until}
    form = forms.ProposeForm(
        request.POST or None,
        zone=home.zone,
        beds=queries.beds_of(home),
        initial=initial,
        warnings=lambda *stay: queries.warnings_to_sign(referral, request.person, home, *stay),
    )
    form = about(form, referral.resident)
    if form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("starts_at", "ends_at", "reason", "young_persons_view")}
        act = lambda: operations.propose_placement(  # noqa: E731
            referral, bed=bed_of(home, form.cleaned_data["bed"]), signing=form.signed, by=request.person, **typed
        )
        if response := submit(request, form, act, lambda made: reverse("placements:detail", args=[made.pk])):
            messages.success(request, "Proposed. A supervisor decides now.")
            return response
    card = offered(request, referral, home, form)
    form.suggest_end(exception_ends(card))
    button = "Sign and propose" if form.marks else "Propose"
    return show(request, referral, home, form, title=f"Propose {home}", button=button, card=card, proposes=True)


def offered(request: Request, referral: Referral, home: Facility, form: forms.BedForm) -> queries.Card:
    """Return the home as it is now, and let the form offer its beds: the free ones first, the best one chosen."""
    card, beds = queries.one_home(referral, request.person, home)
    form.offer(beds)
    bed = str(card.result.bed.id) if card.result.bed else None
    form.initial = {**form.initial, "starts_at": card.result.starts_at, "bed": bed}
    return card


def both(request: Request, pk: UUID, facility: UUID) -> tuple[Referral, Facility]:
    """Return the referral that the person may act on, and the home."""
    return referral_for(request.person, pk, Can.PROPOSE_PLACEMENT), queries.home_for(request.person, facility)


def bed_of(home: Facility, key: str) -> Any:
    """Return the chosen bed of ``home``."""
    return home.beds.get(pk=key)


def show(request: Request, referral: Referral, home: Facility, form: Any, **context: Any) -> HttpResponse:
    """Draw a form about one home of the match."""
    shown = {
        "form": form,
        "referral": referral,
        "home": home,
        "line": f"{referral} · {referral.resident.code}",
        "back": reverse("referrals:match", args=[referral.pk]),
    }
    return render(request, "referrals/form.html", shown | context)
