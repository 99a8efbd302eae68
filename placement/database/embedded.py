"""The PostgreSQL server that the project starts by itself when no ``DATABASE_URL`` is given.

One server per data folder, shared by every process on the machine (web, commands, tests), started by the
first and stopped by the last. POSIX only. The layout of a data folder, for PostgreSQL 18:

    lock                  held by the one process that starts, stops or creates
    pg18/data             the cluster
    pg18/passwords.json   random passwords of the roles, 0600
    pg18/users            each process that uses the server holds a shared lock on it, even kill -9 drops it
    pg18/log              output of the server, without statements and values
"""

import atexit
import contextlib
import fcntl
import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
from django.db.utils import OperationalError

from . import account, binaries

APP_ROLE = "placement_app"
OWNER_ROLE = "placement_owner"
SUPERUSER = "postgres"
DATABASE = "placement"
# Everybody may call these, and what they keep is in no table and in no history. Only a superuser can take them away.
LARGE_OBJECTS = """\
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea) FROM PUBLIC
"""

_PATIENCE = 60  # seconds; right after kill -9 the dead server still holds its files for a moment
_SOCKET_FOLDER = re.compile(
    r"[\w./ +-]{1,89}"
)  # no comma, as libpq splits there; the kernel allows 107 with the socket's name
_DURABLE_AND_DISCREET = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_writer_delay": "10s",  # each commit writes for itself: nobody needs to look five times a second
    "bgwriter_delay": "10s",
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_ROLES = f"""\
REVOKE ALL ON DATABASE postgres FROM PUBLIC
REVOKE ALL ON DATABASE template1 FROM PUBLIC
CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB PASSWORD '{{{OWNER_ROLE}}}'
CREATE ROLE {APP_ROLE} LOGIN PASSWORD '{{{APP_ROLE}}}'
GRANT CONNECT ON DATABASE postgres TO {OWNER_ROLE}
"""
_SCHEMA = f"""\
REVOKE ALL ON SCHEMA public FROM PUBLIC
GRANT ALL ON SCHEMA public TO {OWNER_ROLE}
GRANT USAGE ON SCHEMA public TO {APP_ROLE}
{LARGE_OBJECTS}"""
_APPLICATION_DATABASE = f"""\
CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC
GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}
"""


class EmbeddedDatabaseError(OperationalError):
    """The embedded server cannot be used; the text is one plain sentence that says why and what to do."""


