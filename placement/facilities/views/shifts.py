"""The shift page and what hangs on it: one-tap entries, longer ones, amendments, and the hand-off."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from placement.access.guard import needs
from placement.access.outbox import HEADER
from placement.access.posting import post_only
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.access.visible import barred_from, rights_on
from placement.audit.clock import now
from placement.audit.reading import changes
from placement.facilities import operations
from placement.facilities.forms import shifts as forms
from placement.facilities.forms.several import KNOWN, SeveralForm
from placement.facilities.models import Facility, Shift, TakeOver
from placement.facilities.queries import shifts as queries
from placement.facilities.queries.doses_on_tiles import with_doses
from placement.facilities.queries.exits import exits_left_open
from placement.facilities.queries.hand_off import kept_for, left_open
from placement.facilities.queries.hand_offs import is_past
from placement.facilities.queries.passes import stopped
from placement.facilities.queries.roster import planned_at
from placement.facilities.queries.rounds import period_at
from placement.facilities.queries.standing import homes_now
from placement.ui.dates import time_of_day
from residents import operations as residents
from residents.models import CareEntry
from residents.queries.contacts import of_shift

NO_SHIFT = "No shift is open, so nothing was saved. Open the shift first."


def shift_url(facility: Facility, anchor: str = "") -> str:
    """Return the address of the shift page, at a tile when ``anchor`` names one."""
    return reverse("facilities:shift", args=[facility.pk]) + (f"#{anchor}" if anchor else "")


@needs(Can.SIGN_IN, Can.WORK_SHIFT)
@require_safe
def my_shift(request: Request) -> HttpResponse:
    """Go to the shift page of the person's home; let people with several homes choose."""
    homes = list(queries.homes(request.person))
    if len(homes) == 1:
        return redirect("facilities:shift", homes[0].pk)
    return render(request, "shift/choose.html", {"homes": homes})


@needs(Can.WORK_SHIFT)
@require_safe
def shift(request: Request, pk: UUID) -> HttpResponse:
    """Show the tiles, and the form that opens a shift when none is open."""
    return shift_page(request, queries.homes(request.person).get(pk=pk))


def shift_page(request: Request, home: Facility, **context: Any) -> HttpResponse:
    """Draw the shift page; ``context`` may bring ``open_form`` as posted, and ``refusal``."""
    board = with_doses(queries.board(request.person, home))
    with_addresses(home, board)
    if board.shift is None and "open_form" not in context:
        context["open_form"] = open_form(request, home, board.moment)
    told = {"board": board, "home": home, "zone": home.zone, "stopped": stopped(request.person, home)}
    return render(request, "shift/shift.html", {**told, **context})


def with_addresses(home: Facility, board: queries.Board) -> None:
    """Give the facts that open into something their address."""
    for fact in board.facts:
        if "shift" in fact:
            fact["href"] = reverse("facilities:past-shift", args=[home.pk, fact["shift"].pk])


def open_form(request: Request, home: Facility, moment: datetime) -> forms.OpenShiftForm:
    """Return the form for the shift that belongs to this time of day, with what is usual and who is planned filled in."""
    period = period_at(moment, home.zone)
    last, following = queries.last_end(home, moment), queries.next_start(home, moment)
    people = queries.can_be_on_duty(home)
    planned = planned_at(home, max(moment, period.starts_at) + timedelta(minutes=30))
    initial = {
        "name": period.name,
        "starts_at": max(period.starts_at, last or period.starts_at),
        "ends_at": min(period.ends_at, following or period.ends_at),
        "staff": sorted({str(request.person.pk), *(str(entry.person_id) for entry in planned)}),
        "asleep": [str(entry.person_id) for entry in planned if not entry.awake],
    }
    return forms.OpenShiftForm(request.POST or None, zone=home.zone, people=people, initial=initial)


