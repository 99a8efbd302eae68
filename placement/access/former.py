"""A former value, proposed again: the form that changes a record is filled in from a row of its history, and asks why.

There is no way back but the usual one: the same form, the same operation, and a second person where it needs one. The address
carries the number of the history row and the names of fields, never a value; the row is read with the rights of whoever opens
the form, and only from the history of the record that the form changes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import BigIntegerField
from django.forms import BaseForm
from django.http import Http404
from django.urls import reverse

from placement.access.request import Request
from placement.access.rights import Can
from placement.database.context import set_reason
from placement.ui.dates import full_moment
from placement.ui.forms import LongTextField

WHY = "put_back_because"
MOST_DIGITS = 19  # of the greatest key; Python refuses to read a number of thousands


@dataclass(frozen=True)
class Way:
    """The form by which fields of one kind of record are changed.

    url: its name. right: who may open it. fields: field of the record → field of the form. args: the arguments of its address
    after the id of the young person or the home, from the record. holds: whether this record can be changed now.
    stood: whether the form can bring back what this row of history said; where it can't, the page says what does.
    own_acts: only what the reader has changed themselves is put back, because they read no more of its history.
    """

    url: str
    right: Can
    fields: Mapping[str, str]
    args: Callable[[Any], tuple[Any, ...]] = lambda record: ()
    holds: Callable[[Any], bool] = lambda record: True
    stood: Callable[[Any], bool] = lambda row: True
    own_acts: bool = False


def address_of(way: Way, owner: Any, record: Any, row: int, fields: Iterable[str]) -> str:
    """Return the address of the form of ``record``, filled in with what ``fields`` said in the history row of key ``row``.

    owner: the id of the young person or the home.
    """
    asked = [("former", row), *(("field", name) for name in fields)]
    return f"{reverse(way.url, args=[owner, *way.args(record)])}?{urlencode(asked)}"


def fill_in(
    request: Request, form: BaseForm, record: Any, way: Way | None, zone: Any, *, proposed: str | None = None
) -> str:
    """Fill ``form`` in with the former value that the address asks for, and let it ask why. Return what the page says of it.

    proposed: why somebody who reads all of its history proposes it to this reader, who else puts back only what they changed
    themselves; ``None`` when nobody does.

    "" when the address asks for none. Raises ``Http404`` for a row that is not one of this record's, or that the reader is not
    shown, and for a field that the form does not change.
    """
    asked, names = request.GET.get("former", ""), request.GET.getlist("field")
    if not asked:
        return ""
    if (
        way is None
        or not names
        or not asked.isascii()
        or not asked.isdigit()
        or len(asked) > MOST_DIGITS
        or int(asked) > BigIntegerField.MAX_BIGINT
    ):
        raise Http404
    row = record.history.filter(history_id=int(asked)).first()
    if row is None or any(way.fields.get(name) not in form.fields for name in names):
        raise Http404
    if way.own_acts and proposed is None and getattr(row.next_record, "history_user_id", None) != request.person.pk:
        raise Http404
    filled = [way.fields[name] for name in names]
    if not form.is_bound:
        form.initial = {**form.initial, **{way.fields[name]: getattr(row, name) for name in names}}
    if "reason" in form.fields:
        form.fields["reason"].required = True
    else:
        form.fields[WHY] = LongTextField(label="Why is it put back?", max_length=1000)
    if proposed and not form.is_bound:
        form.initial["reason" if "reason" in form.fields else WHY] = proposed
    labels = " and ".join(f"“{form.fields[name].label}”" for name in filled)
    when = full_moment(row.history_date, zone)
    return f"{labels} is filled in from the record of {when}. Nothing is saved yet. Say why it is put back."


def giving_why(form: BaseForm, act: Callable[[], Any]) -> Callable[[], Any]:
    """Return ``act`` with the reason that ``fill_in`` has asked for, when the form has no such field of its own."""
    if WHY not in form.fields:
        return act

    def run() -> Any:
        set_reason(form.cleaned_data.pop(WHY).strip())
        return act()

    return run
