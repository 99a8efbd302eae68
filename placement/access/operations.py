"""Operations on accounts that one person does alone: name, close, password, second factor, sessions.

What opens something is proposed and confirmed: ``access.proposals``. Group membership follows from the role.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db.models import Q

from placement.access import factors, passkeys, pins
from placement.access.models import AgencyUnit, Membership, Person, Session, UserPermission
from placement.access.permissions import AGENCY, group_of
from placement.access.rights import AGENCY_RIGHTS, ASKED_RIGHTS, ROLE_RIGHTS, Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused


def must_manage_accounts(by: Person | None) -> None:
    """Raise unless ``by`` is a system administrator, or a command (``None``)."""
    if by is not None and not by.may(Can.MANAGE_ACCOUNTS):
        raise Refused("Only a system administrator can change accounts.")


@operation("opened a unit")
def open_unit(*, name: str, by: Person | None) -> AgencyUnit:
    """Make a part of the agency, with supervisors and cases of its own. Raises ``Refused`` when the name is taken."""
    must_manage_accounts(by)
    return AgencyUnit.objects.create(name=name)


@operation("opened an account")
def open_account(
    *,
    username: str,
    name: str,
    staff_number: str,
    role: Role,
    password: str,
    by: None,
    unit: AgencyUnit | None = None,
    time_zone: str = "America/Los_Angeles",
) -> Person:
    """Open an account at once. For commands with the owner's login, and for the first accounts: ``by`` is ``None``.

    Everybody else proposes one: ``access.proposals``. Raises ``Refused`` for a person, when the username or staff number is
    taken, and from the database for every other login.
    """
    if by is not None:
        raise Refused("An account is opened when a second person has confirmed it. Propose it.")
    person = Person(username=username, name=name, staff_number=staff_number, role=role, unit=unit, time_zone=time_zone)
    person.set_password(password)
    person.save(force_insert=True)
    join_role_groups(person)
    return person


@operation("opened the first account")
def open_first_account(*, username: str, name: str, staff_number: str, password: str, by: None) -> Person:
    """Open the account of a first system administrator, and of the second person without whom nobody confirms anything.

    For a command: ``by`` is ``None``. Raises ``Refused`` when a system administrator and somebody else who may confirm
    accounts can sign in already.
    """
    confirmers = Person.objects.filter(role__in=[role for role in Role if Can.CONFIRM_ACCOUNTS in ROLE_RIGHTS[role]])
    roles = list(confirmers.filter(is_active=True).values_list("role", flat=True))
    if by is not None or (Role.SYSADMIN in roles and len(roles) > 1):
        raise Refused("There is a system administrator already, who opens accounts on the pages with a second person.")
    return open_account(
        username=username, name=name, staff_number=staff_number, role=Role.SYSADMIN, password=password, by=None
    )


@operation("changed an account")
def change_account(person: Person, *, name: str, time_zone: str, by: Person | None) -> Person:
    """Change name or time zone. Role and unit need a second person: ``access.proposals``."""
    must_manage_accounts(by)
    person.name, person.time_zone = name, time_zone
    person.save(update_fields=["name", "time_zone"])
    return person


@operation("closed an account")
def close_account(person: Person, *, by: Person | None) -> Person:
    """Close an account: the person can't sign in any more, and every session ends with the next request.

    Raises ``Refused`` when it is closed, and for the own account.
    """
    must_manage_accounts(by)
    if by is not None and by.pk == person.pk:
        raise Refused("You can't close your own account. Ask another system administrator.")
    if not locked(person).is_active:
        raise Refused("This account is closed already. Nothing was changed.")
    person.is_active = False
    sign_out_everywhere(person)
    person.save(update_fields=["is_active", "signed_out_at"])
    return person


@operation("set a password")
def set_password(person: Person, password: str, *, by: Person | None) -> Person:
    """Give ``person`` a new password; all their sessions end (each carries a hash of the old one).

    One that somebody else sets takes the passkeys away: they would be a way in beside it. Raises ``Refused`` for whoever
    took the second factor away, until there is a new one: a single administrator becomes nobody else.
    """
    if by is None or by.pk != person.pk:
        must_manage_accounts(by)
        if by is not None and not locked(person).factor_since and factor_removed_by(person) == by.pk:
            raise Refused(
                "You took this person's second factor away. Another system administrator must set the password."
            )
        passkeys.remove_all(person)
    person.set_password(password)
    person.save(update_fields=["password", "password_changed_at"])
    Session.objects.filter(person=person).delete()
    return person


@operation("set up the second factor")
def set_up_factor(person: Person, seed: str, step: int, *, by: Person) -> Person:
    """Give ``person`` the authenticator app whose code was right, and ten new recovery codes; passkeys and other sessions end.

    Args:
        seed: the app's seed, encrypted.
        step: the time step of the code that proved it.
    """
    must_be_oneself(person, by)
    factors.keep(person, seed, step)
    return note_factor(person)


@operation("made new recovery codes")
def renew_recovery_codes(person: Person, *, by: Person) -> Person:
    """Put ten new recovery codes in place of the old ones. Raises ``Refused`` without a second factor."""
    must_be_oneself(person, by)
    if not locked(person).factor_since:
        raise Refused("There is no second factor yet. Set it up first.")
    factors.new_recovery_codes(person)
    return note_factor(person)


@operation("added a passkey")
def add_passkey(person: Person, name: str, credential: dict[str, Any], *, by: Person) -> Person:
    """Let ``person`` sign in with a passkey that was checked. Raises ``Refused`` without a second factor."""
    must_be_oneself(person, by)
    if not locked(person).factor_since:
        raise Refused("There is no second factor yet. Set it up first.")
    passkeys.add(person, name, credential)
    return note_factor(person)


@operation("removed their passkeys")
def remove_passkeys(person: Person, *, by: Person) -> Person:
    """Take all passkeys of ``person`` away; the authenticator app stays."""
    must_be_oneself(person, by)
    passkeys.remove_all(person)
    return note_factor(person)


@operation("set their PIN")
def set_pin(person: Person, pin: str, *, by: Person) -> Person:
    """Give ``person`` a PIN for coming back on a shared tablet. Raises ``Refused`` for one that is easy to guess."""
    must_be_oneself(person, by)
    if not pins.may_have(person):
        raise Refused("A system administrator can't use a PIN: this account opens the others.")
    if pins.is_trivial(pin):
        raise Refused(pins.TRIVIAL, field="pin")
    person.pin, person.pin_set_at = make_password(pin), now()
    person.save(update_fields=["pin", "pin_set_at"])
    return person


@operation("took the second factor away")
def remove_factor(person: Person, *, by: Person | None) -> Person:
    """Take a lost second factor away, and with it the password, which would be the only lock: the person is signed out.

    Another system administrator sets a new password (``set_password``); the person sets up a new factor at the next sign-in.
    Raises ``Refused`` when there is none, for the own account, and for whoever set a password that the person did not change.
    """
    must_manage_accounts(by)
    if by is not None and by.pk == person.pk:
        raise Refused("You can't take your own second factor away. Ask another system administrator.")
    present = locked(person)
    if not present.factor_since:
        raise Refused("This person has no second factor. Nothing was changed.")
    if by is not None and present.password_set_by_id == by.pk:
        raise Refused(
            "You set this person's password, and they have not changed it yet. Ask another system administrator to take the"
            " second factor away."
        )
    factors.drop(person)
    person.factor_since = None
    person.set_password(None)
    sign_out_everywhere(person)
    person.save(update_fields=["factor_since", "signed_out_at", "password", "password_changed_at"])
    return person


@operation("ended every session")
def end_sessions(person: Person, *, by: Person | None) -> Person:
    """Sign ``person`` out on every device, for instance because a tablet is lost; their passkeys go with it."""
    must_manage_accounts(by)
    passkeys.remove_all(person)
    sign_out_everywhere(person)
    person.save(update_fields=["signed_out_at"])
    return person


def factor_removed_by(person: Person) -> UUID | None:
    """Return the id of the person who last took the second factor of ``person`` away; ``None`` when nobody did."""
    rows = person.history.filter(history_act="access.remove_factor").order_by("-history_id")
    return rows.values_list("history_user_id", flat=True).first()


def sign_out_everywhere(person: Person) -> None:
    """End every session of ``person``, also one that begins while this is done. The caller saves ``signed_out_at``."""
    person.signed_out_at = now()
    Session.objects.filter(person=person).delete()


def note_factor(person: Person) -> Person:
    """Write down since when the factor, with its recovery codes, is this one."""
    person.factor_since = now()
    person.save(update_fields=["factor_since"])
    return person


def must_be_oneself(person: Person, by: Person | None) -> None:
    """Raise unless ``by`` is ``person``: nobody sets up a factor for somebody else."""
    if by is None or by.pk != person.pk:
        raise Refused("Only the person can do this.")


def locked(person: Person) -> Person:
    """Return the account as it is in the database now, held until the transaction ends."""
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def join_role_groups(person: Person) -> None:
    """Put ``person`` into the groups that the role brings: the agency's, and for supervisors the unit's."""
    role = Role(person.role)
    if role in AGENCY_RIGHTS:
        join(person, AGENCY, "all", role)
    if role == Role.SUPERVISOR and person.unit_id:
        join(person, "unit", person.unit_id, role)


def has_work(person: Person) -> bool:
    """Return whether ``person`` has rights, now or later, that follow from a case or a home and not from the role."""
    ahead = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    of_cases = [model for model in apps.get_models() if issubclass(model, UserPermission)]
    return Membership.objects.filter(ahead, person=person, group__name__startswith="home/").exists() or any(
        model.objects.filter(ahead, user=person).exists() for model in of_cases
    )


def reads_parts(person: Person) -> bool:
    """Return whether ``person`` was given a part of somebody's record to read, for a time that is not over."""
    ahead = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    parts = [right.codename for right in ASKED_RIGHTS["clinical"] | ASKED_RIGHTS["sealed"]]
    of_cases = [model for model in apps.get_models() if issubclass(model, UserPermission)]
    return any(model.objects.filter(ahead, user=person, permission__codename__in=parts).exists() for model in of_cases)


def leave_role_groups(person: Person) -> None:
    """Take ``person`` out of every agency and unit group. Home groups follow from assignments and stay."""
    Membership.objects.filter(person=person).exclude(group__name__startswith="home/").delete()


def join(
    person: Person,
    kind: str,
    key: object,
    role: Role,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> None:
    """Put ``person`` into the group of ``role`` at ``kind``/``key`` for a time (from now, without end, by default)."""
    Membership.objects.update_or_create(
        person=person, group=group_of(kind, key, role), defaults={"starts_at": starts_at or now(), "ends_at": ends_at}
    )


def leave(person: Person, kind: str, key: object, role: Role) -> None:
    """Take ``person`` out of the group of ``role`` at ``kind``/``key``."""
    Membership.objects.filter(person=person, group=group_of(kind, key, role)).delete()
