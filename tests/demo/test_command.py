"""What the command refuses, each with one plain sentence."""

import socket

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from placement.demo import database


@pytest.fixture
def nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal comes before the database is touched."""

    def touched(*args: object, **kwargs: object) -> None:
        raise AssertionError("The database was touched.")

    monkeypatch.setattr(database, "drop", touched)
    monkeypatch.setattr(database, "make_ready", touched)


@pytest.mark.usefixtures("nothing_happens")
def test_production_is_refused() -> None:
    with override_settings(PRODUCTION=True), pytest.raises(CommandError, match="production"):
        call_command("demo", "--reset", "--no-serve")


@pytest.mark.usefixtures("nothing_happens")
@pytest.mark.parametrize(
    "address", ["0.0.0.0:8000", "localhost:8000", "192.168.1.5:8000", "[::1]:8000", "example.org:80"]
)
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(CommandError, match=r"127\.0\.0\.1 only"):
        call_command("demo", "--port", address)


@pytest.mark.usefixtures("nothing_happens")
@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "", "²"])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(CommandError, match="A port is a number"):
        call_command("demo", "--port", port)


@pytest.mark.usefixtures("nothing_happens")
def test_a_port_that_is_taken_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken"):
            call_command("demo", "--port", str(port))


def test_reset_leaves_a_database_with_an_address_alone() -> None:
    with (
        override_settings(DATABASE_URL="postgres://placement_app@db/real"),
        pytest.raises(CommandError, match="embedded"),
    ):
        database.drop()


@pytest.mark.usefixtures("world")
def test_a_database_with_other_people_is_left_alone() -> None:
    with pytest.raises(CommandError, match="other people"):
        database.is_loaded()
