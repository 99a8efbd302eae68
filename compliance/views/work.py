"""My work: the first page, which answers what must be done now."""

from django.http import HttpResponse
from django.shortcuts import render

from compliance.queries.visits import visit_of
from compliance.queries.work import my_work
from placement.access.guard import needs
from placement.access.queries import passwords_set
from placement.access.request import Request
from placement.access.rights import Can, Role


@needs(Can.SIGN_IN)
def work(request: Request) -> HttpResponse:
    """Show what this person must do, soonest first."""
    person = request.person
    return render(
        request,
        "work/work.html",
        {
            "work": my_work(person, everything="all" in request.GET),
            "visit": visit_of(person),
            "passwords": passwords_set() if person.role == Role.SUPERVISOR else [],
            "role": Role(person.role),
            "may_refer": person.may(Can.OPEN_CASE) and person.role == Role.CASEWORKER,
            "may_ask_access": person.may(Can.ASK_ACCESS) and person.opens_records,
            "may_break_glass": person.may(Can.BREAK_GLASS) and person.opens_records,
            "may_list_complaints": person.may(Can.LIST_COMPLAINTS),
            "may_confirm": person.may(Can.CONFIRM_ACCOUNTS),
            "may_list_due": person.may(Can.LIST_DEADLINES),
            "may_manage": person.may(Can.MANAGE_ACCOUNTS),
            "works_shift": person.role in {Role.STAFF, Role.ADMIN},
        },
    )
