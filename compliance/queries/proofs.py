"""What the page of an obligation asks: each thing to do with its proof, the withdrawn ones, and files that may be given."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left
from django.urls import reverse

from compliance.models import Obligation, Proof
from compliance.queries.opened_to import Row, may_file, rights_of, row_for
from compliance.queries.told import tell, telling
from placement.access.models import Person
from placement.access.rights import Can
from residents.models import Disclosure, Document, Resident

MOST_FILES = 50
LAW = 200  # characters of a citation on a sheet
WRITTEN = ("told", "told_by", "reference", "note")


@dataclass(frozen=True)
class Item:
    """One thing that the rule asks for: its number, its words, its proof, and proofs that were withdrawn."""

    number: int
    words: str
    proof: Proof | None = None
    withdrawn: list[Proof] = field(default_factory=list)


def items_of(obligation: Obligation, person: Person) -> list[Item]:
    """Return what the rule asks for, in its order, with what ``person`` may read of each proof."""
    proofs = list(obligation.proofs.select_related("written_by", "withdrawn_by", "document"))
    told = telling(
        person, obligation, {who for proof in proofs for who in (proof.written_by, proof.withdrawn_by) if who}
    )
    for proof in proofs:
        tell(told, proof, proof.written_by, *WRITTEN)
        tell(told, proof, proof.withdrawn_by, "withdrawn_reason")
    return [
        Item(
            number,
            words,
            next((proof for proof in proofs if proof.item == number and not proof.withdrawn_at), None),
            [proof for proof in proofs if proof.item == number and proof.withdrawn_at],
        )
        for number, words in enumerate(obligation.rule.proofs, start=1)
    ]


def to_write_as_shared(obligation: Obligation, items: Iterable[Item], person: Person, rights: frozenset[Can]) -> str:
    """Return the address at which ``person`` writes down what was told outside of the young person, by this rule.

    Empty where nobody was told, for whoever may not share of the record, and once a sheet by the same law was made since the event.
    """
    told = any(item.proof and item.proof.told for item in items)
    if not told or obligation.resident_id is None or Can.DISCLOSE not in rights:
        return ""
    return to_share(obligation) if not_shared(person).filter(pk=obligation.pk).exists() else ""


def to_share(obligation: Obligation) -> str:
    """Return the address of the form by which a sheet is made by the same law."""
    law = {"law": obligation.rule.citation[:LAW]}
    return f"{reverse('residents:disclose', args=[obligation.resident_id])}?{urlencode(law)}"


def not_shared(person: Person) -> QuerySet[Obligation]:
    """Return those about young people of whose records ``person`` may share, by which somebody outside was told without a sheet."""
    law = Left(OuterRef("rule__citation"), LAW)
    sheets = Disclosure.objects.visible_to(person, Can.DISCLOSE).filter(
        resident=OuterRef("resident"), authority__startswith=law, disclosed_at__gte=OuterRef("event_at")
    )
    told = Proof.objects.filter(obligation=OuterRef("pk"), withdrawn_at=None).exclude(told="")
    young = Resident.objects.visible_to(person, Can.DISCLOSE)
    return Obligation.objects.filter(Exists(told), ~Exists(sheets), resident__in=young.order_by().values("pk"))


def files_for(row: Row, person: Person) -> QuerySet[Document]:
    """Return the newest files of the same young person, or of the home, that ``person`` may read."""
    if row.resident_id is None:
        found = Document.objects.visible_to(person, Can.CHANGE_FACILITY).filter(facility=row.facility_id)
        return Document.objects.filter(pk__in=found.values("pk")[:MOST_FILES])
    found = Document.objects.none()
    for part, right in Document.RIGHT_OF_PART.items():
        found = found | Document.objects.visible_to(person, right).filter(resident=row.resident_id, part=part)
    return Document.objects.filter(pk__in=found.values("pk")[:MOST_FILES])


def proof_to_withdraw(person: Person, pk: UUID, proof: UUID) -> Proof:
    """Return a proof that counts. Raises ``DoesNotExist`` for whoever may not file one, and for one that is withdrawn."""
    obligation = row_for(person, Obligation, pk)
    if not may_file(obligation, rights_of(obligation, person)):
        raise Obligation.DoesNotExist
    found = Proof.objects.select_related("written_by").get(pk=proof, obligation=pk, withdrawn_at__isnull=True)
    found.obligation = obligation
    tell(telling(person, obligation, [found.written_by]), found, found.written_by, *WRITTEN)
    return found
