"""``manage.py demo``: an invented agency to look around in, on this machine only."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from placement.demo import database, serve
from placement.demo.people import ACCOUNTS, CONTRACT, PASSWORD, SECOND_SUPERVISOR


class Command(BaseCommand):
    """Make the database ready, load the invented agency once, print the accounts, serve."""

    help = "Starts with invented data: database ready, demo data loaded once, accounts printed, served on 127.0.0.1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--port", default="8000", help="the port on 127.0.0.1 (8000)")
        parser.add_argument("--reset", action="store_true", help="drop the demo's database and load it again")
        parser.add_argument("--no-serve", action="store_true", help="stop after loading")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises ``CommandError`` with one plain sentence for everything that can't be done."""
        if settings.PRODUCTION:
            raise CommandError("The demo does not run in production mode: it would mix invented people with real ones.")
        port = port_of(options["port"])
        listener = None if options["no_serve"] else serve.listen(port)
        try:
            if options["reset"]:
                database.drop()
            database.make_ready()
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped before the demo data was loaded to its end. Start again with --reset."
            ) from None
        self.print_accounts()
        if listener is not None:
            self.stdout.write(f"\nOpen http://{serve.HOST}:{port}/ in a browser. Ctrl-C ends it.")
            self.stdout.flush()
            serve.serve(listener)

    def print_accounts(self) -> None:
        """Print who can sign in, and what they see."""
        known = {account.username: account for account in ACCOUNTS}
        factor = "you set up a second factor then" if settings.SECOND_FACTOR else "there is no second factor"
        self.stdout.write(f"Everything here is invented. Sign in with one of these accounts; {factor}.")
        self.stdout.write(f"Password of all: {PASSWORD}\n")
        for username in (*CONTRACT, SECOND_SUPERVISOR):
            account = known[username]
            self.stdout.write(f"  {username:16} {account.role.label:24} {account.sees}")


def port_of(text: str) -> int:
    """Return the port that ``text`` names. Raises ``CommandError`` for any address but 127.0.0.1."""
    host, _, number = text.rpartition(":")
    if host not in ("", serve.HOST):
        raise CommandError(f"The demo is served on {serve.HOST} only, because everybody knows its passwords.")
    if not (number.isascii() and number.isdigit()) or not 0 < int(number) < 65536:
        raise CommandError("A port is a number from 1 to 65535.")
    return int(number)
