"""What the account pages ask. Accounts are not guarded records: the role right ``MANAGE_ACCOUNTS`` opens them all.

So does ``CONFIRM_ACCOUNTS`` with what is proposed for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from placement.access.models import AccountChange, AgencyUnit, Person
from placement.access.passwords import names_used_here
from placement.access.rights import AGENCY_RIGHTS, HOME_RIGHTS, RESIDENT_RIGHTS, ROLE_RIGHTS, Can, Role
from placement.audit.clock import now

TOLD = timedelta(days=7)


@dataclass(frozen=True)
class PasswordSet:
    """A password that somebody else gave a person, with a new account or later, or took away with the second factor."""

    name: str
    by: str
    when: datetime
    new: bool
    factor: bool


def passwords_set() -> list[PasswordSet]:
    """Return the passwords that were set for somebody else, or taken away with a second factor, in the last seven days.

    Newest first.
    """
    rows = Person.history.filter(password_set_by__isnull=False, password_changed_at__gte=now() - TOLD)
    first = rows.order_by("id", "password_changed_at", "history_id").distinct("id", "password_changed_at")
    found = [
        PasswordSet(
            row.name,
            row.password_set_by.name,
            row.password_changed_at,
            new=row.history_type == "+",
            factor=row.history_act == "access.remove_factor",
        )
        for row in first.select_related("password_set_by")
    ]
    return sorted(found, key=lambda one: one.when, reverse=True)


def accounts(*, text: str = "", role: str = "", state: str = "") -> QuerySet[Person]:
    """Return accounts. ``text`` is a part of name, username or staff number; ``state`` is "open", "closed" or "waits".

    Each knows as ``waits`` whether a change of it waits for a second person.
    """
    waiting = AccountChange.objects.filter(_waits(), person=OuterRef("pk"))
    found = Person.objects.select_related("unit").annotate(waits=Exists(waiting))
    if text:
        found = found.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(staff_number__icontains=text))
    if role:
        found = found.filter(role=role)
    if state == "waits":
        found = found.filter(waits=True)
    elif state:
        found = found.filter(is_active=state == "open")
    return found


def account(pk: UUID, *, lock: bool = False) -> Person:
    """Return one account. Raises ``Person.DoesNotExist``.

    ``lock`` holds it while a form about it is saved, so that its version can't change in between.
    """
    found = Person.objects.select_related("unit")
    return (found.select_for_update(no_key=True, of=("self",)) if lock else found).get(pk=pk)


def account_changes(*, decided: bool = False) -> QuerySet[AccountChange]:
    """Return the proposed changes of accounts that wait for a second person, or the ``decided`` ones and those that ran out."""
    found = AccountChange.objects.select_related("person", "unit", "proposed_by", "decided_by")
    return found.exclude(_waits()) if decided else found.filter(_waits())


def account_change(pk: UUID) -> AccountChange:
    """Return one proposed change of an account. Raises ``AccountChange.DoesNotExist``."""
    return AccountChange.objects.select_related("person__unit", "unit", "proposed_by", "decided_by").get(pk=pk)


def change_that_waits(person: Person) -> AccountChange | None:
    """Return the change of the account of ``person`` that waits for a second person."""
    return account_changes().filter(person=person).first()


def changes_to_confirm(by: Person) -> QuerySet[AccountChange]:
    """Return the changes about which ``by`` can decide: neither proposed by them nor for them. The one that ends first, first."""
    return account_changes().exclude(proposed_by=by).exclude(person=by).order_by("ends_at")


def _waits() -> Q:
    return Q(status=AccountChange.Status.WAITING, ends_at__gt=now())


def opened_by(role: Role) -> list[tuple[str, list[str]]]:
    """Return what ``role`` opens, for whoever confirms it: of what, and the sentences of the rights."""
    none: frozenset[Can] = frozenset()
    of_young = RESIDENT_RIGHTS.get(role, none)
    whose = "of the unit" if role == Role.SUPERVISOR else "on their caseload or team, or in the home where they work"
    found = [
        ("At once", ROLE_RIGHTS[role]),
        ("Of every home of the agency", AGENCY_RIGHTS.get(role, none)),
        ("Of a home, once they work there", HOME_RIGHTS.get(role, none)),
        (f"Of each young person {whose}", of_young),
    ]
    return [(of, [right.label for right in Can if right in rights]) for of, rights in found if rights]


def units() -> list[AgencyUnit]:
    """Return the agency's units by name."""
    return list(AgencyUnit.objects.order_by("name", "pk"))


@names_used_here
def names_of_units() -> Iterable[str]:
    """Return the names of all units."""
    return AgencyUnit.objects.values_list("name", flat=True)


def units_with_supervisors() -> QuerySet[AgencyUnit]:
    """Return the agency's units by name, each with the number of its supervisors who may sign in."""
    of_unit = Q(people__role=Role.SUPERVISOR, people__is_active=True)
    return AgencyUnit.objects.annotate(supervisors=Count("people", filter=of_unit)).order_by("name", "pk")


def version(person: Person) -> int:
    """Return the newest history id of an account, for the check that nobody else changed it."""
    return person.history.latest("history_id").history_id
