"""The database of a test run: made by the owner, used as the application, with the world of ``tests.world`` in it."""

import atexit
import copy
import copyreg
import fcntl
import gc
import io
import itertools
import logging
import os
import pickle
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models import Model
from django.middleware import csrf
from django.test import Client, override_settings
from django.test.utils import setup_databases
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django.plugin import blocking_manager_key
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from compliance.events import suspended
from placement.access.models import Person
from placement.database import roles
from placement.database.context import Actor, acting
from placement.database.schema import quick_steps
from tests import demo_command, sight
from tests.attack.sql import forget_fingerprints
from tests.building import build
from tests.world import World

# A busy machine is no fault of the code.
examples.register_profile("no time limits", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("no time limits")

OF_OTHER_THINGS = ("access", "audit", "database", "facilities", "residents")
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of the run's own in it, which the database's account takes
GIGABYTE = 1024**3
OLD = timedelta(minutes=15)
_copies = itertools.count(1)
gc.set_threshold(20_000, 20, 20)


class _BrowserTogether(LoadScopeScheduling):
    """Any test to any worker, but the browser tests to one: they share the site of a demo, which they change."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """Forget a test that is done: with thousands of them kept, counting those that are left took longer and longer."""
        nodeid, work = self.registered_collections[node][item_index], self.assigned_work[node]
        scope = self._split_scope(nodeid)
        del work[scope][nodeid]
        if not work[scope]:
            del work[scope]
        self._reschedule(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Say how ``-n`` deals out the tests. (The mark ``xdist_group`` has no effect with this pytest.)"""
    return _BrowserTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests on the demo's site first: it loads in a process of its own while another worker makes the databases.

    Those that follow its links come after the scan of every page, and look only at what that has not seen.
    """
    items.sort(key=lambda item: "site" not in getattr(item, "fixturenames", ()) or "links" in item.name)


@pytest.fixture(scope="session")
def data_folder(of_run: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of the servers that all workers of this run share: in memory where there is room, else on the disk.

    The server still waits for each write until it is kept, as it promises. On a disk this took more time than the writing:
    a second and more for each of the hundred databases that a test has for itself. A run that keeps its database
    (``--reuse-db``) stays on the disk, in the folder of the product.
    """
    with _one_worker_at_a_time(of_run / "data-lock"):
        chosen = of_run / "data-folder"
        if not chosen.exists():
            for left in MEMORY.glob("placement-tests-*"):  # by a run that was killed
                _remove_unused(left)
            name = sha256(str(of_run).encode()).hexdigest()[:12]
            kept = settings.DATABASE_URL or request.config.getvalue("reuse_db")
            folder = settings.DATA_DIR
            if not kept and _has_room():
                folder = MEMORY / f"placement-tests-{name}"
                folder.mkdir(mode=0o755)
            chosen.write_text(str(folder))
    folder = Path(chosen.read_text())
    if folder.parent == MEMORY:
        atexit.register(_remove_unused, folder)  # earlier than any server asks to be stopped, so it runs after that
    return folder


def _has_room() -> bool:
    """Whether the memory takes two servers with what they write ahead: that of the tests, and that of the demo."""
    if not os.access(MEMORY, os.W_OK):
        return False
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(told["MemAvailable"].split()[0]) * 1024
    return shutil.disk_usage(MEMORY).free > 4 * GIGABYTE and free > 6 * GIGABYTE


def folder_of_a_server() -> Path:
    """Make a folder for a server of one test, which the server's account can pass through: in memory where there is room.

    On a disk, making and ending a server takes twice as long.
    """
    folder = Path(tempfile.mkdtemp(prefix="placement-test-", dir=MEMORY if _has_room() else "/tmp"))  # noqa: S108
    folder.chmod(0o711)
    return folder


def _remove_unused(folder: Path) -> None:
    """Remove a data folder in memory whose server no process uses any more."""
    for users in folder.glob("postgres/pg*/users"):
        try:
            with open(users) as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # somebody uses it, or another worker was faster
            return


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> Iterator[None]:
    """A password hasher that costs nothing, folders that go away, and static files looked for when asked for."""
    folder: Path = tmp_path_factory.mktemp("documents")
    storages = copy.deepcopy(settings.STORAGES)
    storages["default"]["OPTIONS"]["location"] = folder
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        DOCUMENTS_DIR=folder,
        EMBEDDED_DATA_DIR=data_folder / "postgres",
        STORAGES=storages,
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_MAX_AGE=3600,
    ):
        yield