@needs(Can.WORK_SHIFT)
@post_only("facilities:shift")
def open_shift(request: Request, pk: UUID) -> HttpResponse:
    """Open a shift."""
    home = queries.homes(request.person).get(pk=pk)
    form = open_form(request, home, now())
    if form.is_valid():
        asked = {key: form.cleaned_data[key] for key in ("name", "starts_at", "ends_at", "staff", "awake")}
        asked["starts_at"] = within_minute(asked["starts_at"], queries.last_end(home, now()))
        act = lambda: operations.open_shift(home, **asked, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: shift_url(home)):
            return response
    return shift_page(request, home, open_form=form)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
@post_only("facilities:shift")
def tap(request: Request, pk: UUID, resident: UUID) -> HttpResponse:
    """Log one thing just now for one young person; the tile comes back, or the whole page without script."""
    home = queries.homes(request.person).get(pk=pk)
    young = queries.stays(request.person, home).get(resident=resident).resident
    form = forms.TapForm(request.POST)
    refusal = "This button was out of date, so nothing was saved. Press it again."
    if form.is_valid():
        kind, outcome = form.cleaned_data["what"]
        moment = request.made.at if request.made else now()
        current = queries.shift_open_then(home, moment)
        refusal = NO_SHIFT
        if current is not None:
            what = {"kind": kind, "outcome": outcome, "reason": why_late(request, current)}
            what["how"] = CareEntry.How.SAW if kind in CareEntry.LOOKS else ""
            act = lambda: residents.log_care(  # noqa: E731
                young, facility=home, shift=current, happened_at=moment, **what, by=request.person
            )
            response = submit(request, form, act, lambda _: shift_url(home, f"y-{young.pk}"))
            refusal = "" if response else " ".join(str(sentence) for sentence in form.non_field_errors())
            if response and not request.htmx:
                return response
    if not request.htmx:
        return shift_page(request, home, refusal=refusal)
    board = with_doses(queries.board(request.person, home))
    with_addresses(home, board)
    mine = next(t for t in board.tiles if t.resident.pk == young.pk)
    response = render(
        request,
        "shift/_swap.html",
        {"board": board, "home": home, "zone": home.zone, "tile": mine, "refusal": refusal, "saved_at": now()},
    )
    if not refusal:
        response[HEADER] = "saved"
    return response


def why_late(request: Request, shift: Shift | None) -> str:
    """Return why an entry comes late that a tablet has kept while the connection was away; or "".

    That explains no entry whose shift was signed already when it was made: the person who wrote it says why.
    """
    signed_at = shift.signed_at if shift else None
    if request.made is None or (signed_at is not None and signed_at <= request.made.at):
        return ""
    return request.made.why_late(signed=signed_at is not None)


def tell(request: Request, sentence: str) -> None:
    """Say on the next page that something is saved, unless a tablet sends what nobody waits for any more."""
    if request.made is None or request.made.at_hand:
        messages.success(request, sentence)


@needs(Can.LOG_CARE, also=[Can.WORK_SHIFT])
def log(request: Request, pk: UUID, resident: UUID) -> HttpResponse:
    """Log anything for one young person, now or earlier, and read what was logged in this shift."""
    home = queries.homes(request.person).get(pk=pk)
    stay = queries.stays(request.person, home).select_related("resident").get(resident=resident)
    moment = now()
    current = queries.open_shift_at(home, moment)
    initial = {"happened_at": moment, "what": request.GET.get("what", "")}
    form = forms.CareForm(
        request.POST or None, zone=home.zone, earliest=stay.starts_at, resident=stay.resident, initial=initial
    )
    if form.is_valid():
        act = lambda: residents.log_care(stay.resident, **logged(request, home, form), by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: shift_url(home, f"y-{resident}")):
            tell(request, f"Saved for {stay.resident}.")
            return response
    since = current.starts_at if current else moment - queries.EARLIER
    context = {
        "form": form,
        "home": home,
        "zone": home.zone,
        "resident": stay.resident,
        "entries": queries.entries_of(request.person, home, stay.resident, since),
    }
    return render(request, "shift/log.html", context)


def within_minute(typed: datetime, exact: datetime | None) -> datetime:
    """Return ``exact`` when it lies in the minute that was typed: pages show whole minutes, shifts begin in between."""
    return exact if exact is not None and typed == exact.replace(second=0, microsecond=0) else typed


