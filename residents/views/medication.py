"""Medication in a record: the month, and the forms of orders."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from placement.access.guard import needs
from placement.access.request import Request
from placement.access.rights import Can
from placement.audit.clock import now
from placement.ui.dates import first_of_month
from residents import operations
from residents.forms import medication as forms
from residents.forms.record import ConfirmForm
from residents.models import ORDERS
from residents.queries import medication
from residents.queries.record import NEEDED, open_record
from residents.views.changes import form_page


@needs(*NEEDED["health"])
def month(request: Request, pk: UUID) -> HttpResponse:
    """One month of doses, on the screen and on paper; with the code in place of the name when that is chosen."""
    record = open_record(request.person, pk, *NEEDED["health"], current="health")
    first = first_of_month(request.GET.get("month", ""), now().astimezone(record.zone).date())
    context = {"record": record, "zone": record.zone, "by_code": "code" in request.GET, "printed_at": now()}
    return render(request, "medication/month.html", context | medication.month(record, first))


order_medication = form_page(
    "Write a medication order",
    forms.OrderMedicationForm,
    operations.order_medication,
    *ORDERS,
    back="health",
    button="Sign the order",
    done="The order is signed. A controlled or psychotropic drug waits until a second person has checked it.",
    text=medication.before_ordering,
)
change_medication = form_page(
    "Change this order",
    forms.ChangeMedicationForm,
    lambda order, *, reason, by, **new: operations.change_medication(order, reason=reason, new=new, by=by),
    *ORDERS,
    back="health",
    button="Stop the old order and sign the new one",
    done="The old order is stopped. The new one counts from now on.",
    text=lambda order: medication.before_ordering(order.resident),
    about=medication.order_for,
    edits=True,
)
stop_medication = form_page(
    "Stop this order?",
    forms.StopMedicationForm,
    operations.stop_medication,
    *ORDERS,
    back="health",
    button="Stop the order",
    done="The order is stopped. It stays in the record.",
    text=lambda order: f"{order.title}, {order.dose}. Nothing more is given by it from now on.",
    about=medication.order_for,
)
check_medication = form_page(
    "Check this order",
    ConfirmForm,
    operations.check_medication,
    *ORDERS,
    Can.LOG_CARE,
    back="health",
    button="It says what the prescription says",
    done="You have checked the order. Doses can be given.",
    text=medication.read_aloud,
    about=medication.order_for,
)
