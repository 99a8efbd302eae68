"""Operations by which an account is opened, or gets another role or unit: one person proposes, another one confirms."""

from datetime import timedelta
from uuid import UUID

from placement.access.models import AccountChange, AgencyUnit, Person
from placement.access.operations import (
    has_work,
    join_role_groups,
    leave_role_groups,
    locked,
    must_manage_accounts,
    reads_parts,
    sign_out_everywhere,
)
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused

Kind, Status = AccountChange.Kind, AccountChange.Status


@operation("proposed an account")
def propose_account(
    *,
    username: str,
    name: str,
    staff_number: str,
    role: Role,
    unit: AgencyUnit | None,
    time_zone: str,
    password: str,
    reason: str,
    by: Person,
) -> AccountChange:
    """Make a closed account without any right, with its first password, and propose to open it with ``role`` and ``unit``.

    Raises ``Refused`` when the username or staff number is taken, without a reason, and for a supervisor without a unit.
    """
    must_manage_accounts(by)
    person = Person(
        username=username, name=name, staff_number=staff_number, role=Role.NONE, time_zone=time_zone, is_active=False
    )
    person.set_password(password)
    person.save(force_insert=True)
    return _propose(person, Kind.OPEN, role, unit, reason, by)


@operation("proposed another role or unit")
def propose_change(person: Person, *, role: Role, unit: AgencyUnit | None, reason: str, by: Person) -> AccountChange:
    """Propose another role or unit for an open account. Raises ``Refused`` as ``must_fit`` does, and when neither is another."""
    must_manage_accounts(by)
    return _propose(person, Kind.CHANGE, role, unit, reason, by)


@operation("proposed to open an account again")
def propose_reopening(person: Person, *, role: Role, unit: AgencyUnit | None, reason: str, by: Person) -> AccountChange:
    """Propose to let the person sign in again, in this role and unit. Raises ``Refused`` as ``must_fit`` does."""
    must_manage_accounts(by)
    return _propose(person, Kind.REOPEN, role, unit, reason, by)


@operation("confirmed a change of an account")
def confirm_change(change: AccountChange, *, by: Person) -> AccountChange:
    """Give the account what was proposed, now. The rights of another role end in the same transaction.

    Raises ``Refused`` for whoever proposed it or whom it is for, when one person could have signed in as both lately, when it
    waits no more, when the proposer's account is closed or may not manage accounts any more, and for everything that is
    refused when it is proposed.
    """
    person = locked(change.person)  # before the change, as when it is proposed; no case or home takes them on meanwhile
    change = _waiting(change, by)
    if not change.proposed_by.may(Can.MANAGE_ACCOUNTS):
        raise Refused(
            "Whoever proposed this can't manage accounts any more. Refuse it, and let somebody propose it anew."
        )
    if could_sign_in_as(change.proposed_by) & could_sign_in_as(by):
        raise Refused(
            "You and whoever proposed this must be two people. In the last seven days one administrator could have signed in"
            " as both of you, with a password that they set. Let somebody else confirm it, or refuse it."
        )
    must_fit(change, person)
    _decide(change, Status.CONFIRMED, by)
    changed = ["role", "unit", "is_active"]
    if change.role != person.role:
        sign_out_everywhere(person)
        changed.append("signed_out_at")
    person.role, person.unit, person.is_active = change.role, change.unit, True
    person.save(update_fields=changed)
    leave_role_groups(person)
    join_role_groups(person)
    change.person = person
    return change


@operation("refused a change of an account")
def refuse_change(change: AccountChange, *, reason: str, by: Person) -> AccountChange:
    """Leave the account as it is. Raises ``Refused`` without a reason, and for those who may not confirm it either."""
    change = _waiting(change, by)
    if not reason.strip():
        raise Refused("Say why you refuse.", field="reason")
    return _decide(change, Status.REFUSED, by, reason)


