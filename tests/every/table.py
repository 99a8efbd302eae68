"""Every URL pattern: where its arguments come from, and who gets in. A new pattern without a line here fails the tests.

Letters name people by what they are to the young person or the home of the page:
c caseworker of the case, l clinician on the team, s supervisor of the unit, f facility staff, a administrator,
i inspector of the home where the young person lives; C, L, S, F, A, I everybody in that role, also without any young
person or home; w whoever works in a home now; y the system administrator, x the stranger.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from placement.access.models import Person
from tests.world import Home, World, Young

CASE = set("cls")
HOME = set("fai")


@dataclass(frozen=True)
class Place:
    """Where the arguments of a page come from, and how far it is from north unit and Cedar."""

    name: str
    world: World
    young: Young
    home: Home

    @property
    def ended(self) -> bool:
        return self.name == "ended"


def places(world: World) -> dict[str, Place]:
    """Own (of north and Cedar), of the other unit and home, and of a stay that has ended."""
    return {
        "own": Place("own", world, world.ada, world.cedar),
        "other": Place("other", world, world.cleo, world.birch),
        "ended": Place("ended", world, world.fay, world.cedar),
    }


def people_of(place: Place) -> dict[str, set[Person]]:
    """Letter → the people whom it stands for at this place."""
    w, south = place.world, place.name == "other"
    letters = {
        "c": {w.caseworker2 if south else w.caseworker},
        "l": {w.clinician2 if south else w.clinician},
        "s": {w.supervisor2 if south else w.supervisor},
        "f": {w.staff_birch if south else w.staff_cedar},
        "a": {w.admin_birch if south else w.admin_cedar},
        "i": {w.inspector_birch if south else w.inspector_cedar},
    }
    return letters | everybody(w)


def everybody(w: World) -> dict[str, set[Person]]:
    """Letter → all people of a role."""
    return {
        "C": {w.caseworker, w.caseworker2, w.caseworker_past},
        "L": {w.clinician, w.clinician2},
        "S": {w.supervisor, w.supervisor2},
        "F": {w.staff_cedar, w.staff_birch, w.staff_past},
        "A": {w.admin_cedar, w.admin_birch},
        "I": {w.inspector_cedar, w.inspector_birch},
        "w": {w.staff_cedar, w.staff_birch, w.admin_cedar, w.admin_birch},
        "y": {w.sysadmin},
        "x": {w.stranger},
    }


@dataclass(frozen=True)
class Page:
    """One pattern. ``who`` opens it; ``after`` opens it when the stay has ended (default: ``who`` without the home)."""

    who: str
    args: dict[str, Callable[[Place], Any]] = field(default_factory=dict)
    after: str | None = None
    post_only: bool = False

    def people(self, place: Place) -> set[Person]:
        """Who gets in at ``place``."""
        letters = set(self.who)
        if place.ended:
            letters = letters - HOME if self.after is None else set(self.after)
        of = people_of(place)
        return set().union(*(of[letter] for letter in letters)) if letters else set()


def young(**more: Callable[[Place], Any]) -> dict[str, Callable[[Place], Any]]:
    return {"pk": lambda p: p.young.resident.pk} | more


def home(**more: Callable[[Place], Any]) -> dict[str, Callable[[Place], Any]]:
    return {"pk": lambda p: p.home.facility.pk} | more


def stay(**more: Callable[[Place], Any]) -> dict[str, Callable[[Place], Any]]:
    return {"pk": lambda p: p.young.stay.pk} | more


def referral(**more: Callable[[Place], Any]) -> dict[str, Callable[[Place], Any]]:
    return {"pk": lambda p: p.young.referral.pk} | more


def row(place: Place) -> Any:
    """A history row about the young person of the place."""
    return place.young.alert.history.first()


def conflict(place: Place) -> Any:
    """The bar of somebody who has nothing to do with the young person of the place."""
    return place.young.resident.conflicts.get()


EVERYBODY = "CLSFAIyx"
MANAGED = "Sa"

PAGES: dict[str, Page] = {
    "work": Page(EVERYBODY),
    # accounts
    "accounts:password": Page(EVERYBODY),
    "accounts:kept": Page(EVERYBODY),
    "accounts:here": Page(EVERYBODY, post_only=True),
    "accounts:list": Page("y"),
    "accounts:new": Page("y"),
    "accounts:units": Page("y"),
    "accounts:account": Page("y", {"pk": lambda p: p.home.staff.pk}, after="y"),
    # audit
    "audit:list": Page("S"),
    "audit:act": Page(
        "s", {"xid": lambda p: row(p).history_xid, "at": lambda p: f"{row(p).history_date.timestamp():.6f}"}
    ),
    # emergency access: nobody has any now
    "break_glass:new": Page("CLSFA"),
    "break_glass:judge": Page("s", {"pk": lambda p: p.young.emergency.pk}),
    "break_glass:end": Page("", {"pk": lambda p: p.young.emergency.pk}, post_only=True),
    # access that is asked for
    "access_requests:new": Page("CLSFA"),
    "access_requests:decide": Page("cs", {"pk": lambda p: p.young.asked.pk}),
    # young people
    "residents:list": Page("CLSFAI"),
    "residents:new": Page("CS"),
    "residents:document": Page("cs", {"pk": lambda p: p.young.document.pk}),
    "residents:detail": Page("clsfai", young()),
    "residents:timeline": Page("clsfa", young()),
    "residents:plan": Page("clsfa", young()),
    "residents:change_profile": Page("c", young()),
    "residents:care": Page("clsfa", young()),
    "residents:contacts": Page("clsfa", young()),
    "residents:log_contact": Page("cfa", young()),
    "residents:add_outside_person": Page("c", young()),
    "residents:change_outside_person": Page("c", young(row=lambda p: p.young.outside.pk)),
    "residents:health": Page("clsfa", young()),
    "residents:incidents": Page("clsfa", young()),
    "residents:placements": Page("clsa", young()),
    "residents:documents": Page("clsfa", young()),
    "residents:file_document": Page("clfa", young()),
    "residents:add_alert": Page("cl", young()),
    "residents:end_alert": Page("cl", young(row=lambda p: p.young.alert.pk)),
    "residents:confidential": Page("clsa", young()),
    "residents:change_identity": Page("c", young()),
    "residents:change_case": Page("c", young()),
    "residents:add_alias": Page("c", young()),
    "residents:add_designation": Page("c", young()),
    "residents:review_designation": Page("s", young(row=lambda p: p.young.resident.designations.first().pk)),
    "residents:add_level": Page("c", young()),
    "residents:add_separation": Page("cs", young()),
    "residents:decide_separation": Page("s", young(row=lambda p: p.young.resident.separation_requests.get().pk)),
    "residents:end_separation": Page("cs", young(row=lambda p: p.young.separation.pk)),
    "residents:add_harm": Page("c", young()),
    "residents:add_sibling": Page("cs", young()),
    "residents:add_link": Page("c", young()),
    "residents:team": Page("s", young()),
    "residents:assign_caseload": Page("s", young()),
    "residents:join_team": Page("s", young()),
    "residents:end_grant": Page("s", young(row=lambda p: p.young.team.pk)),
    "residents:bar": Page("s", young()),
    "residents:lift_bar": Page("s", young(row=lambda p: conflict(p).pk)),
    "residents:declare_conflict": Page("clsfai", young()),
    "residents:close_case": Page("s", young()),
    "residents:opened": Page("s", young()),
    "residents:opened_in_plain_words": Page("s", young()),
    "residents:history": Page("csai", young()),
    # homes
    "facilities:list": Page("CSFAI"),
    "facilities:new": Page("S"),
    "facilities:detail": Page("CSfai", home(), after="CSfai"),
    "facilities:history": Page("Sai", home(), after="Sai"),
    "facilities:week": Page(
        "Sfai", home(year=lambda p: p.world.now.year, number=lambda p: p.world.now.isocalendar().week), after="Sfai"
    ),
    "facilities:add-paper": Page(MANAGED, home(), after=MANAGED),
    "facilities:paper": Page("Sai", home(paper=lambda p: p.home.paper.pk), after="Sai"),
    "facilities:add-licence": Page(MANAGED, home(), after=MANAGED),
    "facilities:licence-terms": Page(MANAGED, home(licence=lambda p: p.home.licence.pk), after=MANAGED),
    "facilities:end-licence": Page(MANAGED, home(licence=lambda p: p.home.licence.pk), after=MANAGED),
    "facilities:confirm-population": Page("S", home(licence=lambda p: p.home.licence.pk), after="S"),
    "facilities:confirm-licence": Page("S", home(licence=lambda p: p.home.licence.pk), after="S"),
    "facilities:confirm-waiver": Page("S", home(waiver=lambda p: p.home.waiver.pk), after="S"),
    "facilities:add-condition": Page(MANAGED, home(licence=lambda p: p.home.licence.pk), after=MANAGED),
    "facilities:add-waiver": Page(MANAGED, home(licence=lambda p: p.home.licence.pk), after=MANAGED),
    "facilities:add-fire-clearance": Page(MANAGED, home(), after=MANAGED),
    "facilities:add-unit": Page(MANAGED, home(), after=MANAGED),
    "facilities:add-room": Page(MANAGED, home(), after=MANAGED),
    "facilities:add-bed": Page(MANAGED, home(), after=MANAGED),
    "facilities:close-bed": Page(MANAGED, home(bed=lambda p: p.home.beds[3].pk), after=MANAGED),
    "facilities:reopen-bed": Page(MANAGED, home(bed=lambda p: p.home.beds[3].pk), after=MANAGED, post_only=True),
    "facilities:add-exit": Page(MANAGED, home(), after=MANAGED),
    "facilities:assign": Page(MANAGED, home(), after=MANAGED),
    "facilities:end-assignment": Page(MANAGED, home(assignment=lambda p: p.home.assignments[0].pk), after=MANAGED),
    # the shift
    "facilities:my-shift": Page(EVERYBODY),
    "facilities:shift": Page("fa", home(), after="fa"),
    "facilities:open-shift": Page("fa", home(), after="fa", post_only=True),
    "facilities:log-several": Page("fa", home(), after="fa"),
    "facilities:log-care": Page("fa", home(resident=lambda p: p.young.resident.pk)),
    "facilities:tap": Page("fa", home(resident=lambda p: p.young.resident.pk), post_only=True),
    "facilities:care-entry": Page("fa", home(entry=lambda p: p.young.care.pk)),
    "facilities:past-shift": Page("fa", home(shift=lambda p: p.home.shift.pk), after="fa"),
    "facilities:hand-off": Page("fa", home(shift=lambda p: p.home.shift.pk), after="fa"),
    # incidents: the home keeps what happened in it
    "incidents:list": Page("CSFAI"),
    "incidents:new": Page("w"),
    "incidents:came-back": Page("fa", {"pk": lambda p: p.young.incident.pk, "resident": lambda p: p.young.resident.pk}),
    "incidents:detail": Page("clSfai", {"pk": lambda p: p.young.incident.pk}, after="clSfai"),
    # referrals
    "referrals:list": Page("CS"),
    "referrals:new": Page("CS"),
    "referrals:detail": Page("cs", referral()),
    "referrals:edit": Page("c", referral()),
    "referrals:correct": Page("cs", referral()),
    "referrals:send": Page("c", referral()),
    "referrals:withdraw": Page("c", referral()),
    "referrals:discard": Page("c", referral()),
    "referrals:match": Page("cs", referral()),
    "referrals:compare": Page("cs", referral()),
    "referrals:release": Page("c", referral(), post_only=True),
    "referrals:hold": Page("c", referral(facility=lambda p: p.home.facility.pk)),
    "referrals:sign": Page("cs", referral(facility=lambda p: p.home.facility.pk, criterion=lambda p: "ages")),
    "referrals:exception": Page("c", referral(facility=lambda p: p.world.alder.facility.pk)),
    "referrals:propose": Page("c", referral(facility=lambda p: p.home.facility.pk)),
    # placements
    "placements:overrides": Page("CS"),
    "placements:override": Page("cs", {"pk": lambda p: p.young.override.pk}),
    "placements:detail": Page("csa", stay()),
    "placements:decide": Page("s", stay()),
    "placements:withdraw": Page("c", stay()),
    "placements:safety": Page("a", stay()),
    "placements:admit": Page("a", stay()),
    "placements:leave": Page("sa", stay()),
    "placements:extend": Page("s", stay()),
    "placements:discharge": Page("sa", stay()),
    "placements:after-care": Page("cs", stay()),
}
PUBLIC = {
    "healthz": "says that the process is alive",
    "readyz": "says whether the database answers",
    "accounts:login": "the way in",
    "accounts:logout": "the way out",
    "components": "invented samples, only with DEBUG",
}


FIXED = {"criterion", "year", "number", "xid", "at"}


def made_up(page: Page, place: Place) -> dict[str, Any]:
    """Arguments that look right and lead nowhere."""
    arguments = {name: value(place) if name in FIXED else uuid4() for name, value in page.args.items()}
    return arguments | ({"xid": 999_999_999} if "xid" in arguments else {})
