"""What is done at once to protect, and what was found in the end: decided by who answers for the home, never by the accused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import AllegationOutcome, Incident, ProtectiveStep

Kind = ProtectiveStep.Kind
FREES = (  # findings after which nothing protects from the accused any more
    AllegationOutcome.Finding.NOT,
    AllegationOutcome.Finding.INCONCLUSIVE,
    AllegationOutcome.Finding.WITHDRAWN,
)
YOUNG, ACCUSED = "young", "accused"  # the two sides that are told


@dataclass(frozen=True)
class Decided:
    """One protective step: taken or not, and what exactly, or why not."""

    kind: str
    taken: bool
    note: str


@operation("decided the protective steps")
def decide_protective_steps(
    incident: Incident, *, steps: Iterable[Decided], review_on: date, by: Person
) -> list[ProtectiveStep]:
    """Say of each kind that is not decided yet whether it is taken, and of those that are when somebody looks again.

    Raises ``Refused`` where one is left out, without words, and for a day of review that has passed.
    """
    incident = decided_by(incident, by)
    given = {step.kind: step for step in steps}
    open_ = set(Kind.values) - set(incident.protective_steps.filter(ended_at=None).values_list("kind", flat=True))
    if review_on < now().astimezone(incident.facility.zone).date():
        raise Refused("This day has passed. Choose when somebody looks again.", field="review_on")
    for kind in Kind.values:
        if kind in open_ and (kind not in given or not given[kind].note.strip()):
            raise Refused("Say of each step what exactly is done, or why it is not.", field=f"{kind}_note")
    return [
        ProtectiveStep.objects.create(
            incident=incident,
            kind=step.kind,
            taken=step.taken,
            note=step.note.strip(),
            review_on=review_on if step.taken else None,
            decided_by=by,
        )
        for step in given.values()
        if step.kind in open_
    ]


@operation("ended a protective step")
def end_protective_step(protective_step: ProtectiveStep, *, reason: str, by: Person) -> ProtectiveStep:
    """End one now, also to decide it anew. Raises ``Refused`` without a reason, and twice."""
    row = ProtectiveStep.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=protective_step.pk)
    if row.ended_at is not None:
        raise Refused("This has ended already. Nothing was changed.")
    if not reason.strip():
        raise Refused("Say why it ends.", field="reason")
    row.ended_by, row.ended_at, row.ended_reason = by, now(), reason.strip()
    row.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    return row


@operation("recorded the outcome of an allegation")
def record_outcome(
    incident: Incident,
    *,
    finding: str,
    authority: str,
    found_on: date,
    based_on: str,
    for_young: str,
    for_accused: str,
    for_accused_note: str = "",
    by: Person,
) -> AllegationOutcome:
    """Keep what was found, by whom, on what, and what follows for both sides. It is recorded once.

    Where it was not found that it happened, the protective steps end with it; where it was, each is ended by itself.
    """
    incident = decided_by(incident, by)
    if AllegationOutcome.objects.filter(incident=incident).exists():
        raise Refused("The outcome is recorded already. What was learned later is an amendment.")
    if not (authority.strip() and based_on.strip() and for_young.strip()):
        raise Refused("Say who found it, on what it rests, and what follows for the young person.")
    outcome = AllegationOutcome.objects.create(
        incident=incident,
        finding=finding,
        authority=authority.strip(),
        found_on=found_on,
        based_on=based_on.strip(),
        for_young=for_young.strip(),
        for_accused=for_accused,
        for_accused_note=for_accused_note.strip(),
        recorded_by=by,
    )
    if finding in FREES:
        why = f"The outcome: {outcome.get_finding_display()}"
        for row in incident.protective_steps.filter(ended_at=None):
            row.ended_by, row.ended_at, row.ended_reason = by, now(), why
            row.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    return outcome


@operation("wrote down who was told the outcome")
def tell_outcome(outcome: AllegationOutcome, *, side: str, on: date, told: str, by: Person) -> AllegationOutcome:
    """Keep on which day one side (``YOUNG`` or ``ACCUSED``) was told, and by whom; or why they can't be. Once for each."""
    if side not in (YOUNG, ACCUSED):
        raise Refused("Choose who was told.", field="side")
    outcome = AllegationOutcome.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=outcome.pk)
    if getattr(outcome, f"{side}_told_on") is not None:
        raise Refused("This is written down already. Nothing was changed.")
    if not told.strip():
        raise Refused("Say who told them, or why they can't be told.", field="told")
    setattr(outcome, f"{side}_told_on", on)
    setattr(outcome, f"{side}_told", told.strip())
    outcome.save(update_fields=[f"{side}_told_on", f"{side}_told"])
    return outcome


def decided_by(incident: Incident, by: Person) -> Incident:
    """Return the allegation, locked, about which ``by`` decides. Raises ``Refused`` for what is no allegation, or not sent."""
    found: Incident = Incident.objects.visible_to(by, Can.REVIEW_INCIDENT).locked().get(pk=incident.pk)
    if found.kind != Incident.Kind.ALLEGATION or found.status == Incident.Status.DRAFT:
        raise Refused("This is decided only about an allegation that was sent.")
    if found.status == Incident.Status.CLOSED:
        raise Refused("This incident is already closed.")
    return found
