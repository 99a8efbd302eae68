"""In place of Django's command, which would change a password with no person behind it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Says what to use."""

    help = "Not available: a system administrator sets passwords on the page of the account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what Django's command takes."""
        parser.add_argument("username", nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse."""
        raise CommandError("A system administrator sets passwords on the page of the account.")
