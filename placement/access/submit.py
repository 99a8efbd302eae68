"""Saving a posted form once: the second press of a button, and a refusal by the database, both end in a sentence."""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac

from placement.access.models import FormKey, Person
from placement.access.request import Request
from placement.database.constraints import Refused
from placement.ui.forms import AskingField, retyped

SOMETHING_ELSE = (
    "Something else was saved with this form already, so what stands here is not saved yet. Check it and send it again."
)


def submit(request: Request, form: BaseForm, act: Callable[[], Any], to: Callable[[Any], str]) -> HttpResponse | None:
    """Do ``act`` once for a valid ``form`` (a ``ui.forms.FormKey``) and go to the address that ``to`` makes of its result.

    A second post of the same content with the same key changes nothing and goes where the first one went; other content is
    refused, and the form gets a new key. ``Refused`` becomes an error next to its field, everything typed stays, and
    ``None`` is returned so that the view shows the form again; so it is when an ``AskingField`` asks something back.
    """
    asking = [(name, field) for name, field in form.fields.items() if isinstance(field, AskingField)]
    asked = [field.asks(form, name, request.person) for name, field in asking]
    if any(asked):
        return None
    key = form.cleaned_data["form_key"]
    sent = {"person": request.person, "path": request.path[:200], "digest": digest_of(request, key)}
    try:
        with transaction.atomic():
            try:
                with transaction.atomic():
                    entry = FormKey.objects.create(key=key, went_to="", **sent)
            except IntegrityError:
                before = FormKey.objects.filter(key=key, **sent).first()
                if before is not None:
                    return redirect(before.went_to or "/")
                form.data = retyped(form, form_key=str(uuid.uuid4()))
                raise Refused(SOMETHING_ELSE) from None
            made = act()
            entry.went_to = to(made)
            entry.save(update_fields=["went_to"])
            for name, field in asking:
                field.saved(form, name, request.person, made)
            return redirect(entry.went_to)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
        return None


def saved_before(request: Request) -> str:
    """Return where a post has led that was saved already, with the same content, for the same person; or ""."""
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return ""
    sent = {"person": request.person, "path": request.path[:200], "digest": digest_of(request, key)}
    before = FormKey.objects.filter(key=key, **sent).first()
    return before.went_to if before else ""


def take_back(key: uuid.UUID, person: Person) -> str:
    """Use up the key of a form that waits on a tablet, so that it is never saved; return where it has led if it was before."""
    try:
        with transaction.atomic():
            FormKey.objects.create(key=key, went_to="", person=person)
    except IntegrityError:
        before = FormKey.objects.filter(key=key, person=person).first()
        return before.went_to if before else ""
    return ""


def is_used(form: BaseForm, person: Person) -> bool:
    """Return whether ``person`` has saved something with the key of ``form``: ``submit`` will do nothing more for it."""
    return FormKey.objects.filter(key=form.cleaned_data["form_key"], person=person).exists()


def digest_of(request: Request, key: uuid.UUID) -> str:
    """Return a fingerprint of address, fields and files of a post, keyed so that nobody can guess the content from it."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = []
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            content = hashlib.sha256()
            for chunk in upload.chunks():
                content.update(chunk)
            upload.seek(0)
            files.append((name, upload.name, content.hexdigest()))
    sent = json.dumps([request.get_full_path(), fields, files])
    return salted_hmac(f"access.submit.{key}", sent, algorithm="sha256").hexdigest()
