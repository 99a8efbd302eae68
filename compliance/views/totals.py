"""The page of totals to give to somebody outside."""

from django.http import HttpResponse
from django.shortcuts import render

from compliance.queries.totals import SMALLEST
from compliance.queries.totals import totals as of_last_month
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can


@needs(Can.READ_TOTALS)
def totals(request: Request) -> HttpResponse:
    """Show the totals of the last month, without numbers in which somebody could be found."""
    return render(request, "reports/totals.html", {"totals": of_last_month(), "smallest": SMALLEST})
