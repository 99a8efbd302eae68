"""As whom the embedded server runs, where its data is, and how files there are made.

PostgreSQL refuses to run as root. Started by root, the server therefore runs as the owner of existing data,
else as ``postgres``, else as ``nobody``; no account is made and no existing folder is opened to others. When
that account may not enter the project, as under ``/root``, the data is kept under ``/var/lib``.
"""

import contextlib
import hashlib
import os
import pwd
import stat
import tempfile
from pathlib import Path
from typing import IO, Any


class Unusable(Exception):
    """No account or no folder for the server; the text is one plain sentence."""


def settle(home: Path, major: int) -> tuple[Path, pwd.struct_passwd | None]:
    """Where the data really is, and the account that the server runs as (None: the one of this process).

    Raises Unusable when there is none.
    """
    home = home.resolve()
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise Unusable(
                f"User number {os.geteuid()} has no account here and cannot run the embedded database: "
                "set DATABASE_URL."
            ) from None
        return home, None
    account = _owner(home) or _service_account()
    closed = closed_parent(home, account)
    if closed is None:
        return home, account
    if (home / f"pg{major}").exists():
        raise Unusable(
            f"The database in {home} cannot be reached by the account {account.pw_name}, "
            f"because {closed} is closed to it: open that folder or move the data."
        )
    home = outside_folder(home) / "data"
    return home, _owner(home) or _service_account()


def outside_folder(home: Path) -> Path:
    """The folder under ``/var/lib`` for what ``home``'s closed parents hide; made for root only."""
    folder = Path("/var/lib") / f"placement-{digest(home.resolve())}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.lstat().st_uid != 0 or folder.is_symlink():
        raise Unusable(f"{folder} does not belong to root: remove it or set DATABASE_URL.")
    folder.chmod(0o755)
    return folder


def digest(path: Path) -> str:
    """A short name for a path, the same in every process."""
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def credentials(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """The arguments that make ``subprocess.run`` start a program as ``account``."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def make_folder(path: Path, account: pwd.struct_passwd | None) -> None:
    """Make ``path`` with mode 0700 for ``account``; new parents can be entered by all, existing ones stay as
    they are.

    Raises Unusable when ``path`` is a link or belongs to somebody else.
    """
    missing = [parent for parent in path.parents if not parent.exists()]
    for parent in reversed(missing):
        with contextlib.suppress(FileExistsError):
            parent.mkdir()
            parent.chmod(0o755)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if account and path.lstat().st_uid == 0 and not path.is_symlink():
        if any(path.iterdir()):
            raise Unusable(f"{path} belongs to root and is not empty: choose another folder for the database.")
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    state = path.lstat()
    if not stat.S_ISDIR(state.st_mode):
        raise Unusable(f"{path} is not a folder: remove it or choose another place for the data.")
    if state.st_uid != (account.pw_uid if account else os.geteuid()):
        raise PermissionError(13, "belongs to another account", str(path))
    if stat.S_IMODE(state.st_mode) != 0o700:
        path.chmod(0o700)


def open_file(path: Path, account: pwd.struct_passwd | None) -> IO[bytes]:
    """Open a file of ``account`` (mode 0600) for reading and writing, made if it is missing; never a link."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b", buffering=0)
    if account and os.fstat(file.fileno()).st_uid != account.pw_uid:
        os.fchown(file.fileno(), account.pw_uid, account.pw_gid)
    if stat.S_IMODE(os.fstat(file.fileno()).st_mode) != 0o600:
        os.fchmod(file.fileno(), 0o600)
    return file


def open_scratch() -> IO[bytes]:
    """A temporary file without a name, for the output of programs that outlive their pipe."""
    return tempfile.TemporaryFile()


def _owner(home: Path) -> pwd.struct_passwd | None:
    if not home.exists() or home.stat().st_uid == 0:
        return None
    try:
        return pwd.getpwuid(home.stat().st_uid)
    except KeyError:
        raise Unusable(
            f"The owner of {home}, user number {home.stat().st_uid}, has no account here: set DATABASE_URL."
        ) from None


def _service_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Unusable("PostgreSQL does not run as root, and there is no account postgres or nobody: set DATABASE_URL.")


def closed_parent(path: Path, account: pwd.struct_passwd) -> Path | None:
    """The first existing parent of ``path`` that ``account`` may not enter."""
    for parent in reversed(path.parents):
        if not parent.exists():
            break
        state = parent.stat()
        if state.st_uid == account.pw_uid:
            allowed = state.st_mode & stat.S_IXUSR
        elif state.st_gid == account.pw_gid:
            allowed = state.st_mode & stat.S_IXGRP
        else:
            allowed = state.st_mode & stat.S_IXOTH
        if not allowed:
            return parent
    return None