@operation("withdrew a change of an account")
def withdraw_change(change: AccountChange, *, by: Person) -> AccountChange:
    """Take back the own proposal. Raises ``Refused`` for that of somebody else, and when it waits no more."""
    must_manage_accounts(by)
    change = _locked(change)
    if change.proposed_by_id != by.pk:
        raise Refused("Only the person who proposed this can withdraw it. You can refuse it.")
    return _decide(change, Status.WITHDRAWN, by)


def could_sign_in_as(person: Person) -> set[UUID]:
    """Return who could sign in as ``person`` in the last seven days: they themselves, and who set a password that they had then.

    A password counts until the person has chosen another one, however long ago it was set. Whoever took it away with the
    second factor has set none.
    """
    since = now() - timedelta(days=7)
    about = ("password_changed_at", "password_set_by_id", "history_act")
    before = person.history.filter(history_date__lte=since).order_by("-history_date", "-history_id").values_list(*about)
    rows = [*before[:1], *person.history.filter(history_date__gt=since).order_by().values_list(*about)]
    taken_away = {at for at, _, act in rows if act == "access.remove_factor"}
    return {person.pk, *(setter for at, setter, _ in rows if setter and at not in taken_away)}


def must_fit(change: AccountChange, person: Person) -> None:
    """Raise unless the account can be changed so as it is now.

    Another role is refused while the person still works on a case or in a home, and another unit of a supervisor while they
    read parts of records by a grant: those rights follow from facts that end elsewhere, and would stay.
    """
    if change.kind == Kind.CHANGE and not person.is_active:
        raise Refused("This account is closed. Nothing was changed.")
    if change.kind != Kind.CHANGE and person.is_active:
        raise Refused("This account is open already. Nothing was changed.")
    if change.kind == Kind.CHANGE and (change.role, change.unit_id) == (person.role, person.unit_id):
        raise Refused("This person has that role and unit already.", field="role")
    if change.role != person.role and has_work(person):
        raise Refused(
            "This person still works on a case or in a home, and would keep the rights of that. A supervisor or the"
            " home's administrator ends it first. To end all access at once, close the account.",
            field="role",
        )
    if change.role == Role.SUPERVISOR and change.unit_id != person.unit_id and reads_parts(person):
        raise Refused(
            "This person was given parts of records of their unit to read for a time, and would keep that. A supervisor of"
            " the unit takes it back first.",
            field="unit",
        )


def _propose(person: Person, kind: str, role: Role, unit: AgencyUnit | None, reason: str, by: Person) -> AccountChange:
    if by.pk == person.pk:
        raise Refused("You can't change your own role or unit. Ask another system administrator.", field="role")
    change = AccountChange(person=person, kind=kind, role=role, unit=unit, reason=reason.strip(), proposed_by=by)
    must_fit(change, locked(person))
    change.save(force_insert=True)
    change.refresh_from_db(fields=["proposed_at", "ends_at"])
    return change


def _locked(change: AccountChange) -> AccountChange:
    """Return the change as it is in the database now, held until the transaction ends. Raises ``Refused`` when it waits no more."""
    rows = AccountChange.objects.select_for_update(of=("self",)).select_related("person", "proposed_by", "unit")
    change = rows.get(pk=change.pk)
    if change.status != Status.WAITING:
        raise Refused("This is decided already. Nothing was changed.")
    if change.is_over:
        raise Refused("This has waited for more than seven days, and nobody can decide about it any more.")
    return change


def _waiting(change: AccountChange, by: Person) -> AccountChange:
    """Return the locked change. Raises ``Refused`` unless ``by`` may decide about it."""
    if not by.may(Can.CONFIRM_ACCOUNTS):
        raise Refused("Only a supervisor or a system administrator can decide about this.")
    change = _locked(change)
    if by.pk == change.proposed_by_id:
        raise Refused("You proposed this yourself, so somebody else must decide.")
    if by.pk == change.person_id:
        raise Refused("This is your own account, so somebody else must decide.")
    return change


def _decide(change: AccountChange, status: str, by: Person, reason: str = "") -> AccountChange:
    change.status, change.decided_by, change.decided_at = status, by, now()
    change.decision_reason = reason.strip()
    change.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])
    return change
