"""Proofs that what a rule asks was done: filed by who does it, withdrawn where they were a mistake."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from compliance.judging import judge
from compliance.models import Obligation, Proof
from compliance.parts import FILED_BY, Part
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import Document

FUTURE = "This time has not come yet. Give the time when it was done."


@operation("filed a proof of what a rule asks for")
def file_proof(
    obligation: Obligation,
    *,
    item: int,
    done_at: datetime,
    how: str,
    by: Person,
    told: str = "",
    told_by: str = "",
    reference: str = "",
    note: str = "",
    document: Document | None = None,
) -> Proof:
    """File that ``item`` (1 is the first of ``obligation.rule.proofs``) was done at ``done_at`` (aware), and judge again.

    document: a file of the same young person, or of the home for what is about the home itself. Raises ``Refused`` for a time to
    come or before the event, for an item that has its proof, and for what is no longer asked; ``DoesNotExist`` for an obligation
    or a file that ``by`` may not see, or an obligation that is not theirs to meet.
    """
    obligation = to_meet(obligation, by)
    if done_at > now():
        raise Refused(FUTURE, field="done_at")
    if document is not None:
        right = Document.RIGHT_OF_PART.get(document.part, Can.CHANGE_FACILITY)
        document = Document.objects.visible_to(by, right).get(pk=document.pk)
    proof = Proof.objects.create(
        obligation=obligation,
        item=item,
        done_at=done_at,
        how=how,
        told=told.strip(),
        told_by=told_by.strip(),
        reference=reference.strip(),
        note=note.strip(),
        document=document,
        written_by=by,
    )
    _judge(obligation)
    return proof


@operation("withdrew a proof that was a mistake")
def withdraw_proof(proof: Proof, *, reason: str, by: Person) -> Proof:
    """Withdraw a proof: it stays readable, counts no more, and what it showed is judged again.

    Raises ``Refused`` without a reason or when it is withdrawn already; ``DoesNotExist`` as for filing one.
    """
    obligation = to_meet(proof.obligation, by)
    proof = Proof.objects.select_for_update(of=("self",), no_key=True).get(pk=proof.pk, obligation=obligation)
    if proof.withdrawn_by_id:
        raise Refused("This proof is withdrawn already. Nothing was changed.")
    if not reason.strip():
        raise Refused("Say why it is withdrawn.", field="reason")
    proof.withdrawn_by, proof.withdrawn_at, proof.withdrawn_reason = by, now(), reason.strip()
    proof.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    _judge(obligation)
    return proof


def to_meet(obligation: Obligation, by: Person) -> Obligation:
    """Return the obligation when ``by`` sees it and is one of those who do what it asks. Raises ``DoesNotExist`` otherwise."""
    seen = Obligation.objects.get(pk=obligation.pk)  # the database shows it, or not
    mine: Any = reduce(or_, (Obligation.objects.visible_to(by, right) for right in sorted(FILED_BY[Part(seen.part)])))
    return mine.select_related("rule").get(pk=seen.pk)


def _judge(obligation: Obligation) -> None:
    if obligation.resident_id:
        judge(young=[obligation.resident_id])
    else:
        judge(homes=[obligation.facility_id])
    obligation.refresh_from_db()