def logged(request: Request, home: Facility, form: forms.CareForm) -> dict[str, Any]:
    """Return the arguments of ``log_care`` from a valid form: the shift is the one in which it happened."""
    kind, outcome = form.cleaned_data["what"]
    written = request.made.at if request.made else now()
    current = queries.shift_open_then(home, written)
    happened_at = within_minute(form.cleaned_data["happened_at"], current.starts_at if current else None)
    shift = queries.shift_at(home, happened_at)
    if shift is None and current is not None and current.starts_at <= happened_at <= written:
        shift = current  # signed within the minute
    return {
        "facility": home,
        "shift": shift,
        "kind": kind,
        "outcome": outcome,
        "note": form.cleaned_data["note"],
        "reason": form.cleaned_data["reason"] or why_late(request, shift),
        "happened_at": happened_at,
    }


@needs(Can.WORK_SHIFT)
def several(request: Request, pk: UUID) -> HttpResponse:
    """Log one kind of thing for several young people, with the exceptions; without a kind, choose one."""
    home = queries.homes(request.person).get(pk=pk)
    living = list(queries.stays(request.person, home))
    context = {"home": home, "zone": home.zone, "living": living}
    chosen = request.POST.get("what") or request.GET.get("what", "")
    if chosen not in KNOWN or not living:
        return render(request, "shift/choose_what.html", {**context, "groups": forms.WHAT_CHOICES[1:]})
    moment = now()
    form = SeveralForm(
        request.POST or None,
        zone=home.zone,
        chosen=chosen,
        young_people=[stay.resident for stay in living],
        since={stay.resident_id: stay.starts_at for stay in living},
        places={each.resident.pk: each.place for each in homes_now([home])[0].people},
        moment=moment,
        everybody="all" in request.GET,
        initial={"happened_at": moment},
    )
    if form.is_valid():
        said, opened = form.cleaned_data["said"], form.opened_at()
        round_of_all = {
            "opened_at": datetime.fromtimestamp(opened, UTC) if opened else None,
            **{name: value for name, value in logged(request, home, form).items() if name not in ("outcome", "note")},
        }
        act = lambda: residents.log_each(said, **round_of_all, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: shift_url(home)):
            tell(request, f"Saved for {len(said)} young {'person' if len(said) == 1 else 'people'}.")
            return response
    title = chosen.partition("|")[2] or "Note"
    return render(request, "shift/several.html", {**context, "form": form, "title": title})


@needs(Can.WORK_SHIFT)
@post_only("facilities:shift")
def undo(request: Request, pk: UUID) -> HttpResponse:
    """Take back what the person logged a moment ago; the page shows what is in effect now."""
    home = queries.homes(request.person).get(pk=pk)
    form = forms.UndoForm(request.POST)
    refusal = "This button was out of date. Open the entry and change it there."
    if form.is_valid():
        act = lambda: residents.undo_care(form.cleaned_data["entries"], by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: shift_url(home)):
            messages.success(request, "Taken back. It stays in the log as “Written by mistake”.")
            return response
        refusal = " ".join(str(sentence) for sentence in form.non_field_errors())
    return shift_page(request, home, refusal=refusal)


@needs(Can.WORK_SHIFT)
@require_safe
def past_shift(request: Request, pk: UUID, shift: UUID) -> HttpResponse:
    """Read a shift: its hand-off, who was on duty, and its entries."""
    home = queries.homes(request.person).get(pk=pk)
    found = queries.past_shift(request.person, home, shift)
    before, following = queries.neighbours(found)
    context = {
        "home": home,
        "zone": home.zone,
        "shift": found,
        "before": before,
        "following": following,
        "page": queries.entries_of_shift(request.person, found, request.GET.get("after")),
        "contacts": of_shift(request.person, found),
        "may_sign": may_sign(request, found),
        **kept_for(request.person, found),
        "take_over": TakeOver.objects.filter(shift=found).select_related("taken_by").first(),
        "is_past": is_past(found),
        **queries.hand_off_for(request.person, found),
    }
    return render(request, "shift/past.html", context)


