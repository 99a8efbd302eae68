"""In place of Django's command: nobody is a superuser here."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Says what to use."""

    help = "Not available: nobody is a superuser here. The first account comes from: manage.py access first-account"

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse."""
        raise CommandError("Nobody is a superuser here. Open the first account with: manage.py access first-account")
