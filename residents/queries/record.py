"""One young person's record: who opens it with which rights, the banner, the tabs, and the overview."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.urls import reverse

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import in_force, rights_on
from placement.audit.clock import now
from placement.database.context import reading
from placement.ui.templatetags.ui import local
from residents.models import (
    ORDERS,
    PAIRS,
    BreakGlass,
    CareEntry,
    Case,
    Caseload,
    LevelAssessment,
    PopulationDesignation,
    Resident,
    SafetyAlert,
    TeamMember,
)
from residents.queries.ages import age_now, place_of
from residents.queries.emergencies import waiting_for
from residents.queries.homes import stays_now
from residents.queries.leaving import COMING, LOOKING, checks_due, has_left
from residents.withheld import withheld

CONFIDENTIAL = (Can.VIEW_IDENTITY, Can.VIEW_CASE_SUMMARY, Can.VIEW_CASE, Can.VIEW_EXPLOITATION, Can.VIEW_CLINICAL)
HISTORY = (Can.VIEW_AUDIT, Can.VIEW_HOME_AUDIT, Can.VIEW_OWN_AUDIT)
RIGHTS = "rights:young"  # a page of the layer above, which knows the rules too
TABS: list[tuple[str, str, tuple[Can, ...]]] = [
    ("Overview", "detail", (Can.VIEW_CODE,)),
    ("Timeline", "timeline", (Can.VIEW_CARE_LOG,)),
    ("Plan", "plan", (Can.VIEW_CARE_PROFILE,)),
    ("Daily care", "care", (Can.VIEW_CARE_LOG,)),
    ("Contacts", "contacts", (Can.VIEW_CARE_PROFILE,)),
    ("Rights", RIGHTS, (Can.VIEW_CARE_LOG,)),
    ("Health", "health", (Can.VIEW_CARE_LOG,)),
    ("Incidents", "incidents", (Can.VIEW_CARE_LOG,)),
    ("Placements", "placements", (Can.VIEW_CASE_SUMMARY,)),
    ("Documents", "documents", (Can.VIEW_CARE_PROFILE,)),
    ("Confidential", "confidential", CONFIDENTIAL),
    ("Shared", "shared", (Can.DISCLOSE,)),
    ("Team", "team", (Can.ASSIGN_TEAM,)),
    ("History", "history", HISTORY),
]
SEES = {
    "profile": (Can.VIEW_CARE_PROFILE,),
    "care": (Can.VIEW_CARE_LOG,),
    "identity": (Can.VIEW_IDENTITY,),
    "case": (Can.VIEW_CASE,),
    "case_summary": (Can.VIEW_CASE_SUMMARY,),
    "exploitation": (Can.VIEW_EXPLOITATION,),
    "clinical": (Can.VIEW_CLINICAL,),
    "keep": (Can.KEEP_CASE,),
    "pairs": PAIRS,
    "write_clinical": (Can.WRITE_CLINICAL,),
    "assign": (Can.ASSIGN_TEAM,),
    "asks_for_parts": (Can.KEEP_CASE, Can.ASSIGN_TEAM),
    "alerts": (Can.KEEP_CASE, Can.WRITE_CLINICAL),
    "looks": (Can.KEEP_CASE, Can.ACCEPT_PLACEMENT, Can.WRITE_CLINICAL),
    "orders": ORDERS,
    "checks": (*ORDERS, Can.LOG_CARE),
    "trail": (Can.VIEW_AUDIT, Can.VIEW_OWN_AUDIT),
    "openings": (Can.VIEW_AUDIT,),
    "contact": (Can.KEEP_CASE, Can.LOG_CARE),
    "log": (Can.LOG_CARE,),
    "limits": (Can.ACCEPT_PLACEMENT, Can.APPROVE_PLACEMENT),
    "wider": (Can.APPROVE_PLACEMENT,),
}
PARTS_OF_RECORD = {word: SEES[word] for word in ("identity", "case", "case_summary", "exploitation", "clinical")}
NEEDED = {name: rights for _, name, rights in TABS}


@dataclass
class Record:
    """A resident as one person sees it. ``zone`` is the home's when the person knows the home, else the person's."""

    resident: Resident
    person: Person
    rights: frozenset[Can]
    zone: ZoneInfo
    stay: Any = None
    age: int | None = None
    alerts: list[SafetyAlert] = field(default_factory=list)
    current: str = "detail"

    def may(self, *any_of: Can) -> bool:
        """Return whether the person has any of these rights on this resident."""
        return bool(self.rights.intersection(any_of))

    @property
    def name(self) -> str:
        """Return what this person calls the resident: the preferred name, or the code."""
        return self.resident.preferred_name if self.may(Can.VIEW_CARE_PROFILE) else self.resident.code

    @property
    def heading(self) -> str:
        """Return the name with the age, where both are open."""
        return f"{self.name}, {self.age}" if self.age is not None else self.name

    @property
    def initials(self) -> str:
        """Return the letter for the round picture."""
        return self.name[:1] if self.may(Can.VIEW_CARE_PROFILE) else "·"

    @property
    def line(self) -> str:
        """Return the small line above the name: code, home, bed."""
        parts = [self.resident.code]
        if self.stay:
            days = (now() - self.stay.starts_at).days
            parts += [self.stay.facility.name, f"{self.stay.bed.room.name}, bed {self.stay.bed.name}"]
            parts.append(f"here {days} days" if days != 1 else "here 1 day")
        return " · ".join(parts)

    @property
    def tags(self) -> list[dict[str, str]]:
        """Return the alerts for the banner."""
        return [{"text": alert.words, "kind": "late" if alert.strong else "due"} for alert in self.alerts]

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """Return the pages of this record that are open to this person."""
        return [
            {"label": label, "href": self.url(name), "current": name == self.current}
            for label, name, rights in TABS
            if self.may(*rights)
        ]

    @property
    def sees(self) -> dict[str, bool]:
        """Return which parts are open, by the words that the templates use."""
        return {word: self.may(*rights) for word, rights in SEES.items()}

    @property
    def withheld(self) -> dict[str, str]:
        """Return of each part that is closed to this person for whom it is; an open part has no key."""
        return withheld(self.rights, PARTS_OF_RECORD)

    @property
    def action(self) -> dict[str, str]:
        """Return the next thing to do from the banner: log an entry where the young person lives, or refer."""
        if self.stay and self.may(Can.LOG_CARE):
            return {"label": "Log an entry", "href": reverse("facilities:shift", kwargs={"pk": self.stay.facility_id})}
        if not self.stay and self.may(Can.PROPOSE_PLACEMENT):
            return {"label": "Refer", "href": f"{reverse('referrals:new')}?resident={self.resident.pk}"}
        return {}

    @property
    def care_url(self) -> str:
        """Return the address of the care log."""
        return self.url("care")

    @property
    def activities_url(self) -> str:
        """Return the address of the page of activities."""
        return self.url("activities")

    @property
    def confidential_url(self) -> str:
        """Return the address of the confidential page."""
        return self.url("confidential")

    @property
    def health_url(self) -> str:
        """Return the address of the health page."""
        return self.url("health")

    def url(self, name: str, **more: Any) -> str:
        """Return the address of a page of this record."""
        return reverse(name if ":" in name else f"residents:{name}", kwargs={"pk": self.resident.pk, **more})


def open_record(person: Person, pk: UUID, *any_of: Can, current: str = "detail") -> Record:
    """Return the record of resident ``pk``. Raises ``Resident.DoesNotExist`` without any of the rights ``any_of``."""
    choices = [Resident.objects.visible_to(person, right) for right in any_of]
    with reading("age"):
        resident = reduce(or_, choices).annotate(born=F("identity__birth_date")).get(pk=pk)
    rights = rights_on(person, resident)
    stay = stays_now(person, [resident]).get(resident.pk)
    record = Record(resident, person, rights, place_of(stay, person), stay)
    record.current = current
    if record.may(Can.VIEW_CARE_PROFILE):
        record.age = age_now(resident.born, record.zone)
        record.alerts = list(SafetyAlert.objects.filter(in_force(), resident=resident))
    return record


def newest_version(record: Any) -> int:
    """Return the newest history id of ``record``; 0 before its first row."""
    return record.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0


def newest_change(record: Any, zone: ZoneInfo) -> str:
    """Return who changed ``record`` last, and when, in words."""
    row = record.history.order_by("-history_id").values_list("history_user_name", "history_date").first()
    return f"{row[0]}, {local(row[1], zone)}" if row else ""


def open_case_of(resident: Resident) -> Case | None:
    """Return the open case, or else the last one, with its unit."""
    return resident.cases.select_related("unit").order_by("-status", "-opened_on").first()


@reading("team")  # whoever cares for a young person may know whom to call, also where the case is closed to them
def team_of(record: Record) -> list[dict[str, Any]]:
    """Return who works on the case now, as facts for a list of pairs; nothing for readers of the code only."""
    if not record.may(Can.VIEW_CARE_PROFILE):
        return []
    now_on = Q(in_force(), case__resident=record.resident)
    workers = Caseload.objects.filter(now_on).order_by("starts_at").values_list("caseworker__name", flat=True)
    members = TeamMember.objects.filter(now_on).order_by("starts_at").values_list("role", "person__name")
    return [
        *({"role": Role.CASEWORKER.label, "name": name} for name in workers),
        *({"role": Role(role).label, "name": name} for role, name in members),
    ]


def last_days(record: Record, *, limit: int = 8) -> list[CareEntry]:
    """Return the newest care entries that tell something about the day; rounds are left to the care log."""
    entries = care_entries(record).exclude(kind__in=CareEntry.LOOKS)
    return list(entries.order_by("-happened_at", "-pk")[:limit])


def last_seen(record: Record) -> CareEntry | None:
    """Return the newest head count or sleep check."""
    return care_entries(record, CareEntry.LOOKS).order_by("-happened_at", "-pk").first()


def care_entries(record: Record, kinds: Iterable[str] = ()) -> Any:
    """Return the care entries of the record that are no amendments, with home, writer and amendments."""
    entries = CareEntry.objects.visible_to(record.person, Can.VIEW_CARE_LOG).filter(
        resident=record.resident, amends__isnull=True
    )
    if kinds:
        entries = entries.filter(kind__in=kinds)
    return entries.select_related("facility", "written_by").prefetch_related("amendments__written_by")


def next_steps(record: Record, case: Case | None) -> list[dict[str, Any]]:
    """Return what is to be done for this young person, soonest first, as items for ``components/work_list.html``."""
    resident = record.resident
    items: list[dict[str, Any]] = []
    if case and record.may(Can.VIEW_CASE):
        if case.next_hearing_on:
            items.append(
                {
                    "due": at_day(case.next_hearing_on, record.zone),
                    "title": "Court hearing",
                    "detail": case.court,
                    "note": "court day",
                }
            )
        waiting = resident.referrals.filter(status__in=LOOKING).order_by("-made_at")
        for referral in waiting[:3]:
            items.append(
                {
                    "due": referral.needed_from,
                    "when": "no day set",
                    "title": f"Referral R-{referral.number}: {referral.get_status_display().lower()}",
                    "href": reverse("referrals:detail", kwargs={"pk": referral.pk}),
                }
            )
        items += [
            looking(record, discharge) for discharge in checks_due(resident.discharges.order_by("-written_at"))[:3]
        ]
    if record.may(Can.VIEW_CASE_SUMMARY):
        for stay in resident.placements.filter(status="approved").order_by("starts_at"):
            items.append({"due": stay.starts_at, "title": "Moves into a home", "detail": "Approved, not yet admitted"})
    for leave in resident.leaves.filter(ends_at__gt=now()).order_by("starts_at")[:3]:
        back = leave.starts_at <= now()
        items.append(
            {
                "due": leave.ends_at if back else leave.starts_at,
                "title": "Back from leave" if back else f"Leave starts: {leave.get_kind_display().lower()}",
            }
        )
    for alert in record.alerts:
        if alert.ends_at and alert.ends_at < now() + timedelta(days=14):
            items.append({"due": alert.ends_at, "title": "Alert ends", "detail": alert.words})
    if record.may(Can.VIEW_AUDIT):
        items += [judging(glass) for glass in waiting_for(record.person).filter(resident=resident)[:3]]
    dated = [item for item in items if item.get("due")]
    return sorted(dated, key=lambda i: i["due"]) + [i for i in items if not i.get("due")] + missing(record, case)


def looking(record: Record, discharge: Any) -> dict[str, Any]:
    """Return the look at how the young person is doing after leaving, from ``checks_due``."""
    item: dict[str, Any] = {
        "due": at_day(discharge.due_on, record.zone),
        "title": f"{'Next' if discharge.checked else 'First'} check after leaving",
        "detail": f"{discharge.after_care_contact} stays in touch",
        "note": "day of the check",
    }
    if record.may(Can.KEEP_CASE, Can.APPROVE_PLACEMENT):
        item |= {
            "action": "Write it down",
            "action_href": reverse("placements:after-care", args=[discharge.placement_id]),
        }
    return item


def judging(glass: BreakGlass) -> dict[str, Any]:
    """Return the duty to judge an emergency access."""
    return {
        "due": glass.judge_by,
        "title": f"Emergency access by {glass.person}",
        "detail": glass.reason,
        "action": "Read and judge",
        "action_href": reverse("break_glass:judge", args=[glass.pk]),
    }


def missing(record: Record, case: Case | None) -> list[dict[str, Any]]:
    """Return what the record still lacks, for the person who keeps it; a home last, because matching asks for the rest."""
    if not record.may(Can.KEEP_CASE) or case is None or case.status != Case.Status.OPEN:
        return []
    lacks = []
    if not PopulationDesignation.objects.filter(resident=record.resident).exists():
        lacks.append(("Say which population the young person belongs to", "add_designation"))
    if not LevelAssessment.objects.filter(resident=record.resident).exists():
        lacks.append(("Record the level of care that is needed", "add_level"))
    items = [
        {"when": "to do", "title": title, "action": "Add", "action_href": record.url(name)} for title, name in lacks
    ]
    if not (record.stay or looks_or_left(record)):
        items.append({"when": "to do", "title": "Find a home: refer the young person", **referring(record)})
    return items


def looks_or_left(record: Record) -> bool:
    """Return whether a home is looked for or found already, or the young person has left for somewhere else."""
    resident = record.resident
    return (
        resident.referrals.filter(status__in=LOOKING).exists()
        or resident.placements.filter(status__in=COMING).exists()
        or has_left(record.person, resident)
    )


def referring(record: Record) -> dict[str, Any]:
    """Return the action that starts a referral, for a person who may propose one."""
    if not record.may(Can.PROPOSE_PLACEMENT):
        return {}
    return {"action": "Refer", "action_href": f"{reverse('referrals:new')}?resident={record.resident.pk}"}


def at_day(day: Any, zone: ZoneInfo) -> datetime:
    """Return 8 in the morning of ``day`` in ``zone``, as a UTC moment."""
    return datetime.combine(day, time(8), tzinfo=zone).astimezone(UTC)