class _Raises(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise AssertionError(record.getMessage())


@pytest.fixture(autouse=True)
def _judged_where_it_matters(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the law asks is judged after each act, which takes as long as the act. Tests of other things go without it.

    Every operation is judged in ``tests/every``, what comes of it in ``tests/compliance``, both together in the browser.
    """
    with suspended() if request.path.parent.name in OF_OTHER_THINGS else nullcontext():
        yield


@pytest.fixture(autouse=True)
def _what_is_not_judged_is_a_fault() -> Iterator[None]:
    """An act stands also when it could not be judged; in a test that goes unnoticed only where it is asked for."""
    logger, handler = logging.getLogger("compliance.events"), _Raises()
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)


@pytest.fixture(scope="session", autouse=True)
def _tokens_that_are_no_words() -> Iterator[None]:
    """Tokens against forged forms of letters of which no word is made: none can hold "Ada" by chance, once in a while.

    Keys are hexadecimal and small, so that no name with a capital letter or a code stands in them either.
    """
    usual, csrf.CSRF_ALLOWED_CHARS = csrf.CSRF_ALLOWED_CHARS, "qxzjQXZJ"
    yield
    csrf.CSRF_ALLOWED_CHARS = usual


@pytest.fixture(scope="session")
def of_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_blocker,
    of_run: Path,
    _settings_of_tests: None,
) -> Iterator[None]:
    """Two databases of this worker: the migrated one, which stays empty, and one with the world in it, which it works in.

    The first worker of a run makes both, which takes long; the others copy them. They are made for every run, also when
    no test carries the mark by which pytest-django knows that one is needed.
    """
    global _world, _born
    sight.let_connections_say_that_they_are_tests()
    empty = connection.creation._get_test_db_name()
    made, is_maker = of_run / "made", False
    try:
        with django_db_blocker.unblock(), _one_worker_at_a_time(of_run / "lock"):
            if is_maker := not made.exists():
                with quick_steps():
                    setup_databases(
                        verbosity=0,
                        interactive=False,
                        keepdb=django_db_keepdb and not django_db_createdb,
                        serialized_aliases=(),
                    )
                _copy_database(empty, f"{empty}_made")
                _use(f"{empty}_made")
                with roles.as_owner():  # whose login may tell the past
                    sight.give_to_tests()
                    made.write_bytes(pickle.dumps((empty, build())))
                shutil.copytree(settings.DOCUMENTS_DIR, of_run / "files", dirs_exist_ok=True)
            else:
                shutil.copytree(of_run / "files", settings.DOCUMENTS_DIR, dirs_exist_ok=True)
            source, world = pickle.loads(made.read_bytes())  # noqa: S301 - written by this run
            if not is_maker:
                _copy_database(source, empty)
            _copy_database(f"{source}_made", f"{empty}_world")
            _use(f"{empty}_world")
        _world, _born = _Kept(world), world.now
        gc.collect()
        gc.freeze()  # it stays until the end; going through it over and over took a quarter of a run
        yield
    finally:
        with django_db_blocker.unblock(), _one_worker_at_a_time(of_run / "lock"):
            _use(empty)
            connections.close_all()
            _drop_database(f"{empty}_world")
            if is_maker:
                made.unlink(missing_ok=True)
                _drop_database(f"{empty}_made")
            if not django_db_keepdb:
                _drop_database(empty)


@pytest.fixture(scope="session")
def demo_folder(of_run: Path, data_folder: Path) -> Path:
    """The data folder in which ``manage.py demo`` has loaded everything from nothing, once for all workers.

    Its name was never there before: where the server may not read it, it keeps its data elsewhere, by the folder's name.
    """
    loaded = of_run / "demo-loaded"
    with _one_worker_at_a_time(of_run / "demo-lock"):
        if not loaded.exists():
            place = data_folder if data_folder.parent == MEMORY else of_run
            folder = place / f"demo-{secrets.token_hex(8)}"
            demo_command.load(folder)
            loaded.write_text(str(folder))
    return Path(loaded.read_text())


@contextmanager
def _one_worker_at_a_time(lock: Path) -> Iterator[None]:
    with open(lock, "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


class _Kept:
    """Things of a test as they were made, to be taken again and again; quicker than a deep copy. What cannot change is shared."""

    def __init__(self, world: Any) -> None:
        self.shared: list[object] = []
        into = io.BytesIO()
        pickler = _Pickler(into)
        pickler.shared = self.shared
        pickler.dump(world)
        self.rest = into.getvalue()

    def again(self) -> Any:
        """Return them as they were made."""
        unpickler = pickle.Unpickler(io.BytesIO(self.rest))  # noqa: S301 - written by this process
        unpickler.persistent_load = self.shared.__getitem__
        return unpickler.load()


class _Pickler(pickle.Pickler):
    shared: list[object]

    def persistent_id(self, thing: object) -> int | None:
        if type(thing) not in {UUID, datetime, date, Decimal}:
            return None
        self.shared.append(thing)
        return len(self.shared) - 1

    def reducer_override(self, thing: object) -> object:
        if not isinstance(thing, Model):
            return NotImplemented
        _, _, state = thing.__reduce__()
        return copyreg.__newobj__, (type(thing),), state  # the class itself, instead of a search by its name each time


_world: _Kept
_born: datetime | None = None  # the world's own now
_file: Path | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Make the world anew before a file of tests, once it is old: what tests tell of half an hour ago is told by its own now."""
    global _file
    before, _file = _file, item.path
    if _born is not None and before != item.path and timezone.now() - _born > OLD:
        with item.config.stash[blocking_manager_key].unblock():
            _make_anew()


def _make_anew() -> None:
    global _world, _born
    name = connection.settings_dict["NAME"]
    _copy_database(name.removesuffix("_world"), name)
    _use(name)
    with roles.as_owner():
        sight.give_to_tests()
        made = build()
    _use(name)
    _world, _born = _Kept(made), made.now
    forget_fingerprints()


@pytest.fixture
def world(db: None) -> World:
    """Two of everything, as new for this test; what the test writes is rolled back."""
    return _world.again()


@contextmanager
def own_database() -> Iterator[None]:
    """Work in a copy of the database with the world in it, where what is written stays, and which is dropped afterwards."""
    original = connection.settings_dict["NAME"]
    name = f"{original}_{next(_copies)}"
    _copy_database(original, name)
    _use(name)
    try:
        yield
    finally:
        _end_sessions()
        _use(original)
        _drop_database(name)


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """A database of its own for one test that really commits: a copy with the world in it, dropped afterwards."""
    with django_db_blocker.unblock(), own_database():
        yield


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The world in a database where this test may commit, also from several connections."""
    return _world.again()


@pytest.fixture
def in_earnest() -> Iterator[None]:
    """The database shows nothing to tests either."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tests', 'off', false)")
        yield
        cursor.execute("SELECT set_config('app.tests', 'on', false)")


@pytest.fixture
def acting_as() -> Callable[..., AbstractContextManager[Actor]]:
    """``with acting_as(person):`` everything inside is done by that person."""

    def act(person: Person, *, reason: str = "", request_id: str = "") -> AbstractContextManager[Actor]:
        return acting(person.pk, person.name, reason=reason, request_id=request_id)

    return act


@pytest.fixture
def client_of(db: None) -> Callable[[Person | None], Client]:
    """A browser in which that person is signed in; nobody for ``None``."""

    def make(person: Person | None) -> Client:
        client = Client(raise_request_exception=True)
        if person is not None:
            client.force_login(person)
        return client

    return make


def _use(name: str) -> None:
    """Let every later connection go to the database ``name``. Raises ``RuntimeError`` for one that is not for tests."""
    if not name.startswith("test_"):
        raise RuntimeError(f"{name} is no test database.")
    connections.close_all()
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _copy_database(source: str, name: str) -> None:
    connections.close_all()
    with roles.as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        cursor.execute(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC')


def _drop_database(name: str) -> None:
    with roles.as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def _end_sessions() -> None:
    """End what other threads of the test have left connected to its own database."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
