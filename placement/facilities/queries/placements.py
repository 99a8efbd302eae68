"""What the pages of placements and exceptions ask: where a stay stands, who signed what, what the home reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import in_force, rights_on
from placement.audit.clock import now
from placement.audit.reading import Change, changes, merged
from placement.facilities.matching.facts import Ground
from placement.facilities.matching.housemates import RESTRICTED_KEY
from placement.facilities.models import (
    AfterCareCheck,
    Discharge,
    DischargeProposal,
    Leave,
    Placement,
    Referral,
    WarningSignature,
)
from placement.facilities.operations.matching import hold_for_arrival
from placement.facilities.operations.stays import is_stale as read_again
from placement.facilities.queries.criteria import Line, codes_of, lines
from placement.facilities.queries.discharges import Proposed
from placement.facilities.queries.referrals import SEE_HOMES
from placement.facilities.safety import facts_of
from residents.models import HarmEvent, OutsidePerson, SafetyAlert, Separation

Status = Placement.Status
PAGE = 25
# Fetched after the placement: with five more joins, planning the query took three times as long as all the rest of it.
PEOPLE = ("override__decided_by", "proposed_by", "decided_by", "safety_read_by", "admitted_by")
STEPS = [  # what is done, what is to do, and the status in which it is done
    ("Proposed", "Proposal", Status.PROPOSED),
    ("Approved", "Decision", Status.APPROVED),
    ("Arrived", "Arrival", Status.ACTIVE),
    ("Ended", "The stay", Status.ENDED),
]
TAGS = {
    Status.PROPOSED: "due",
    Status.APPROVED: "due",
    Status.ACTIVE: "good",
    Status.ENDED: "",
    Status.DECLINED: "late",
    Status.WITHDRAWN: "",
}


@dataclass(frozen=True)
class Signature:
    """Who did one step, when, and why. ``due`` says what is still to be done."""

    step: str
    who: str = ""
    when: datetime | None = None
    why: str = ""


@dataclass(frozen=True)
class Action:
    """Something this reader may do now."""

    label: str
    href: str
    strong: bool = False


@dataclass(frozen=True)
class Warned:
    """A warning of the match that somebody signed: what it says, who signed it and why the home is right in spite of it."""

    pk: UUID
    text: str
    who: str
    why: str


@dataclass(frozen=True)
class SafetyHistory:
    """What the receiving home must know to keep everybody safe, and no more."""

    harm: list[HarmEvent]
    alerts: list[SafetyAlert]
    people: list[Separation]
    areas: list[Separation]
    others: int
    contacts: list[OutsidePerson]
    warnings: list[Warned]


@dataclass(frozen=True)
class Considered:
    """One home of a decision record as this reader may see it."""

    name: str
    kind: str
    result: str
    chosen: bool
    lines: list[Line]


def placement_for(person: Person, pk: UUID, right: Can = Can.VIEW_CASE_SUMMARY, *, lock: bool = False) -> Placement:
    """Return the placement. Raises ``Placement.DoesNotExist`` without ``right``, or when the home may not be known."""
    found = Placement.objects.visible_to(person, right).visible_to(person, Can.VIEW_FACILITY)
    return (
        (found.locked() if lock else found)
        .select_related("resident", "facility", "bed__room", "referral", "decision", "override")
        .prefetch_related(*PEOPLE)
        .get(pk=pk)
    )


def of_own_home(person: Person, pk: UUID) -> Placement:
    """Return a placement into a home that ``person`` runs. Raises ``Placement.DoesNotExist`` otherwise."""
    return placement_for(person, runs(person, pk).get().pk, Can.ACCEPT_PLACEMENT)


def runs(person: Person, pk: UUID) -> QuerySet[Placement]:
    """Return the placement, if it is into a home that ``person`` runs."""
    found = Placement.objects.visible_to(person, Can.ACCEPT_PLACEMENT).visible_to(person, Can.MANAGE_FACILITY)
    return found.filter(pk=pk)


def stay_of(person: Person, pk: UUID) -> Placement:
    """Return a stay that ``person`` may end or interrupt: the home's administrator, or the supervisor."""
    if runs(person, pk).exists():
        return placement_for(person, pk, Can.ACCEPT_PLACEMENT)
    return placement_for(person, pk, Can.APPROVE_PLACEMENT)