class Server:
    """The server of one data folder, as one process sees it."""

    def __init__(self, home: Path) -> None:
        self._pid = os.getpid()
        try:
            self._binaries = binaries.find()
            self._home, self._account = account.settle(home, self._binaries.major)
            self._cluster = self._home / f"pg{self._binaries.major}"
            self._acquire(home)
        except (account.Unusable, binaries.Unusable) as error:
            raise EmbeddedDatabaseError(str(error)) from None
        except PermissionError as error:
            raise EmbeddedDatabaseError(
                f"The database folder {home} belongs to another account "
                f"({error.filename} may not be opened): run as that account, choose another folder, "
                "or set DATABASE_URL."
            ) from None
        except OSError as error:
            raise EmbeddedDatabaseError(
                f"The embedded database in {home} cannot be used: {error.strerror} ({error.filename})."
            ) from None

    @property
    def bin(self) -> Path:
        """The folder with psql, pg_dump and pg_restore of the same version as the server."""
        return self._binaries.bin

    def address(self, role: str) -> dict[str, str | int]:
        """Where and as whom to connect: ``host`` (a socket folder), ``port``, ``user``, ``password``."""
        return {"host": str(self._socket), "port": 5432, "user": role, "password": self._passwords[role]}

    def ensure_running(self) -> None:
        """Start the server again if it died while this process was using it.

        Raises EmbeddedDatabaseError when it does not come up within a minute.
        """
        with self._locked():
            self._start()

    def release(self) -> None:
        """Stop using the server; the last process that does so stops it."""
        if self._pid != os.getpid() or self._users.closed:
            return
        with self._locked():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                self._users.close()
            self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "-w", "-t", str(_PATIENCE), "stop")

    def forget(self) -> None:
        """Let go of what a fork inherited: the parent stays the one user."""
        self._users.close()

    @property
    def _data(self) -> Path:
        return self._cluster / "data"

    def _acquire(self, asked_for: Path) -> None:
        account.make_folder(self._home, self._account)
        with self._locked():
            self._binaries = binaries.reachable(self._binaries, self._account, asked_for)
            if not self._cluster.exists():
                self._create()
            if not (self._data / "PG_VERSION").exists():
                raise EmbeddedDatabaseError(
                    f"The embedded database in {self._cluster} is not whole: a part of the folder was removed. "
                    "Put it back from a backup, or remove the whole folder to begin with an empty database."
                )
            for folder in (self._cluster, self._data):  # a copy or a chmod may have opened them
                account.make_folder(folder, self._account)
            with account.open_file(self._cluster / "passwords.json", self._account) as file:
                self._passwords = json.loads(file.read())
            self._socket = self._socket_folder()
            self._users = account.open_file(self._cluster / "users", self._account)
            fcntl.flock(self._users, fcntl.LOCK_SH)
            atexit.register(self.release)
            self._start()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with account.open_file(self._home / "lock", self._account) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _create(self) -> None:
        """Make the cluster, its roles and the empty database beside its place, then move it there whole."""
        new = self._cluster.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        account.make_folder(new, self._account)
        passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER_ROLE, APP_ROLE)}
        for name, text in (("passwords.json", json.dumps(passwords)), ("password", passwords[SUPERUSER])):
            with account.open_file(new / name, self._account) as file:
                file.write(text.encode())
        data = str(new / "data")
        unicode = ["--locale=C.UTF-8"]
        if self._binaries.major >= 17:
            unicode = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._must(
            *("initdb", "-D", data, "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={new / 'password'}"),
            *("--encoding=UTF8", "--data-checksums", *unicode),
        )
        (new / "password").unlink()
        for database, commands in (
            ("postgres", _ROLES.format(**passwords)),
            ("template1", _SCHEMA),
            ("postgres", _APPLICATION_DATABASE),
        ):
            self._must("postgres", "--single", "-D", data, "-c", "exit_on_error=on", database, stdin=commands)
        new.rename(self._cluster)

    def _socket_folder(self) -> Path:
        if _SOCKET_FOLDER.fullmatch(str(self._cluster)):
            return self._cluster
        # one place for every process whatever its TMPDIR; make_folder() refuses one that is somebody else's
        folder = Path("/tmp") / f"placement-{account.digest(self._cluster)}"  # noqa: S108
        account.make_folder(folder, self._account)
        return folder

    def _alive(self) -> bool:
        """Whether a server answers; a process number in a file proves nothing."""
        try:
            psycopg2.connect(dbname="postgres", connect_timeout=5, **self.address(OWNER_ROLE)).close()
        except psycopg2.OperationalError as error:
            return "FATAL" in str(error) and "the database system is" not in str(error)
        return True

    def _start(self) -> None:
        options = _DURABLE_AND_DISCREET | {"unix_socket_directories": f'"{self._socket}"'}
        command_line = " ".join(shlex.quote(f"--{name}={value}") for name, value in options.items())
        give_up = time.monotonic() + _PATIENCE
        while not self._alive():
            if time.monotonic() > give_up:
                raise EmbeddedDatabaseError(
                    f"The embedded database did not start within {_PATIENCE} seconds; {self._cluster / 'log'} says why."
                )
            self._remove_stale_locks()
            log = str(self._cluster / "log")
            self._run(
                *("pg_ctl", "-D", str(self._data), "-l", log, "-w", "-t", str(_PATIENCE), "-o", command_line),
                "start",
            )
            if not self._alive():
                time.sleep(0.2)

    def _remove_stale_locks(self) -> None:
        """Delete lock files of the server whose process is dead, a zombie, or by now something else."""
        for file in (self._data / "postmaster.pid", self._socket / ".s.PGSQL.5432.lock"):
            with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
                pid = int(file.read_text().splitlines()[0])
                if str(self._data) not in _command_line(pid):
                    file.unlink()

    def _run(self, program: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program as the account of the data; its output goes to a file, as servers keep pipes open."""
        with account.open_scratch() as output:
            done = subprocess.run(
                [self._binaries.bin / program, *arguments],
                input=stdin,
                text=True,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._home,
                env={"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self._home)},
                start_new_session=True,
                check=False,
                **account.credentials(self._account),
            )
            output.seek(0)
            done.stdout = output.read().decode(errors="replace")
        return done

    def _must(self, program: str, *arguments: str, stdin: str = "") -> None:
        done = self._run(program, *arguments, stdin=stdin)
        if done.returncode:
            lines = done.stdout.strip().splitlines() or ["it said nothing"]
            raise EmbeddedDatabaseError(f"The embedded database could not be made; {program} failed: {lines[-1]}")


def _command_line(pid: int) -> str:
    """The command line of a process, empty when there is none."""
    if Path("/proc/self").exists():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        return ""
    listing = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(listing, capture_output=True, text=True, check=False).stdout


_servers: dict[Path, Server] = {}
_servers_lock = threading.Lock()


def shared(home: Path) -> Server:
    """The running server of the data folder ``home``, started or joined once per process.

    Raises EmbeddedDatabaseError, with one plain sentence, when it cannot be used.
    """
    with _servers_lock:
        if home not in _servers:
            _servers[home] = Server(home)
        return _servers[home]


def _after_fork() -> None:
    global _servers_lock
    _servers_lock = threading.Lock()
    for server in _servers.values():
        server.forget()
    _servers.clear()


os.register_at_fork(after_in_child=_after_fork)
