"""Who works for the invented agency and in its homes. No person here is real."""

from dataclasses import dataclass
from datetime import datetime

from placement.access.rights import Role
from placement.demo.plan import AGENCY_ZONE, SYSTEM, Plan, The

PASSWORD = "demo-only-password"
TEXAS = "America/Chicago"
UNITS = {"north": "North unit", "south": "South unit"}


@dataclass(frozen=True)
class Account:
    """One account. ``home`` is where the person works, runs or inspects; ``sees`` is what the command prints."""

    username: str
    name: str
    role: Role
    unit: str = ""
    home: str = ""
    zone: str = AGENCY_ZONE
    sees: str = ""


ACCOUNTS = (
    Account("sysadmin", "Ines Okafor", Role.SYSADMIN, sees="accounts, and no case"),
    Account("supervisor", "Ruth Abara", Role.SUPERVISOR, "north", sees="cases of the north unit; approves"),
    Account("supervisor2", "Daniel Kwon", Role.SUPERVISOR, "south", sees="cases of the south unit; approves"),
    Account("caseworker", "Maya Lindgren", Role.CASEWORKER, "north", sees="her caseload"),
    Account("caseworker2", "Tomasz Nowak", Role.CASEWORKER, "south", sees="his caseload"),
    Account("clinician", "Dr. Leila Farouk", Role.CLINICIAN, sees="young people on whose team she is"),
    Account("admin.cedar", "Helen Brandt", Role.ADMIN, home="cedar", sees="Cedar House"),
    Account("staff.cedar", "Andre Fuller", Role.STAFF, home="cedar", sees="Cedar House, on shift"),
    Account("staff2.cedar", "Rosalind Teo", Role.STAFF, home="cedar"),
    Account("staff3.cedar", "Piotr Zielinski", Role.STAFF, home="cedar"),
    Account("admin.birch", "Carmen Villareal", Role.ADMIN, home="birch", zone=TEXAS, sees="Birch House"),
    Account("staff.birch", "Joel Whitaker", Role.STAFF, home="birch", zone=TEXAS, sees="Birch House, on shift"),
    Account("staff2.birch", "Nkechi Bello", Role.STAFF, home="birch", zone=TEXAS),
    Account("staff3.birch", "Sam Delacroix", Role.STAFF, home="birch", zone=TEXAS),
    Account("staff4.birch", "Tessa Moreno", Role.STAFF, home="birch", zone=TEXAS),
    Account("admin.maple", "Grace Tanaka", Role.ADMIN, home="maple"),
    Account("staff.maple", "Luis Herrera", Role.STAFF, home="maple"),
    Account("admin.harbor", "Fiona McCrae", Role.ADMIN, home="harbor"),
    Account("carer.alder", "Beatriz and Paul Amsel", Role.ADMIN, home="alder"),
    Account("inspector.cedar", "Victor Osei", Role.INSPECTOR, home="cedar", sees="Cedar House's evidence, codes only"),
    Account("supervisor3", "Yusuf Castellanos", Role.SUPERVISOR, "north", sees="the north unit too; signs second"),
    Account("stranger", "Robin Vale", Role.NONE, sees="nothing"),
)
CONTRACT = (
    "caseworker",
    "caseworker2",
    "staff.cedar",
    "staff.birch",
    "admin.cedar",
    "admin.birch",
    "clinician",
    "supervisor",
    "supervisor2",
    "inspector.cedar",
    "sysadmin",
    "stranger",
)
SECOND_SUPERVISOR = "supervisor3"  # for what takes two signatures in one unit
FIRST = ACCOUNTS[0].username
LAST = ACCOUNTS[-1].username  # opened by the very last act: whoever finds this account finds the whole demo
ADMIN_OF = {account.home: account.username for account in ACCOUNTS if account.role == Role.ADMIN}
SUPERVISOR_OF = {account.unit: account.username for account in reversed(ACCOUNTS) if account.role == Role.SUPERVISOR}
CASEWORKER_OF = {account.unit: account.username for account in ACCOUNTS if account.role == Role.CASEWORKER}
ON_SHIFT = {
    "cedar": ("staff.cedar", "staff2.cedar", "staff3.cedar"),
    "birch": ("staff.birch", "staff2.birch", "staff3.birch"),
}
OPENED = 420  # days ago


def person(username: str) -> The:
    """Return the account as something that other acts name."""
    return The(f"person:{username}")


def tell_people(plan: Plan) -> None:
    """Open the two units and every account but the last one; yesterday a change of one was proposed, and waits."""
    begin = plan.when(OPENED, "09:00")
    for key, name in UNITS.items():
        plan.tell(begin, SYSTEM, "access.open_unit", f"unit:{key}", name=name)
    for number, account in enumerate(ACCOUNTS, start=1):
        if account.username != LAST:
            _tell_account(plan, begin, number, account)
    plan.tell(
        plan.when(1, "09:20"),
        "sysadmin",
        "access.propose_change",
        person=person("clinician"),
        role=Role.CLINICIAN,
        unit=The("unit:south"),
        reason="Dr. Farouk works for the south unit from next month on, as agreed with Daniel Kwon.",
    )


def tell_last_account(plan: Plan) -> None:
    """Open the last account. To be told last of all."""
    _tell_account(plan, plan.now, len(ACCOUNTS), ACCOUNTS[-1])


def _tell_account(plan: Plan, at: datetime, number: int, account: Account) -> None:
    plan.tell(
        at,
        SYSTEM,
        "access.open_account",
        f"person:{account.username}",
        username=account.username,
        name=account.name,
        staff_number=f"D-{number:03}",
        role=account.role,
        unit=The(f"unit:{account.unit}") if account.unit else None,
        time_zone=account.zone,
        password=PASSWORD,
    )
