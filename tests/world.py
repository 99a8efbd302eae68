"""Two of everything: two units, two homes of the exclusive population, two caseloads, one person per role in each.

Built once per test process by ``tests.building`` and copied for each test. A test that needs one thing more makes it
itself; a test that finds one thing too many here has found a leak.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from compliance.models import Flag
from placement.access.models import AgencyUnit, Person, UnusualAccess
from placement.facilities.models import (
    Assignment,
    Bed,
    Credential,
    Discharge,
    DischargeProposal,
    Drill,
    Exit,
    ExitCheck,
    Facility,
    Hold,
    Leave,
    Licence,
    Match,
    Override,
    PassRequest,
    Placement,
    Referral,
    Room,
    RosterEntry,
    Shift,
    Unit,
    Waiver,
)
from residents.models import (
    AccessRequest,
    BreakGlass,
    CareEntry,
    Case,
    Caseload,
    ClinicalNote,
    Complaint,
    Consent,
    Contact,
    ContactChange,
    Disclosure,
    Document,
    DocumentSeal,
    ExploitationLink,
    ExploitationTrace,
    Incident,
    IntrusiveMeasure,
    LookPlan,
    MedicationCount,
    MedicationDose,
    MedicationOrder,
    OutsidePerson,
    Resident,
    Restriction,
    RightsNotice,
    SafetyAlert,
    Separation,
    TeamMember,
)

PASSWORD = "only-for-tests-9"
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@dataclass
class Home:
    """One home with everything in it. The two exclusive ones have staff, administrator and inspector."""

    facility: Facility
    unit: Unit
    rooms: list[Room]
    beds: list[Bed]
    exits: list[Exit]
    licence: Licence | None = None
    staff: Person | None = None
    admin: Person | None = None
    inspector: Person | None = None
    shift: Shift | None = None
    paper: Document | None = None
    waiver: Waiver | None = None
    exit_check: ExitCheck | None = None
    drill: Drill | None = None
    assignments: list[Assignment] = field(default_factory=list)
    credentials: list[Credential] = field(default_factory=list)
    planned: RosterEntry | None = None

    @property
    def today(self) -> date:
        """The day it is now by the clock of the home, which may be a day ahead of the world's."""
        return timezone.localdate(timezone=self.facility.zone)


@dataclass
class Young:
    """One young person with case and, where there was one, the stay."""

    resident: Resident
    case: Case
    caseload: Caseload
    team: TeamMember | None = None
    stay: Placement | None = None
    referral: Referral | None = None
    care: CareEntry | None = None
    incident: Incident | None = None
    document: Document | None = None
    outside: OutsidePerson | None = None
    contact: Contact | None = None
    limit: Restriction | None = None  # waits for a decision
    asked_pass: PassRequest | None = None  # waits for a decision
    wider: ContactChange | None = None  # the question whether contact may be wider, which waits
    unsupervised: Contact | None = None  # that no supervisor has read of
    alert: SafetyAlert | None = None
    separation: Separation | None = None
    exploitation: ExploitationLink | None = None
    trace: ExploitationTrace | None = None
    override: Override | None = None
    leave: Leave | None = None
    proposal: DischargeProposal | None = None  # to end the stay
    discharge: Discharge | None = None
    consent: Consent | None = None
    disclosure: Disclosure | None = None
    emergency: BreakGlass | None = None
    asked: AccessRequest | None = None
    note: ClinicalNote | None = None
    asked_notes: AccessRequest | None = None
    seal: DocumentSeal | None = None
    measure: IntrusiveMeasure | None = None  # goes on, and waits for a judgement
    notice: RightsNotice | None = None
    look_plan: LookPlan | None = None  # says what is usual anyway
    order: MedicationOrder | None = None
    dose: MedicationDose | None = None
    count: MedicationCount | None = None
    complaint: Complaint | None = None  # answered long ago
    flag: Flag | None = None  # an entry chosen by chance


@dataclass
class World:
    """Everything, two of each. ``ada`` and ``bea`` live in Cedar, ``cleo`` and ``dina`` in Birch. ``eve`` looks for a
    home, ``fay`` has lived in Cedar and left, ``gwen`` is of the general population. North keeps the cases of ada, bea,
    eve and fay. ``caseworker_past`` and ``staff_past`` could see ada until last week."""

    now: datetime
    north: AgencyUnit
    south: AgencyUnit
    people: dict[str, Person] = field(default_factory=dict)
    homes: dict[str, Home] = field(default_factory=dict)
    young: dict[str, Young] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    match: Match | None = None
    hold: Hold | None = None
    override: Override | None = None
    draft: Referral | None = None
    unusual: UnusualAccess | None = None
    flag: Flag | None = None  # of no single record, about the stranger

    @property
    def today(self) -> date:
        """The day that ``now`` falls on where the people of the world work. In the evening UTC is a day ahead of it."""
        return self.now.astimezone(LOS_ANGELES).date()

    def __getattr__(self, name: str) -> Person | Home | Young:
        for shelf in ("people", "homes", "young"):
            if shelf in self.__dict__ and name in self.__dict__[shelf]:
                return self.__dict__[shelf][name]
        raise AttributeError(name)


def today() -> date:
    """The day it is now where the people of the tests work."""
    return timezone.localdate(timezone=LOS_ANGELES)


@cache
def _server() -> ClientHandler:
    """What answers every browser until a setting changes: made anew for each, it took as long as a tenth of its first page."""
    handler = ClientHandler(enforce_csrf_checks=False)
    handler.load_middleware()
    return handler


@receiver(setting_changed)
def _make_anew(**_: object) -> None:
    _server.cache_clear()


def browser(world: World, key: str) -> Client:
    """A browser in which the person called ``key`` in the world is signed in."""
    client = Client()
    client.handler = _server()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[key]
    return client


def text_file(name: str, text: str) -> SimpleUploadedFile:
    """An upload of plain text."""
    return SimpleUploadedFile(name, text.encode(), content_type="text/plain")
