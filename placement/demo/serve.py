"""Serving the demo on this machine only."""

import socket
from typing import Any

from django.core.management import CommandError
from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication

HOST = "127.0.0.1"
THREADS = 8


class Demo(BaseApplication):
    """Gunicorn with one process and a few threads, on a socket that is open already."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Take nothing from files or the environment."""
        for name, value in {
            "bind": f"fd://{self.listener.fileno()}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "warning",
            "graceful_timeout": 3,
            "control_socket_disable": True,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application."""
        return get_wsgi_application()


def listen(port: int) -> socket.socket:
    """Take ``port`` on 127.0.0.1. Raises ``CommandError`` when another program has it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno not in (None, 98, 48):
            raise CommandError(f"Port {port} can't be used: {error.strerror}.") from None
        raise CommandError(f"Port {port} is taken or not a port. Choose another one with --port.") from None
    return listener


def serve(listener: socket.socket) -> None:
    """Serve until Ctrl-C or TERM."""
    Demo(listener).run()
