"""Saving a posted form once: the second press of a button, and a refusal by the database, both end in a sentence."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect

from placement.access.models import FormKey
from placement.access.request import Request
from placement.database.constraints import Refused


def submit(request: Request, form: BaseForm, act: Callable[[], Any], to: Callable[[Any], str]) -> HttpResponse | None:
    """Do ``act`` once for a valid ``form`` (a ``ui.forms.FormKey``) and go to the address that ``to`` makes of its result.

    A second post with the same key changes nothing and goes where the first one went. ``Refused`` becomes an error next to
    its field, everything typed stays, and ``None`` is returned so that the view shows the form again.
    """
    key = form.cleaned_data["form_key"]
    try:
        with transaction.atomic():
            try:
                with transaction.atomic():
                    entry = FormKey.objects.create(key=key, person=request.person, went_to="")
            except IntegrityError:
                return redirect(FormKey.objects.get(key=key, person=request.person).went_to or "/")
            entry.went_to = to(act())
            entry.save(update_fields=["went_to"])
            return redirect(entry.went_to)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        return None