def case_of(person: Person, pk: UUID) -> Placement:
    """Return a stay for whoever keeps the case, or supervises it. Raises ``Placement.DoesNotExist`` otherwise."""
    if Placement.objects.visible_to(person, Can.KEEP_CASE).filter(pk=pk).exists():
        return placement_for(person, pk, Can.KEEP_CASE)
    return placement_for(person, pk, Can.APPROVE_PLACEMENT)


def rights_of(placement: Placement, person: Person) -> frozenset[Can]:
    """Return what ``person`` may do with the young person, and with the home."""
    return rights_on(person, placement.resident) | rights_on(person, placement.facility)


def steps(placement: Placement) -> list[dict[str, str]]:
    """Return which steps are done and which one is next, as ``components/steps.html`` shows it."""
    at = next((i for i, (*_, status) in enumerate(STEPS) if placement.status == status), None)
    if at is None:
        return []
    return [
        {"label": done if i <= at else to_do, "state": "done" if i <= at else "current" if i == at + 1 else "later"}
        for i, (done, to_do, _) in enumerate(STEPS)
    ]


def signatures(placement: Placement, rights: frozenset[Can], discharge: Discharge | None = None) -> list[Signature]:
    """Return every step with the name under it, and its reason as far as the reader may know it.

    ``discharge``: how the stay ended, when somebody wrote that down. Who ended it otherwise is known from the history.
    """
    decided = {Status.DECLINED: "Declined"}.get(Status(placement.status), "Approved")
    why = placement.decision.reason if placement.decision else ""
    if why and Can.VIEW_CASE not in rights:
        why = "Not open to you"
    rows = [Signature("Proposed", placement.proposed_by.name, placement.proposed_at, why)]
    if placement.decided_by:
        rows.append(Signature(decided, placement.decided_by.name, placement.decided_at, placement.decision_reason))
    if placement.safety_read_by:
        rows.append(Signature("Safety history read", placement.safety_read_by.name, placement.safety_read_at))
    if placement.admitted_by:
        rows.append(Signature("Arrived", placement.admitted_by.name, placement.starts_at))
    if placement.status == Status.ENDED:
        who = discharge.written_by.name if discharge else since(placement)[0]
        rows.append(Signature("Ended", who, placement.ends_at, placement.end_reason))
    if placement.status == Status.WITHDRAWN:
        rows.append(Signature("Withdrawn", *since(placement), placement.end_reason))
    return rows


def since(placement: Placement) -> tuple[str, datetime | None]:
    """Return who gave the placement the status that it has, and when."""
    rows = Placement.history.filter(id=placement.pk, status=placement.status).order_by("history_id")
    return rows.values_list("history_user_name", "history_date").first() or ("", None)


def next_text(placement: Placement, proposed: Proposed | None = None) -> str:
    """Return one sentence on what should happen next. ``proposed``: the newest proposed discharge."""
    if proposed and proposed.waits and not placement.is_overdue:
        return "A discharge is proposed. The home or a supervisor writes it when the young person has left."
    return {
        Status.PROPOSED: "A supervisor reads everything and decides. Whoever proposed it can't.",
        Status.APPROVED: (
            "The home is ready: record the arrival when the young person is there."
            if placement.safety_read_by_id
            else "Somebody of the home reads the safety history and signs, before the young person arrives."
        ),
        Status.ACTIVE: "The planned end of this stay has passed. End it, or let a supervisor say until when it goes on."
        if placement.is_overdue
        else "The young person lives here.",
        Status.ENDED: "This stay is over.",
        Status.DECLINED: "This placement was declined. The referral looks for another home.",
        Status.WITHDRAWN: "This placement was withdrawn.",
    }[Status(placement.status)]


