"""What the account pages ask. Accounts are not guarded records: the role right ``MANAGE_ACCOUNTS`` opens them all."""

from uuid import UUID

from django.db.models import Q, QuerySet

from placement.access.models import AgencyUnit, Person


def accounts(*, text: str = "", role: str = "", state: str = "") -> QuerySet[Person]:
    """Return accounts. ``text`` is a part of name, username or staff number; ``state`` is "open" or "closed"."""
    found = Person.objects.select_related("unit")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(staff_number__icontains=text))
    if role:
        found = found.filter(role=role)
    if state:
        found = found.filter(is_active=state == "open")
    return found


def account(pk: UUID, *, lock: bool = False) -> Person:
    """Return one account. Raises ``Person.DoesNotExist``.

    ``lock`` holds it while a form about it is saved, so that its version can't change in between.
    """
    found = Person.objects.select_related("unit")
    return (found.select_for_update(no_key=True, of=("self",)) if lock else found).get(pk=pk)


def units() -> list[AgencyUnit]:
    """Return the agency's units by name."""
    return list(AgencyUnit.objects.order_by("name", "pk"))


def version(person: Person) -> int:
    """Return the newest history id of an account, for the check that nobody else changed it."""
    return person.history.latest("history_id").history_id
