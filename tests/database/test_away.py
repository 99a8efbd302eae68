"""What is said while the database is away, not migrated, or the settings leave something open."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from placement.database import roles

AWAY = {"DATABASE_URL": "postgres://placement_app@127.0.0.1:1/placement"}
ASK = """
import django
django.setup()
from django.test import Client
for path in ("/healthz", "/readyz"):
    answer = Client().get(path, SERVER_NAME="localhost")
    print(answer.status_code, answer.json()["status"])
"""
PRODUCTION = {
    "PLACEMENT_MODE": "production",
    "PLACEMENT_SECRET_KEY": "x-" * 40,
    "PLACEMENT_HOSTS": "placement.example",
    "PLACEMENT_DATA_KEYS": f"a:{'A' * 43}=",
    **AWAY,
}


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project's folder with these variables, and none of the caller's that set the project up."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLACEMENT_", "DATABASE_"))}
    kept |= {"DJANGO_SETTINGS_MODULE": "placement.settings", "PLACEMENT_DATA_DIR": str(settings.DATA_DIR)}
    return subprocess.run(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_process_is_alive_and_not_ready_while_the_database_is_away():
    said = run("-c", ASK, **AWAY)
    assert said.stdout.splitlines() == ["200 ok", "503 The database does not answer."], said.stderr


@pytest.fixture
def empty_database(transactional_db):
    """The address of a database without tables, on the server of the tests."""
    name = f"{connection.settings_dict['NAME']}_empty"
    with roles.as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield {**connection.get_connection_params(), "dbname": name}
    with roles.as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.mark.parametrize(
    "command",
    [["access", "verify"], ["import_facilities", "ca-ccld", "tests/facilities/samples/ca-open.csv"]],
    ids=lambda words: words[0],
)
def test_a_command_on_a_database_that_is_not_migrated_ends_in_one_sentence(empty_database, command):
    at = empty_database
    address = f"postgres://{at['user']}:{at.get('password', '')}@/{at['dbname']}?host={at['host']}&port={at['port']}"
    said = run("manage.py", *command, DATABASE_URL=address)
    assert said.returncode != 0
    assert said.stderr.strip() == (
        "The tables of the database are not those of this version. Run manage.py migrate first."
    )


def test_production_asks_whether_a_proxy_stands_in_front():
    said = run("manage.py", "check", **PRODUCTION)
    assert said.returncode != 0
    assert said.stderr.strip() == "Production does not start without PLACEMENT_BEHIND_PROXY (yes or no)."


@pytest.mark.parametrize(("word", "header"), [("yes", "('HTTP_X_FORWARDED_PROTO', 'https')"), ("no", "None")])
def test_production_believes_the_proxy_only_when_told(word, header):
    show = "from django.conf import settings; print(settings.SECURE_PROXY_SSL_HEADER)"
    said = run("-c", show, **PRODUCTION, PLACEMENT_BEHIND_PROXY=word)
    assert said.stdout.strip() == header, said.stderr


def test_a_switch_that_is_neither_yes_nor_no_is_refused():
    said = run("manage.py", "check", **PRODUCTION, PLACEMENT_BEHIND_PROXY="ture")
    assert said.stderr.strip() == "PLACEMENT_BEHIND_PROXY must be yes or no."


def test_production_asks_everybody_for_a_second_factor():
    said = run("manage.py", "check", **PRODUCTION, PLACEMENT_BEHIND_PROXY="no", PLACEMENT_SECOND_FACTOR="no")
    assert said.returncode != 0
    assert said.stderr.strip() == "PLACEMENT_SECOND_FACTOR=no is for the demo; production does not start with it."


@pytest.mark.parametrize("hosts", ["*", "placement.example, *", ".", "*.placement.example"])
def test_production_answers_only_to_hosts_that_are_named(hosts):
    said = run("manage.py", "check", **PRODUCTION | {"PLACEMENT_HOSTS": hosts}, PLACEMENT_BEHIND_PROXY="no")
    assert said.returncode != 0
    assert said.stderr.strip() == "PLACEMENT_HOSTS must name each host: a star or a dot alone stands for any host."


@pytest.mark.parametrize(
    ("name", "url"), [("DATABASE_URL", "sqlite:///x.db"), ("DATABASE_OWNER_URL", "mysql://placement_owner@localhost/x")]
)
def test_production_keeps_its_records_in_postgresql_only(name, url):
    said = run("manage.py", "check", **PRODUCTION | {name: url}, PLACEMENT_BEHIND_PROXY="no")
    assert said.returncode != 0
    assert said.stderr.strip() == f"{name} must be the address of a PostgreSQL database: postgres://…"


@pytest.mark.parametrize(
    ("hosts", "scheme"), [("placement.example,localhost", "postgres"), (".placement.example", "postgresql")]
)
def test_production_starts_with_named_hosts_and_postgresql(hosts, scheme):
    show = "from django.conf import settings; print(','.join(settings.ALLOWED_HOSTS))"
    given = {"PLACEMENT_HOSTS": hosts, "DATABASE_URL": AWAY["DATABASE_URL"].replace("postgres", scheme, 1)}
    said = run("-c", show, **PRODUCTION | given, PLACEMENT_BEHIND_PROXY="no")
    assert said.stdout.strip() == hosts, said.stderr


def test_the_demo_does_not_start_for_other_machines():
    said = run("manage.py", "check", PLACEMENT_HOSTS="localhost,placement.example", **AWAY)
    assert said.returncode != 0
    assert said.stderr.strip() == (
        "The demo answers on this machine only: set PLACEMENT_MODE=production, or take other names out of PLACEMENT_HOSTS."
    )
    show = "from django.conf import settings; print(','.join(settings.ALLOWED_HOSTS))"
    hosts = "127.0.0.1,localhost,::1,testserver"
    assert run("-c", show, PLACEMENT_HOSTS=hosts, **AWAY).stdout.strip() == hosts


def test_a_lost_connection_is_noticed_before_a_request_uses_it():
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True
