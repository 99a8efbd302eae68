"""Duties of cases: decisions, separations, exceptions, referrals, dates, checks after leaving, arrivals."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import cast

from django.urls import reverse
from django.utils import timezone

from compliance.queries.tasks import Cut, Task, day_end, on_day
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import bars_to_judge
from placement.audit.clock import now
from placement.facilities.models import (
    Discharge,
    DischargeProposal,
    Hold,
    Override,
    Placement,
    Referral,
)
from placement.facilities.queries.exceptions import relied_on
from placement.facilities.queries.referrals import SEE_HOMES
from placement.ui.dates import full_day, moment_name, short_day, zoned
from residents.models import AccessRequest, Case, PopulationDesignation, SeparationRequest
from residents.queries import access_requests, bars, disclosures, emergencies, sealings, value_proposals
from residents.queries.leaving import checks_due
from residents.queries.medication import reviews

AHEAD = timedelta(days=60)


def decisions(person: Person, cut: Cut) -> Iterable[Task]:
    """Placements and exceptions that wait for this person's decision. The proposer's own are left out."""
    waiting = (
        Placement.objects.visible_to(person, Can.APPROVE_PLACEMENT)
        .filter(status=Placement.Status.PROPOSED)
        .exclude(proposed_by=person)
        .select_related("resident", "facility", "proposed_by")
    )
    for placement in cut(waiting.order_by("starts_at")):
        yield Task(
            placement.starts_at,
            f"Decide: {placement.resident} to {placement.facility}",
            f"Proposed by {placement.proposed_by}",
            reverse("placements:decide", args=[placement.pk]),
            "Read and decide",
        )
    asked = (
        Override.objects.visible_to(person, Can.APPROVE_PLACEMENT)
        .filter(status=Override.Status.PROPOSED)
        .exclude(proposed_by=person)
        .select_related("resident", "facility", "proposed_by")
    )
    for override in cut(asked.order_by("proposed_at")):
        yield Task(
            override.proposed_at + timedelta(days=1),
            f"Decide: exception for {override.resident} at {override.facility}",
            f"Asked for by {override.proposed_by}",
            reverse("placements:override", args=[override.pk]),
            "Read and decide",
        )


def changed_designations(person: Person, cut: Cut) -> Iterable[Task]:
    """Designations that would change or take back a confirmed one, and wait for a second person."""
    waiting = (
        PopulationDesignation.objects.visible_to(person, Can.APPROVE_PLACEMENT)
        .filter(standing=PopulationDesignation.Standing.WAITING)
        .exclude(decided_by=person)
        .select_related("resident", "decided_by")
    )
    for row in cut(waiting.order_by("decided_at")):
        yield Task(
            row.decided_at + timedelta(days=1),
            f"Decide: a change of the confirmed designation of {row.resident}",
            f"Designated by {row.decided_by}; the confirmed one counts until you agree",
            reverse("residents:review_designation", args=[row.resident_id, row.pk]),
            "Read and decide",
        )


def separations_to_complete(person: Person, cut: Cut) -> Iterable[Task]:
    """Separations that were asked for by a code, and that no home knows of until they are completed."""
    waiting = (
        SeparationRequest.objects.visible_to(person, Can.ASSIGN_TEAM)
        .filter(status=SeparationRequest.Status.WAITING)
        .select_related("resident", "asked_by")
    )
    for asked in cut(waiting.order_by("asked_at")):
        yield Task(
            asked.asked_at + timedelta(days=1),
            f"Complete a separation of {asked.resident}",
            f"{asked.asked_by} named the other young person by code; no home is ruled out until you complete it",
            reverse("residents:decide_separation", args=[asked.resident_id, asked.pk]),
            "Read and complete",
        )


def emergencies_to_judge(person: Person, cut: Cut) -> Iterable[Task]:
    """Records of the own cases that somebody opened by emergency access, until somebody else has judged it."""
    for glass in cut(emergencies.waiting_for(person)):
        yield Task(
            glass.judge_by,
            f"Emergency access by {glass.person} to {glass.resident}: read why, and judge it",
            glass.reason,
            reverse("break_glass:judge", args=[glass.pk]),
            "Read and judge",
            tag="overdue" if glass.judge_by < now() else "emergency",
            kind="due",  # after a young person who is not safe now
            strong=True,
        )


def bars_of_supervisors(person: Person, cut: Cut) -> Iterable[Task]:
    """Bars that somebody laid on a supervisor of another unit, by the young person's code alone, until one is judged."""
    codes = bars_to_judge(person)
    for bar in cut(bars.waiting_for(codes)):
        yield Task(
            bar.judge_by,
            f"A supervisor is barred from the record of {codes[bar.pk]}: read why, and judge it",
            "You read who barred whom, and nothing else of the record",
            reverse("bars:judge", args=[bar.pk]),
            "Read and judge",
            tag="overdue" if bar.judge_by < now() else "barred",
            kind="due",
            strong=True,
        )


