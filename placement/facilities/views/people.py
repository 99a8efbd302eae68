"""Forms about who works at, runs or inspects a home."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities import operations
from placement.facilities.forms import homes as forms
from placement.facilities.queries import homes as queries
from placement.facilities.views.changing import change_page

both = require_http_methods(["GET", "POST"])


@needs(Can.CHANGE_FACILITY)
@both
def assign(request: Request, pk: UUID) -> HttpResponse:
    """Give somebody a role in the home."""
    home = queries.home_to_run(request.person, pk)
    people = queries.can_join(home, inspectors=request.person.may(Can.CONFIRM_POPULATION))
    initial = {"starts_at": now().replace(second=0, microsecond=0)}
    form = forms.AssignForm(request.POST or None, people=people, zone=home.zone, initial=initial)
    act = lambda: operations.assign(  # noqa: E731
        form.cleaned_data["person"],
        home,
        role=form.cleaned_data["person"].role,
        starts_at=form.cleaned_data["starts_at"],
        ends_at=form.cleaned_data["ends_at"],
        by=request.person,
    )
    lead = "From then on they see the home, and the young people who live there as far as their role allows."
    return change_page(
        request, home, form, act, title="Add somebody to the home", button="Add", part="staff", lead=lead
    )


@needs(Can.CHANGE_FACILITY)
@both
def end_assignment(request: Request, pk: UUID, assignment: UUID) -> HttpResponse:
    """End somebody's role in the home."""
    home = queries.home_to_run(request.person, pk)
    found = queries.assignment_of(home, assignment, lock=request.method == "POST")
    initial = {"at": now().replace(second=0, microsecond=0)}
    form = forms.EndAssignmentForm(
        request.POST or None,
        **queries.version_of(found, home),
        assignment=found,
        zone=home.zone,
        initial=initial,
    )
    act = lambda: operations.end_assignment(found, at=form.cleaned_data["at"], by=request.person)  # noqa: E731
    lead = f"{found.person.name}, {found.get_role_display().lower()}. Their sight of the home ends then."
    return change_page(
        request, home, form, act, title="End the role in the home", button="End it", part="staff", lead=lead
    )
