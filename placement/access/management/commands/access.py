"""``manage.py access``: verify that permissions follow from the facts; print who opens what; open the first account."""

import getpass
import json
import sys
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser

from placement.access import matrix
from placement.access.facts import differences
from placement.access.forms import TIME_ZONES, NewAccountForm
from placement.access.operations import open_first_account
from placement.access.rights import Role
from placement.database.constraints import Refused
from placement.database.context import acting_as_system, reading

VERIFY = (
    "recompute who may see what from caseloads, teams, units, assignments and placements, and compare with the permissions"
    " that exist. Exit code 1 and one line for each difference."
)
MATRIX = (
    "print which role opens which page in which case (own, other home, ended, barred, sealed, break-glass, made-up), from what the"
    " pages declare and what roles and grants give. It looks at no record."
)
FIRST = (
    "open the account of the first system administrator, who then adds units and proposes accounts on the pages, and that of"
    " the second one, without whom nobody confirms them. Refused when there is one, and somebody else who may confirm. The"
    " password is asked for, or read from standard input."
)


class Command(BaseCommand):
    """Three subcommands, named like what they do."""

    help = f"verify: {VERIFY} matrix: {MATRIX} first-account: {FIRST}"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the subcommand and what it needs."""
        commands = parser.add_subparsers(dest="subcommand", required=True)
        for name, text in (("verify", VERIFY), ("matrix", MATRIX)):
            command = commands.add_parser(name, help=text, description=text)
            command.add_argument(
                "--json", action="store_true", dest="as_json", help="one JSON document on standard output"
            )
        first = commands.add_parser("first-account", help=FIRST, description=FIRST)
        first.add_argument("--username", required=True, help="what the person types to sign in")
        first.add_argument("--name", required=True, help="name as colleagues know it")
        first.add_argument("--staff-number", required=True)

    def handle(self, *args: Any, subcommand: str, **options: Any) -> None:
        """Do what the subcommand says."""
        if subcommand == "verify":
            self.verify(as_json=options["as_json"])
        elif subcommand == "matrix":
            self.matrix(as_json=options["as_json"])
        else:
            self.first_account(**{key: options[key] for key in ("username", "name", "staff_number")})

    def verify(self, *, as_json: bool) -> None:
        """Print the differences; exit with 1 when there are any."""
        with acting_as_system("access verify"), reading("verify"):
            found = differences()
        if as_json:
            self.stdout.write(json.dumps({"differences": [difference.as_data() for difference in found]}, indent=2))
        else:
            for difference in found:
                self.stdout.write(str(difference))
            self.stdout.write(
                f"{len(found)} permissions or memberships differ from the facts."
                if found
                else "Permissions and memberships follow from the facts."
            )
        if found:
            sys.exit(1)

    def matrix(self, *, as_json: bool) -> None:
        """Print who opens what."""
        found = list(matrix.lines())
        self.stdout.write(json.dumps(matrix.as_data(found), indent=2) if as_json else matrix.as_text(found))

    def first_account(self, *, username: str, name: str, staff_number: str) -> None:
        """Open the account. Raises ``CommandError`` with one sentence when it can't be."""
        typed = {"username": username, "name": name, "staff_number": staff_number, "password": read_password()}
        fixed = {"role": Role.SYSADMIN, "time_zone": TIME_ZONES[0][0], "reason": "first account", "form_key": uuid4()}
        form = NewAccountForm(typed | fixed, units=[])
        if not form.is_valid():
            raise CommandError(" ".join(str(sentence) for sentences in form.errors.values() for sentence in sentences))
        try:
            with acting_as_system("access first-account"):
                open_first_account(**{key: form.cleaned_data[key] for key in typed}, by=None)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            f"The account {username} is open. Sign in, then add units and propose accounts. A second person confirms them."
        )


def read_password() -> str:
    """Return the password typed twice, or the first line of standard input when nobody sits at the terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password again: "):
        raise CommandError("The two passwords are not the same. Nothing was changed.")
    return password
