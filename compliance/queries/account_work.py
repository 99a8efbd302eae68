"""Duties about people's accounts: what waits for a second person, and who opened very many records."""

from collections.abc import Iterable
from datetime import timedelta

from django.urls import reverse

from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.queries import changes_to_confirm
from placement.access.unusual import waiting_for
from placement.audit.clock import now


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


def unusual_access(person: Person, cut: Cut) -> Iterable[Task]:
    """People who opened very many records in a short time, until somebody else has judged it."""
    for found in cut(waiting_for(person)):
        due = found.at + timedelta(days=1)
        yield Task(
            due,
            f"{found.person} opened very many records: ask why, and judge it",
            found.person.get_role_display(),
            reverse("audit:judge_unusual", args=[found.pk]),
            "Read and judge",
            tag="overdue" if due < now() else "unusual",
            kind="due",
            strong=True,
        )