def actions(
    placement: Placement, person: Person, rights: frozenset[Can], proposed: Proposed | None = None
) -> list[Action]:
    """Return what this reader may do now; the first one is the next thing to do.

    ``proposed``: the newest proposed discharge.
    """
    waiting = proposed.plan if proposed and proposed.waits else None
    home = {Can.ACCEPT_PLACEMENT, Can.MANAGE_FACILITY} <= rights
    found = []
    over = (Status.DECLINED, Status.WITHDRAWN)

    def add(label: str, name: str, *, strong: bool = False) -> None:
        found.append(Action(label, reverse(f"placements:{name}", args=[placement.pk]), strong))

    if (
        placement.status == Status.PROPOSED
        and Can.APPROVE_PLACEMENT in rights
        and placement.proposed_by_id != person.pk
    ):
        add("Read and decide", "decide", strong=True)
    if placement.status == Status.APPROVED and home:
        if placement.safety_read_by_id is None:
            add("Read the safety history", "safety", strong=True)
        elif read_again(placement, facts_of(placement)):
            add("Read what is new in the safety history", "safety", strong=True)
        else:
            add("Record the arrival", "admit", strong=True)
            add("Safety history", "safety")
    if placement.status in (Status.PROPOSED, Status.APPROVED) and Can.PROPOSE_PLACEMENT in rights:
        add("Withdraw", "withdraw")
    if placement.status == Status.ACTIVE and (home or Can.APPROVE_PLACEMENT in rights):
        if Can.APPROVE_PLACEMENT in rights and placement.proposed_by_id != person.pk:
            add("Change the planned end", "extend", strong=placement.is_overdue)
        add("Grant a leave", "leave")
        if waiting is None or waiting.proposed_by_id != person.pk:
            add("Discharge", "discharge", strong=waiting is not None)
    if placement.status == Status.ACTIVE and Can.PROPOSE_PLACEMENT in rights:
        if waiting:
            add("Withdraw the proposed discharge", "withdraw-discharge")
        else:
            add("Propose a discharge", "propose-discharge")
    if placement.status in over and Can.VIEW_CASE in rights and is_open(placement.referral):
        match = reverse("referrals:match", args=[placement.referral_id])
        found.append(Action(SEE_HOMES, match, strong=Can.PROPOSE_PLACEMENT in rights))
    return found


def is_open(referral: Referral | None) -> bool:
    """Return whether the referral looks for a home now."""
    return referral is not None and referral.status == Referral.Status.OPEN


def leaves_of(placement: Placement) -> list[Leave]:
    """Return the leaves of the stay, newest first, without those that were taken back."""
    return list(placement.leaves.filter(Leave.HOLDS).select_related("approved_by"))


def history(placement: Placement, person: Person, rights: frozenset[Can]) -> list[Change]:
    """Return the history of the placement as far as the reader may know it, newest first."""
    hide = ("resident", "decision", "referral", "override", "placement", "discharge", "proposal")
    found = []
    models: list[tuple[Any, dict[str, Any]]] = [
        (Placement, {"id": placement.pk}),
        (Leave, {"placement": placement.pk}),
        (DischargeProposal, {"placement": placement.pk}),
        (Discharge, {"placement": placement.pk}),
    ]
    if Can.VIEW_CASE in rights:
        models.append((AfterCareCheck, {"discharge__placement": placement.pk}))
    for model, key in models:
        rows = model.history.filter(**key)
        if Can.VIEW_AUDIT not in rights and not {Can.VIEW_HOME_AUDIT, Can.MANAGE_FACILITY} <= rights:
            rows = rows.filter(history_user_id=person.pk)
        found.append(changes(rows, limit=40, hide=hide))
    return merged(*found)


