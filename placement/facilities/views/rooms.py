"""Forms about units, rooms, beds and exits."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from placement.access.former import fill_in, giving_why
from placement.access.guard import needs
from placement.access.posting import post_only
from placement.access.request import Request
from placement.access.rights import Can
from placement.facilities import operations
from placement.facilities.forms import homes as forms
from placement.facilities.models import Room
from placement.facilities.putting_back import BED
from placement.facilities.queries import homes as queries
from placement.facilities.views.changing import change_page
from placement.ui.forms import FormKey

both = require_http_methods(["GET", "POST"])


@needs(Can.CHANGE_FACILITY)
@both
def add_unit(request: Request, pk: UUID) -> HttpResponse:
    """Add a unit."""
    home = queries.home_to_run(request.person, pk)
    form = forms.UnitForm(request.POST or None)
    act = lambda: operations.add_unit(home, form.cleaned_data["name"], by=request.person)  # noqa: E731
    return change_page(request, home, form, act, title="Add a unit", part="beds")


@needs(Can.CHANGE_FACILITY)
@both
def add_room(request: Request, pk: UUID) -> HttpResponse:
    """Add a room."""
    home = queries.home_to_run(request.person, pk)
    form = forms.RoomForm(request.POST or None, units=home.units.all())
    act = lambda: operations.add_room(  # noqa: E731
        form.cleaned_data["unit"], form.cleaned_data["name"], by=request.person
    )
    return change_page(request, home, form, act, title="Add a room", part="beds")


@needs(Can.CHANGE_FACILITY)
@both
def add_bed(request: Request, pk: UUID) -> HttpResponse:
    """Add a bed."""
    home = queries.home_to_run(request.person, pk)
    form = forms.BedForm(request.POST or None, rooms=Room.objects.filter(unit__facility=home))
    act = lambda: operations.add_bed(  # noqa: E731
        form.cleaned_data["room"], form.cleaned_data["name"], by=request.person
    )
    return change_page(request, home, form, act, title="Add a bed", part="beds")


@needs(Can.CHANGE_FACILITY)
@both
def close_bed(request: Request, pk: UUID, bed: UUID) -> HttpResponse:
    """Take a bed out of use."""
    home = queries.home_to_run(request.person, pk)
    found = queries.bed_of(home, bed, lock=request.method == "POST")
    initial = {"from_": found.closed_from or home.today, "until": found.closed_until, "why": found.closed_why}
    form = forms.CloseBedForm(request.POST or None, **queries.version_of(found, home), initial=initial)
    former = fill_in(request, form, found, BED, home.zone)

    def close() -> Any:
        given = {name: form.cleaned_data[name] for name in ("from_", "until", "why")}
        return operations.close_bed(found, **given, by=request.person)

    return change_page(
        request,
        home,
        form,
        giving_why(form, close),
        title=f"{found.room.name} · bed {found.name}",
        lead=former,
        button="Take it out of use",
        part="beds",
        bed=found,
        key=FormKey(),
    )


@needs(Can.CHANGE_FACILITY)
@post_only("facilities:detail")
def reopen_bed(request: Request, pk: UUID, bed: UUID) -> HttpResponse:
    """Put a bed back into use."""
    home = queries.home_to_run(request.person, pk)
    found = queries.bed_of(home, bed, lock=request.method == "POST")
    act = lambda: operations.reopen_bed(found, by=request.person)  # noqa: E731
    return change_page(request, home, FormKey(request.POST), act, title="Put the bed back into use", part="beds")


@needs(Can.CHANGE_FACILITY)
@both
def add_exit(request: Request, pk: UUID) -> HttpResponse:
    """Add an exit."""
    home = queries.home_to_run(request.person, pk)
    form = forms.ExitForm(request.POST or None)
    act = lambda: operations.add_exit(  # noqa: E731
        home, form.cleaned_data["name"], has_alarm=form.cleaned_data["has_alarm"], by=request.person
    )
    return change_page(request, home, form, act, title="Add an exit", part="exits")
