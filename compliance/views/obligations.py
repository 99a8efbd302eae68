"""What a rule asks after an event: with its clock, and the proof of each thing that was done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from compliance import forms, operations
from compliance.models import Obligation
from compliance.queries import opened_to, proofs
from compliance.queries.obligations import asked_of
from compliance.queries.rules import shown_by_records
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.audit.clock import now
from placement.ui.paging import keyset_page

PAGE = 25


@needs(Can.READ_RULES)
@require_safe
def to_do(request: Request) -> HttpResponse:
    """List everything that the law asks of the person, what is late first."""
    rows = asked_of(request.person).select_related("rule", "facility", "resident")
    page = keyset_page(rows, order=("due_at",), after=request.GET.get("after"), size=PAGE)
    others = any(row.severity == "watch" for row in page)
    return render(request, "compliance/to_do.html", {"page": page, "others": others})


@needs(*opened_to.READERS)
def obligation(request: Request, pk: UUID) -> HttpResponse:
    """Show what is asked, and take the proof from those who do it."""
    found = opened_to.row_for(request.person, Obligation, pk)
    rights, items = opened_to.rights_of(found, request.person), proofs.items_of(found, request.person)
    missing = [item for item in items if item.proof is None]
    files = bool(missing) and not found.ended_at and opened_to.may_file(found, rights)
    form = proof_form(request, found, missing) if files else None
    if form is not None and form.is_valid():
        said = form.given
        chosen = [int(number) for number in said.pop("items")]
        act = lambda: [operations.file_proof(found, item=item, **said, by=request.person) for item in chosen]  # noqa: E731
        if response := submit(request, form, act, lambda _: reverse("compliance:obligation", args=[pk])):
            messages.success(request, "It is written down.")
            return response
    context = {
        "obligation": found,
        "rule": found.rule,
        "home": opened_to.home_of(found, request.person),
        "whose": opened_to.whose(found),
        "why": opened_to.sentence(found.event, found.rule),
        "who": opened_to.who_does_it(found),
        "shown": shown_by_records(found.rule),
        "links": list(opened_to.ways(found.event, found, request.person)),
        "zone": found.facility.zone,
        "items": items,
        "form": form,
        "to_share": proofs.to_write_as_shared(found, items, request.person, rights),
        "may_withdraw": opened_to.may_file(found, rights),
        "late": found.due_at is not None and found.due_at <= now(),
        "of_others": found.severity == "watch",
        "changes": opened_to.history_of(found, request.person, rights),
        "may_list": request.person.may(Can.LIST_COMPLIANCE),
    }
    return render(request, "compliance/obligation.html", context)


def proof_form(request: Request, found: Obligation, missing: list[proofs.Item]) -> forms.ProofForm:
    """Return the form for what is still to be proved; where it is one thing, that is chosen."""
    return forms.ProofForm(
        request.POST or None,
        items=[(str(item.number), item.words) for item in missing],
        zone=found.facility.zone,
        files=proofs.files_for(found, request.person),
        initial={"done_at": now(), "items": [str(missing[0].number)] if len(missing) == 1 else []},
    )


@needs(*opened_to.FILERS)
def withdraw(request: Request, pk: UUID, proof: UUID) -> HttpResponse:
    """Withdraw a proof that was a mistake, with the reason."""
    found = proofs.proof_to_withdraw(request.person, pk, proof)
    form = forms.WithdrawForm(request.POST or None)
    page = reverse("compliance:obligation", args=[pk])
    if form.is_valid():
        act = lambda: operations.withdraw_proof(found, **form.given, by=request.person)  # noqa: E731
        if response := submit(request, form, act, lambda _: page):
            messages.success(request, "The proof is withdrawn. It stays readable, and counts no more.")
            return response
    shows = found.obligation.rule.proofs[found.item - 1]
    context = {"proof": found, "shows": shows, "obligation": found.obligation, "form": form, "back": page}
    return render(request, "compliance/withdraw.html", context)
