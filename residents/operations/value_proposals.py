"""Former values that a supervisor proposes to put back: proposing one, and what whoever keeps the case says to it."""

from collections.abc import Iterable
from uuid import UUID

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import Resident, ValueProposal
from residents.operations.guard import must
from residents.queries.value_proposals import former_of


@operation("proposed to put a former value back")
def propose_value(
    resident: Resident, *, record: str, thing: UUID, former: int, fields: Iterable[str], why: str, by: Person
) -> ValueProposal:
    """Propose to whoever keeps the case that ``fields`` say again what they said in the history row ``former``. Changes no value.

    record: label of the model. thing: the id of its row. Raises ``ObjectDoesNotExist`` unless ``by`` supervises the record and
    the row is one of its own with a form for these fields; ``Refused`` without a reason, and while another one waits.
    """
    must(by, resident, Can.VIEW_AUDIT)
    found = former_of(resident, record, thing, former, fields)
    return ValueProposal.objects.create(
        resident=resident,
        record=record,
        thing=thing,
        former=former,
        fields=sorted(found.fields),
        why=why.strip(),
        proposed_by=by,
    )


@operation("put a former value back that a supervisor proposed")
def take_value(proposal: ValueProposal, *, by: Person) -> ValueProposal:
    """End the proposal, because its form was saved.

    Raises ``DoesNotExist`` unless ``by`` keeps the case; ``Refused`` when it is answered already.
    """
    return _answer(proposal, ValueProposal.Answer.TAKEN, "", by)


@operation("refused to put a former value back")
def refuse_value(proposal: ValueProposal, *, reason: str, by: Person) -> ValueProposal:
    """Leave the value as it is, with the reason. Raises as ``take_value``, and ``Refused`` without a reason."""
    return _answer(proposal, ValueProposal.Answer.REFUSED, reason.strip(), by)


def _answer(proposal: ValueProposal, answer: str, reason: str, by: Person) -> ValueProposal:
    proposal = ValueProposal.objects.visible_to(by, Can.KEEP_CASE).locked().get(pk=proposal.pk)
    if proposal.answer:
        raise Refused("This is answered already. Nothing was changed.")
    proposal.answer, proposal.answered_by, proposal.answered_at, proposal.answer_reason = answer, by, now(), reason
    proposal.save(update_fields=["answer", "answered_by", "answered_at", "answer_reason"])
    return proposal
