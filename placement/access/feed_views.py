"""The page of the own calendar feeds: make one, see its address once, end it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access import feeds, forms
from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit


@needs(Can.READ_CALENDAR)
def calendars(request: Request) -> HttpResponse:
    """List the own calendar feeds; make one, whose address this answer alone shows, or end one."""
    person, here = request.person, reverse("accounts:calendars")
    ending = request.method == "POST" and "feed" in request.POST
    form = forms.NewFeedForm(request.POST if request.method == "POST" and not ending else None)
    end = forms.EndFeedForm(request.POST if ending else None, person=person)
    address = ""
    if ending and end.is_valid():
        act = lambda: feeds.end_calendar_feed(end.cleaned_data["feed"], by=person)  # noqa: E731
        if response := submit(request, end, act, lambda _: here):
            messages.success(request, "That feed has ended. Its address leads nowhere now.")
            return response
    elif form.is_valid():
        made: list[str] = []

        def make() -> None:
            made.append(feeds.make_calendar_feed(**form.given, by=person)[1])

        if response := submit(request, form, make, lambda _: here):
            if not made:  # it was sent twice: the first answer has shown the address
                return response
            address = request.build_absolute_uri(reverse("calendar:feed", args=made))
            form = forms.NewFeedForm()
    context = {"form": form, "end": end, "feeds": feeds.feeds_of(person), "address": address}
    return render(request, "accounts/calendars.html", context)
