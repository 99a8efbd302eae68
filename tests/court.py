"""A sealed export that a supervisor of north unit asks for, another one approves, and that is sealed and taken."""

import io
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from compliance.court import files, proofs
from compliance.court.subject import Subject
from compliance.models import CourtExport
from compliance.operations import ask_court_export, decide_court_export, take_court_export
from placement.access.models import Person
from placement.database.context import acting
from tests.bars import another_supervisor
from tests.world import World

GIVEN = {"recipient": "Juvenile Court", "handed_to": "The clerk", "authority": "Order 7 of Nov 1"}


def asked(
    world: World, about: Any = None, kinds: Iterable[str] | None = None, by: Person | None = None, **more: Any
) -> CourtExport:
    """Ask for an export, about Ada unless told otherwise, of all kinds that can be chosen unless told otherwise."""
    by, about = by or world.supervisor, about or world.ada.resident
    values = {
        "since": world.today - timedelta(days=60),
        "until": world.today,
        "with_log": True,
        "why_withheld": "Not asked for",
    }
    with acting(by.pk, by.name):
        chosen = (
            [label for label, _ in Subject(by, about, world.today, world.today).choices()] if kinds is None else kinds
        )
        return ask_court_export(about, kinds=chosen, by=by, **GIVEN | values | more)


def decided(export: CourtExport, by: Person, *, approve: bool = True) -> CourtExport:
    """Approve it, or refuse it."""
    with acting(by.pk, by.name):
        return decide_court_export(export, approve=approve, decision="The order asks for it", seen=export.sha256, by=by)


def approved(world: World, about: Any = None, **more: Any) -> CourtExport:
    """An export that another supervisor of the unit has approved."""
    export = asked(world, about, **more)
    return decided(export, another_supervisor(world.north, f"Second Supervisor {str(export.pk)[:4]}"))


def taken(export: CourtExport) -> bytes:
    """Let who asked take it: the ZIP."""
    by = export.asked_by
    with acting(by.pk, by.name):
        export = take_court_export(export, by=by)
        content = export.content()
        found = proofs.proofs_of(export, content)
        assert found is not None
        return files.files_of(export, content, found)


def unpacked(data: bytes, folder: Path) -> Path:
    """The folder with the files of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return folder