def records_to_seal(person: Person, cut: Cut) -> Iterable[Task]:
    """Orders of a court to seal a whole record, recorded by somebody else, until one is put into force or refused."""
    for order in cut(sealings.to_seal(person)):
        yield Task(
            order.recorded_at + timedelta(days=1),
            f"A court's order to seal the record of {order.record.resident} waits: read it, and put it into force",
            f"Recorded by {order.recorded_by}",
            reverse("residents:decide_sealing", args=[order.record.resident_id, order.pk]),
            "Read and decide",
        )


def records_to_open(person: Person, cut: Cut) -> Iterable[Task]:
    """Orders of a court that end or open a sealing, recorded by somebody else, until one is put into force or refused."""
    for order in cut(sealings.to_unseal(person)):
        yield Task(
            order.recorded_at + timedelta(days=1),
            f"A court's order about sealed record {order.number} waits: read it, and put it into force",
            f"{order.get_kind_display()}. Recorded by {order.recorded_by}",
            reverse("sealings:decide", args=[order.pk]),
            "Read and decide",
        )


def access_to_decide(person: Person, cut: Cut) -> Iterable[Task]:
    """Requests for access to records of the own cases, and to the clinical notes of those on whose team the person is."""
    for asked in cut(access_requests.waiting_for(person)):
        whole = asked.asked_for == AccessRequest.AskedFor.RECORD
        of_what = "" if whole else f"{asked.get_asked_for_display().lower()} of "
        yield Task(
            asked.asked_at + timedelta(days=1),
            f"{asked.asker} asks for access to {of_what}{asked.resident}",
            asked.purpose,
            reverse("access_requests:decide", args=[asked.pk]),
            "Read and decide",
        )


def values_to_put_back(person: Person, cut: Cut) -> Iterable[Task]:
    """Former values of records of the own cases that a supervisor proposes to put back, until they are, or are refused."""
    for proposal in cut(value_proposals.waiting_for(person)):
        yield Task(
            proposal.proposed_at + timedelta(days=2),
            f"Decide: shall a former value stand in the record of {proposal.resident} again?",
            f"Proposed by {proposal.proposed_by}",
            reverse("residents:put_back", args=[proposal.resident_id, proposal.pk]),
            "Read and decide",
        )


def sheets_to_get_back(person: Person, cut: Cut) -> Iterable[Task]:
    """What was shared outside and must be back or destroyed by now, until somebody writes down what became of it.

    For the caseworker; for supervisors those of young people who have none.
    """
    late = disclosures.overdue(person)
    for sheet in cut(disclosures.without_caseworker(late) if person.role == Role.SUPERVISOR else late):
        since = [sheet.recalled_at, sheet.consent.withdrawn_at if sheet.consent else None]
        zone = sheet.disclosed_by.time_zone
        days = [sheet.until, *(zoned(moment, zone).date() for moment in since if moment)]
        due = min(day for day in days if day)
        yield Task(
            day_end(due, zone),
            f"Ask {sheet.recipient} {'again ' if sheet.recalled_at else ''}for what was shared about {sheet.resident}",
            f"{sheet.handed_to} has it. Write down whether it came back or was destroyed",
            reverse("residents:disclosure", args=[sheet.resident_id, sheet.pk]),
            "Look at it",
            note=on_day(due, zone),
        )


def exceptions_ending(person: Person, cut: Cut) -> Iterable[Task]:
    """Exceptions that end soon or have ended under a stay that goes on, unless a longer one has taken their place."""
    right = Can.APPROVE_PLACEMENT if person.role == Role.SUPERVISOR else Can.PROPOSE_PLACEMENT
    ending = (
        relied_on(Override.objects.visible_to(person, right))
        .filter(expires_at__lt=now() + timedelta(days=14))
        .select_related("resident", "facility")
    )
    for override in cut(ending.order_by("expires_at")):
        over = override.is_over
        yield Task(
            override.expires_at,
            f"The exception for {override.resident} at {override.facility} {'has ended' if over else 'ends'}",
            "Nothing allows this stay any more. Find another home, or ask for a new exception now"
            if over
            else "Find another home, or ask for a new exception before it ends",
            reverse("placements:override", args=[override.pk]),
            tag="ended" if over else "",
            strong=over,
        )


