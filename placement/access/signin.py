"""Signing in with a password. No right ever comes from here: rights come from roles and grants."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest

from placement.access.models import Person
from placement.access.opened import write_failed
from placement.database.context import acting


class PasswordBackend(BaseBackend):
    """Checks username and password of people who are active.

    For an unknown name the same is done with the account of somebody else, and undone: it costs the same time, and leaves nothing.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Person | None:
        """Return the person, or ``None`` when name or password is wrong or the account is closed."""
        if not username or not password:
            return None
        named = ExpressionWrapper(Q(username=username), BooleanField())
        person = Person.objects.order_by(named.desc(), "pk").first()
        if person is None:
            return None
        known = person.username == username
        with transaction.atomic():
            with acting(person.pk, person.name, reason="sign-in"):
                right = person.check_password(password)
            if known and right and person.is_active:
                return person
            write_failed(person, page="accounts:login")
            transaction.set_rollback(not known)
        return None

    def get_user(self, user_id: Any) -> Person | None:
        """Return the person of a session while the account is active."""
        return Person.objects.filter(pk=user_id, is_active=True).first()
