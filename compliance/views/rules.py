"""The rules of the law: the list, and one rule with its versions and the homes that meet it or don't."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance import forms
from compliance.queries import rules as queries
from compliance.queries.trend import first_day
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can


@needs(Can.READ_RULES)
@require_safe
def rule_list(request: Request) -> HttpResponse:
    """List the rules of all packs, by area."""
    form = forms.RuleFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = queries.rules_page(after=request.GET.get("after"), **wanted)
    context = {
        "form": form,
        "page": page,
        "filtered": any(wanted.values()),
        "first_day": first_day(),
        "may_list": request.person.may(Can.LIST_COMPLIANCE),
    }
    return render(request, "compliance/rules.html", context)


@needs(Can.READ_RULES)
@require_safe
def rule(request: Request, rule: str) -> HttpResponse:
    """Show one rule: its words, since when it holds, and which homes meet it."""
    return render(request, "compliance/rule.html", {"page": queries.rule_page(request.person, rule)})
