"""The demo's database: migrated, loaded once, dropped on request."""

import gc
import shutil
from uuid import UUID

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from placement.access.models import AgencyUnit, Person
from placement.audit.seals.sealing import seal
from placement.database import roles
from placement.database.embedded import APP_ROLE
from placement.database.schema import quick_steps
from placement.demo.load import load
from placement.demo.people import CONTRACT, FIRST
from placement.demo.story import story
from residents import files
from residents.models import Document

HALF = "The demo data was not loaded to its end. Run the command again with --reset."
FOREIGN = "This database holds other people's accounts. The demo loads into an empty database only."


def make_ready() -> bool:
    """Migrate as the owner, and load the demo unless it is there. Return whether it was loaded now.

    Raises ``CommandError`` for a database that holds something else, or a demo that was not loaded to its end.
    """
    gc.disable()  # hardly anything of the migrations and of a few thousand acts is thrown away before the end
    try:
        migrate()
        if is_loaded():
            return False
        with roles.as_owner():
            load(story(timezone.now()).ordered())
        seal()
        return True
    finally:
        gc.enable()


def migrate() -> None:
    """Bring the tables up to date, as the owner; nothing when they are."""
    with roles.as_owner():
        if MigrationRecorder(connection).has_table():
            executor = MigrationExecutor(connection)
            if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return
    with roles.owner_command(), quick_steps():
        call_command("migrate", verbosity=0, interactive=False)


def is_loaded() -> bool:
    """Return whether the whole demo is there: its last act opens the last account.

    Raises ``CommandError`` when it is there in part, and for a database with other accounts.
    """
    names = set(Person.objects.values_list("username", flat=True))
    if names.issuperset(CONTRACT):
        return True
    if names and FIRST not in names:
        raise CommandError(FOREIGN)
    if names or AgencyUnit.objects.exists():
        raise CommandError(HALF)
    return False


def drop() -> None:
    """Drop the embedded database with everything in it and make it anew, empty. Its documents and copies of its seals go too.

    Raises ``CommandError`` for a database with an address, or while another program uses it.
    """
    if settings.DATABASE_URL:
        raise CommandError("--reset drops the embedded database only. DATABASE_URL names another one.")
    kept = documents()
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with roles.as_owner(), connection._nodb_cursor() as cursor:
        try:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        except OperationalError:
            raise CommandError("Another program uses the demo's database. Stop it first, then reset.") from None
        cursor.execute(f"CREATE DATABASE {name}")
        cursor.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        cursor.execute(f"GRANT CONNECT ON DATABASE {name} TO {APP_ROLE}")
    for stored in kept:
        files.forget(stored)
    if settings.SEALS_DIR.is_relative_to(settings.DATA_DIR):
        shutil.rmtree(settings.SEALS_DIR, ignore_errors=True)


def documents() -> list[UUID]:
    """Return the names under which files of the record are kept; none before the first migration."""
    try:
        with roles.as_owner():  # nobody acts here, and to nobody the application's login shows a document
            return list(Document.objects.values_list("stored_name", flat=True))
    except ProgrammingError:
        return []