def may_sign(request: Request, found: Shift) -> bool:
    """Return whether this person may sign the shift: not signed yet, and on duty in it, or it is over and they run the home."""
    if found.signed_at is not None or found.starts_at > now():
        return False
    return was_on_duty(request, found) or (
        found.ends_at <= now() and Can.MANAGE_FACILITY in rights_on(request.person, found.facility)
    )


def was_on_duty(request: Request, found: Shift) -> bool:
    """Return whether this person was on duty in the shift."""
    return any(row.person_id == request.person.pk for row in found.staff.all())


@needs(Can.WORK_SHIFT)
def hand_off(request: Request, pk: UUID, shift: UUID) -> HttpResponse:
    """Write the hand-off and sign the shift."""
    home = queries.homes(request.person).get(pk=pk)
    found = queries.past_shift(request.person, home, shift)
    address = reverse("facilities:past-shift", args=[home.pk, found.pk])
    still_open = left_open(found) if may_sign(request, found) else []
    form = forms.HandOffForm(request.POST or None, on_duty=was_on_duty(request, found), left_open=still_open)
    if form.is_valid():
        act = lambda: operations.sign_shift(  # noqa: E731
            found,
            hand_off=form.cleaned_data["hand_off"],
            reason=form.cleaned_data.get("reason", ""),
            about_open=form.cleaned_data.get("about_open", ""),
            by=request.person,
        )
        if response := submit(request, form, act, lambda _: address):
            return response
    context = {
        "form": form,
        "home": home,
        "zone": home.zone,
        "shift": found,
        "may_sign": may_sign(request, found),
        "left_open": still_open,
        "exits_open": exits_left_open(found) if may_sign(request, found) else [],
        "closed": barred_from(request.person) if still_open else set(),
        "page": queries.entries_of_shift(request.person, found, None),
        "contacts": of_shift(request.person, found),
    }
    return render(request, "shift/hand_off.html", context)


@needs(Can.VIEW_CARE_LOG, also=[Can.WORK_SHIFT])
def entry(request: Request, pk: UUID, entry: UUID) -> HttpResponse:
    """Read one entry with its first text; change it while its shift is not signed, amend it afterwards."""
    home = queries.homes(request.person).get(pk=pk)
    found = queries.entry(request.person, home, entry, lock=request.method == "POST")
    if of_dose := queries.dose_of(found):
        return redirect("facilities:dose", home.pk, of_dose)
    newest = list(found.amendments.all())[-1:] or [found]
    own_and_open = found.written_by_id == request.person.pk and not queries.is_shut(found) and newest == [found]
    here = reverse("facilities:care-entry", args=[home.pk, found.pk])
    initial = {"outcome": newest[0].outcome, "note": newest[0].note, "happened_at": newest[0].happened_at}
    seen = {"version": f"{found.history.latest('history_id').history_id} {newest[0].pk}"}
    form: forms.OutcomeForm
    if own_and_open:
        form = forms.ChangeForm(request.POST or None, entry=found, initial=initial, **seen)
        act = lambda: residents.change_care(found, **values("outcome", "note"), by=request.person)  # noqa: E731
    else:
        earliest = queries.moved_in(found)
        seen["changed_by"] = f"{newest[0].written_by} at {time_of_day(newest[0].written_at.astimezone(home.zone))}"
        form = forms.AmendForm(
            request.POST or None, entry=found, zone=home.zone, earliest=earliest, initial=initial, **seen
        )
        act = lambda: residents.amend_care(  # noqa: E731
            found, **values("outcome", "note", "happened_at", "reason"), by=request.person
        )

    def values(*names: str) -> dict[str, Any]:
        return {name: form.cleaned_data[name] for name in names}

    if form.is_valid() and (response := submit(request, form, act, lambda _: here)):
        messages.success(request, "The change is saved." if own_and_open else "The amendment is saved.")
        return response
    context = {
        "form": form,
        "home": home,
        "zone": home.zone,
        "entry": found,
        "newest": newest[0],
        "amends": not own_and_open,
        "changes": changes(found.history.all(), limit=20),
    }
    return render(request, "shift/entry.html", context)
