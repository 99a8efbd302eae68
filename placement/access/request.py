"""What the request middleware adds to Django's request."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from placement.access.models import Person
from placement.access.outbox import Made


class Request(HttpRequest):
    """A request of a signed-in person: every view behind ``@needs`` gets one."""

    person: Person
    request_id: str
    held_back: bool
    made: Made | None
    idle_minutes: int
    htmx: HtmxDetails