def own_referrals(person: Person, cut: Cut) -> Iterable[Task]:
    """Drafts to finish, and referrals that still need a home, with the bed that is held for them and until when."""
    held = {
        hold.referral_id: hold
        for hold in Hold.objects.visible_to(person, Can.PROPOSE_PLACEMENT)
        .filter(ends_at__gt=now(), referral__status=Referral.Status.OPEN)
        .select_related("bed__facility")
        .order_by("-ends_at")
    }
    referrals = (
        Referral.objects.visible_to(person, Can.PROPOSE_PLACEMENT)
        .filter(status__in=[Referral.Status.DRAFT, Referral.Status.OPEN])
        .select_related("resident")
    )
    for referral in cut(referrals.order_by("needed_from")):
        if referral.status == Referral.Status.DRAFT:
            yield Task(
                None,
                f"Finish the referral draft for {referral.resident}",
                f"Begun {short_day(timezone.localtime(referral.made_at))}",
                reverse("referrals:detail", args=[referral.pk]),
                "Go on",
                when="draft",
            )
        else:
            hold = held.get(referral.pk)
            until = moment_name(hold.ends_at, person.time_zone) if hold else ""
            bed = f". A bed at {hold.bed.facility} is held until {until}" if hold else ""
            yield Task(
                min(referral.needed_from, hold.ends_at) if hold else referral.needed_from,
                f"Find a home for {referral.resident}",
                f"Referral {referral}, {referral.get_urgency_display().lower()}{bed}",
                reverse("referrals:match", args=[referral.pk]),
                SEE_HOMES,
            )


def case_dates(person: Person, cut: Cut) -> Iterable[Task]:
    """Hearings in the next 60 days or overdue."""
    hearings = (
        Case.objects.visible_to(person, Can.KEEP_CASE)
        .filter(status=Case.Status.OPEN, next_hearing_on__lte=timezone.localdate(now()) + AHEAD)
        .select_related("resident")
    )
    for case in cut(hearings.order_by("next_hearing_on")):
        day = cast(date, case.next_hearing_on)  # cases without a hearing are not among them
        yield Task(
            day_end(day, person.time_zone),
            f"Hearing for {case.resident}",
            case.court or "Court not yet named",
            reverse("residents:detail", args=[case.resident_id]),
            note=on_day(day, person.time_zone),
        )


def consents(person: Person, cut: Cut) -> Iterable[Task]:
    """Consents to psychotropic drugs that must be looked at again, two weeks ahead and until a new order says when next."""
    right = Can.WRITE_CLINICAL if person.role == Role.CLINICIAN else Can.KEEP_CASE
    for order in cut(reviews(person, right, timezone.localdate(now()) + timedelta(days=14))):
        day = cast(date, order.review_on)
        yield Task(
            day_end(day, person.time_zone),
            f"Look at the consent again: {order.resident}",
            f"{order.title}. Consent of {order.consent_by}, {full_day(order.consent_on)}",
            reverse("residents:health", args=[order.resident_id]),
            "Read the order",
            note=on_day(day, person.time_zone),
        )


def after_care(person: Person, cut: Cut) -> Iterable[Task]:
    """Checks after a young person has left, in the next 60 days, and every overdue one until somebody has looked."""
    right = Can.APPROVE_PLACEMENT if person.role == Role.SUPERVISOR else Can.KEEP_CASE
    due = checks_due(Discharge.objects.visible_to(person, right)).filter(due_on__lte=timezone.localdate(now()) + AHEAD)
    for discharge in cut(due.select_related("resident").order_by("due_on")):
        yield Task(
            day_end(discharge.due_on, person.time_zone),
            f"{'Next' if discharge.checked else 'First'} check after leaving: {discharge.resident}",
            f"{discharge.after_care_contact} stays in touch",
            reverse("placements:after-care", args=[discharge.placement_id]),
            "Write it down",
            note=on_day(discharge.due_on, person.time_zone),
        )


def arrivals(person: Person, cut: Cut) -> Iterable[Task]:
    """Approved placements: the safety history to read, then the admission."""
    coming = (
        Placement.objects.visible_to(person, Can.ACCEPT_PLACEMENT)
        .filter(status=Placement.Status.APPROVED)
        .select_related("resident", "facility")
    )
    for placement in cut(coming.order_by("starts_at")):
        read = placement.safety_read_by_id is not None
        yield Task(
            placement.starts_at,
            f"{placement.resident} arrives at {placement.facility}",
            "Admit when the young person is here" if read else "Read and sign the safety history before the arrival",
            reverse("placements:detail", args=[placement.pk]),
            "Admit" if read else "Read and sign",
        )


def proposed_discharges(person: Person, cut: Cut) -> Iterable[Task]:
    """Discharges that a caseworker has proposed from the homes of this person, until the stay ends."""
    waiting = (
        DischargeProposal.objects.visible_to(person, Can.ACCEPT_PLACEMENT)
        .visible_to(person, Can.MANAGE_FACILITY)
        .filter(withdrawn_at=None, placement__status=Placement.Status.ACTIVE)
        .exclude(proposed_by=person)
        .select_related("resident", "placement__facility", "proposed_by")
    )
    for plan in cut(waiting.order_by("leaves_at")):
        home = plan.placement.facility
        day = short_day(zoned(plan.leaves_at, home.zone))
        yield Task(
            plan.leaves_at,
            f"{plan.resident} leaves {home} on {day}, proposed by {plan.proposed_by}",
            "Write the discharge when the young person has left",
            reverse("placements:discharge", args=[plan.placement_id]),
            "Read and discharge",
        )
