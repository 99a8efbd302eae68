"""What waits for a second person at an account, and the decision about it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access import forms, proposals, queries
from placement.access.guard import needs
from placement.access.models import AccountChange
from placement.access.request import Request
from placement.access.rights import Can, Role
from placement.access.submit import submit
from placement.ui.paging import keyset_page


@needs(Can.CONFIRM_ACCOUNTS)
def changes(request: Request) -> HttpResponse:
    """List the changes that wait for a second person, or those that are decided."""
    decided = "decided" in request.GET
    found = queries.account_changes(decided=decided)
    page = keyset_page(found, order=("-proposed_at",), after=request.GET.get("after"), size=50)
    here = reverse("accounts:changes")
    tabs = [
        {"label": "Waiting", "href": here, "current": not decided},
        {"label": "Decided", "href": f"{here}?decided", "current": decided},
    ]
    context = {"page": page, "decided": decided, "tabs": tabs, "may_manage": request.person.may(Can.MANAGE_ACCOUNTS)}
    return render(request, "accounts/changes.html", context)


@needs(Can.CONFIRM_ACCOUNTS)
def change(request: Request, pk: UUID) -> HttpResponse:
    """Read what is proposed for an account, by whom and why, and confirm or refuse it; take the own proposal back."""
    by, found = request.person, queries.account_change(pk)
    withdraws = request.POST.get("do") == "withdraw"
    decision = forms.DecideForm(None if withdraws else request.POST or None)
    withdrawal = forms.WithdrawForm(request.POST if withdraws else None)
    form: forms.FormKey = withdrawal if withdraws else decision
    if form.is_valid():
        acts: dict[str, Callable[[], AccountChange]] = {
            "": lambda: proposals.withdraw_change(found, by=by),
            "confirm": lambda: proposals.confirm_change(found, by=by),
            "refuse": lambda: proposals.refuse_change(found, reason=form.cleaned_data["reason"], by=by),
        }
        act = acts[form.cleaned_data.get("decision", "")]
        if response := submit(request, form, act, lambda _: reverse("accounts:change", args=[pk])):
            messages.success(
                request, "It is withdrawn. Nothing has changed." if withdraws else "Your decision is signed."
            )
            return response
        found = queries.account_change(pk)
    own = found.proposed_by_id == by.pk
    context = {
        "change": found,
        "form": decision,
        "refused": form,
        "may_decide": found.waits and not own and found.person_id != by.pk,
        "withdraw": withdrawal if found.waits and own else None,
        "opens": queries.opened_by(Role(found.role)),
        "may_manage": by.may(Can.MANAGE_ACCOUNTS),
    }
    return render(request, "accounts/change.html", context)