def considered(placement: Placement, rights: frozenset[Can]) -> list[Considered]:
    """Return the homes of the decision record, without what this reader may not know."""
    if placement.decision is None or Can.VIEW_CASE not in rights:
        return []
    reads_all = Can.VIEW_EXPLOITATION in rights
    homes = []
    for home in placement.decision.considered:
        rows = []
        for criterion in home["criteria"]:
            hidden = not reads_all and criterion["open_text"] is not None
            key, text = (RESTRICTED_KEY, criterion["open_text"]) if hidden else (criterion["key"], criterion["text"])
            if text:
                grounds = () if hidden else tuple(Ground(**each) for each in criterion.get("grounds", []))
                rows.append(Line(key, criterion["state"], text, criterion.get("signed", []), grounds=grounds))
        rows.sort(key=lambda line: ("failed", "warned", "passed", "info").index(line.state))
        chosen = home["facility"] == str(placement.decision.chosen_id)
        homes.append(Considered(home["name"], home["kind"], home["result"], chosen, rows))
    return sorted(homes, key=lambda home: (not home.chosen, home.result == "fails"))


def as_of_now(
    placement: Placement, person: Person, rights: frozenset[Can], *, arrival: datetime | None = None
) -> list[Line]:
    """Return the home's criteria as they are now, for the planned arrival unless another one is given."""
    if placement.referral is None:
        return []
    result, signed = hold_for_arrival(placement, placement.referral, person, arrival or max(placement.starts_at, now()))
    return lines(result, rights, signed, codes_of([result], person))


def before_arrival(placement: Placement, person: Person, rights: frozenset[Can]) -> dict[str, Any]:
    """Return what stands against an approved arrival: reasons why not, and warnings to sign.

    For whoever signs and for the home. ``sooner``: what must be signed only for an arrival before the planned time.
    """
    concerned = rights & {Can.PROPOSE_PLACEMENT, Can.APPROVE_PLACEMENT, Can.MANAGE_FACILITY}
    if placement.status != Status.APPROVED or not concerned:
        return {}
    planned = [line for line in as_of_now(placement, person, rights) if line.state == "failed" or line.needs]
    sooner = []
    if placement.starts_at > now():
        sooner = [line for line in as_of_now(placement, person, rights, arrival=now()) if line.needs]
    return {
        "open": planned,
        "sooner": [line for line in sooner if line not in planned],
        "may_sign": bool(rights & {Can.PROPOSE_PLACEMENT, Can.APPROVE_PLACEMENT}),
    }


def safety_history(placement: Placement) -> SafetyHistory:
    """Return what the receiving home must read. Others to be kept apart are a number: the database holds them apart."""
    who = placement.resident_id
    moment = now()
    open_ended = Q(ends_at__isnull=True) | Q(ends_at__gt=moment)
    separations = list(Separation.objects.filter(open_ended, Q(resident=who) | Q(other=who)))
    kinds = Separation.Kind
    others = {
        row.other_id if row.resident_id == who else row.resident_id for row in separations if row.kind == kinds.RESIDENT
    }
    return SafetyHistory(
        harm=list(HarmEvent.objects.filter(resident=who)),
        alerts=list(SafetyAlert.objects.filter(in_force(), resident=who)),
        people=[row for row in separations if row.kind == kinds.PERSON and row.resident_id == who],
        areas=[row for row in separations if row.kind == kinds.AREA and row.resident_id == who],
        others=len(others),
        contacts=list(OutsidePerson.objects.filter(resident=who).exclude(permission="allowed")),
        warnings=warned(placement),
    )


def warned(placement: Placement) -> list[Warned]:
    """Return the signed warnings of this home; restricted facts behind one are not named, whoever reads it."""
    if placement.referral_id is None:
        return []
    said = {}
    for home in placement.decision.considered if placement.decision else []:
        if home["facility"] == str(placement.facility_id):
            said = {
                each.get("signature"): each["text"] if each["open_text"] is None else each["open_text"]
                for each in home["criteria"]
            }
    rows = WarningSignature.objects.filter(referral=placement.referral_id, facility=placement.facility_id)
    return [
        Warned(row.pk, said.get(row.criterion) or "A warning of the match", row.signed_by.name, row.reason)
        for row in rows.select_related("signed_by").order_by("signed_at")
    ]
