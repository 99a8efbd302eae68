"""Duties about accounts: what waits for a second person."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse

from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.queries import changes_to_confirm


def changes_of_accounts(person: Person, cut: Cut) -> Iterable[Task]:
    """Changes of accounts that this person can confirm: neither their own proposals nor those for them."""
    for change in cut(changes_to_confirm(person)):
        yield Task(
            change.proposed_at + timedelta(days=2),
            f"Decide: {change.person} as {change.get_role_display().lower()}{f', {change.unit}' if change.unit else ''}",
            f"{change.get_kind_display()}, proposed by {change.proposed_by}: {change.reason}",
            reverse("accounts:change", args=[change.pk]),
            "Read and confirm",
        )
