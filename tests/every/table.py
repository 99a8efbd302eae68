"""Every URL pattern: where its arguments come from, and which part of a record, a home or a role opens it.

A new pattern without a line here fails the tests. Who has the part says the oracle, from the facts.

For operations, letters name people by what they are to the young person or the home:
c caseworker of the case, l clinician on the team, s supervisor of the unit, o supervisor of the other unit,
f facility staff, a administrator, i inspector of the home where the young person lives; C, L, S, F, A, I everybody in
that role, also without any young person or home; w whoever works in a home now; y the system administrator, x the
stranger.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from compliance.models import CorrectiveAction, Finding, Obligation, Proof
from compliance.operations import file_proof, plan_corrective_action
from placement.access.models import AccountChange, Person
from placement.access.proposals import propose_change
from placement.access.rights import Role
from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities.models import ShiftStaff
from residents.models import Document
from residents.operations import file_document
from tests.every.oracle import Sight, sights
from tests.world import Home, World, Young, text_file


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
        "o": {w.supervisor if south else w.supervisor2},
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


Arguments = dict[str, Callable[[Place], Any]]


@dataclass(frozen=True)
class Page:
    """One pattern. ``opens``: the part of the record, the home or the role that it shows, in the words of the oracle.

    more: other records that the same address shows, each with the part that opens it.
    """

    opens: str
    args: Arguments = field(default_factory=dict)
    post_only: bool = False
    more: tuple[tuple[str, Arguments], ...] = ()

    def people(self, place: Place, opens: str = "", known: dict[UUID, Sight] | None = None) -> set[Person]:
        """Who gets in at ``place``, by the oracle: in the world as it was built, or as ``known`` says."""
        known = known or sights(place.world)
        at = {"young": place.young.resident.pk, "home": place.home.facility.pk} if self.args else {}
        return {person for person in place.world.people.values() if known[person.pk].has(opens or self.opens, **at)}

    def records(self) -> list[tuple[str, Arguments]]:
        """What the address can show: the part that opens it, and the arguments."""
        return [(self.opens, self.args), *self.more]


def young(**more: Callable[[Place], Any]) -> Arguments:
    return {"pk": lambda p: p.young.resident.pk} | more


def home(**more: Callable[[Place], Any]) -> Arguments:
    return {"pk": lambda p: p.home.facility.pk} | more


def stay(**more: Callable[[Place], Any]) -> Arguments:
    return {"pk": lambda p: p.young.stay.pk} | more


def referral(**more: Callable[[Place], Any]) -> Arguments:
    return {"pk": lambda p: p.young.referral.pk} | more


def act_on(row: Callable[[Place], Any]) -> Arguments:
    """The act that wrote a history row."""
    return {"xid": lambda p: row(p).history_xid, "at": lambda p: f"{row(p).history_date.timestamp():.6f}"}


def of_young(place: Place) -> Any:
    """A history row about the young person of the place."""
    return place.young.alert.history.first()


def of_home(place: Place) -> Any:
    """A history row about the home of the place, from an act that touched no young person."""
    return place.home.beds[3].history.last()


def paper_in(part: str) -> Arguments:
    """A file in a part of the record, filed when there is none."""

    def key(place: Place) -> UUID:
        found = Document.objects.filter(resident=place.young.resident, part=part).first()
        if found is None:
            filed_by = place.young.team.person if part == "clinical" else place.young.caseload.caseworker
            with acting(filed_by.pk, filed_by.name):
                upload, whose = text_file("a.txt", part), place.young.resident
                found = file_document(upload=upload, title=part, part=part, resident=whose, by=filed_by)
        return found.pk

    return {"pk": key}


PAPERS = (
    *((part, paper_in(part)) for part in ("care", "identity", "exploitation", "clinical")),
    ("papers", {"pk": lambda p: p.home.paper.pk}),
    ("case + sealed", {"pk": lambda p: p.young.seal.document_id}),
)


def conflict(place: Place) -> Any:
    """The bar of somebody who has nothing to do with the young person of the place."""
    return place.young.resident.conflicts.earliest("starts_at")


def change_of_account(place: Place) -> UUID:
    """A change of an account that waits for a second person, proposed when there is none."""
    found = AccountChange.objects.filter(person=place.world.stranger).first()
    if found is None:
        by = place.world.sysadmin
        with acting(by.pk, by.name):
            found = propose_change(place.world.stranger, role=Role.STAFF, unit=None, reason="Begins", by=by)
    return found.pk


def on_duty(place: Place) -> UUID:
    """The staff of the home of the place, in its shift."""
    return ShiftStaff.objects.get(shift=place.home.shift, person=place.home.staff).pk


def asked_in(part: str) -> Arguments:
    """Something that a rule asks, in a part that is about the young person of the place, or about the home."""
    return {"pk": lambda p: in_part(Obligation, p, part).first().pk}


def found_in(part: str) -> Arguments:
    """A rule that is not met, as above."""
    return {"pk": lambda p: in_part(Finding, p, part).first().pk}


def in_part(model: Any, place: Place, part: str) -> Any:
    rows = model.objects.filter(facility=place.home.facility, part=part).order_by("pk")
    return rows.filter(resident=None if part in ("shift", "papers") else place.young.resident)


def proof_in(part: str) -> Arguments:
    """A proof of something that is asked in a part, filed when there is none."""

    def proof(place: Place) -> Proof:
        asked = in_part(Obligation, place, part).exclude(rule__proofs=[])
        found = Proof.objects.filter(obligation__in=asked, withdrawn_at=None).first()
        if found is None:
            of_home = part in ("shift", "papers")
            by = place.home.admin if of_home else people_of(place)["s"].copy().pop()
            open_ = asked.filter(met_at=None, ended_at=None, event_at__lte=now()).first()
            with acting(by.pk, by.name):
                found = file_proof(open_, item=1, done_at=now(), how="phone", told="Hotline", by=by)
        return found

    return {"pk": lambda p: proof(p).obligation_id, "proof": lambda p: proof(p).pk}


def action_in(part: str) -> Arguments:
    """A corrective action about a finding in a part, planned when there is none."""

    def key(place: Place) -> UUID:
        rows = in_part(Finding, place, part)
        made = CorrectiveAction.objects.filter(finding__in=rows, done_at=None).first()
        if made is None:
            by = place.home.admin if part in ("shift", "papers") else place.young.caseload.caseworker
            what = {"cause": "The lock", "owner": place.home.admin, "due_on": place.world.today, "steps": ["Look"]}
            with acting(by.pk, by.name):
                made = plan_corrective_action(rows.filter(closed_at=None).first(), **what, by=by)
        return made.pk

    return {"pk": key}


ASKED_NOTES = (("asked for notes", {"pk": lambda p: p.young.asked_notes.pk}),)
PAGES: dict[str, Page] = {
    "work": Page("own work"),
    # accounts
    "accounts:password": Page("own work"),
    "accounts:factor": Page("own work"),
    "accounts:sessions": Page("own work"),
    "accounts:pin": Page("own work"),
    "accounts:kept": Page("own work"),
    "accounts:here": Page("own work", post_only=True),
    "accounts:outbox": Page("own work", post_only=True),
    "accounts:outbox_back": Page("own work", post_only=True),
    "accounts:list": Page("accounts"),
    "accounts:new": Page("accounts"),
    "accounts:units": Page("accounts"),
    "accounts:account": Page("accounts", {"pk": lambda p: p.home.staff.pk}),
    "accounts:changes": Page("second person"),
    "accounts:change": Page("second person", {"pk": change_of_account}),
    # audit
    "audit:list": Page("audit"),
    "reports:totals": Page("audit"),
    "audit:unusual": Page("audit"),
    "audit:words": Page("audit"),
    "audit:judge_unusual": Page("audit", {"pk": lambda p: p.world.unusual.pk}),
    "audit:act": Page("whole trail", act_on(of_young), more=(("beds + audit", act_on(of_home)),)),
    # bars of supervisors
    "bars:judge": Page("nobody", {"pk": lambda p: conflict(p).pk}),
    # what the law asks: each row opens with the part in which it stands, and to the inspector of the home
    "compliance:board": Page("compliance"),
    "compliance:rules": Page("rules"),
    "compliance:to_do": Page("rules"),
    "compliance:rule": Page("rules", {"rule": lambda _: "ca-fire-clearance"}),
    "compliance:obligation": Page(
        "care | evidence",
        asked_in("care"),
        more=(
            ("summary | evidence", asked_in("summary")),
            ("beds", asked_in("shift")),
            ("change | evidence", asked_in("papers")),
        ),
    ),
    "compliance:finding": Page(
        "care | evidence",
        found_in("care"),
        more=(
            ("summary | evidence", found_in("summary")),
            ("beds", found_in("shift")),
            ("change | evidence", found_in("papers")),
        ),
    ),
    "compliance:change_action": Page(
        "care + change | keep",
        action_in("care"),
        more=(
            ("summary + change | keep", action_in("summary")),
            ("change", action_in("shift")),
            ("change", action_in("papers")),
        ),
    ),
    "compliance:withdraw_proof": Page(
        "log | keep | assign | write clinical",
        proof_in("care"),
        more=(
            ("accept | keep | assign | write clinical", proof_in("summary")),
            ("shift | change", proof_in("shift")),
            ("change", proof_in("papers")),
        ),
    ),
    # emergency access
    "break_glass:new": Page("emergency"),
    "break_glass:judge": Page("whole trail", {"pk": lambda p: p.young.emergency.pk}),
    "break_glass:end": Page("nobody", {"pk": lambda p: p.young.emergency.pk}, post_only=True),
    # access that is asked for
    "access_requests:new": Page("emergency"),
    "access_requests:decide": Page("asked", {"pk": lambda p: p.young.asked.pk}, more=ASKED_NOTES),
    "access_requests:end": Page("asked", {"pk": lambda p: p.young.asked.pk}, post_only=True, more=ASKED_NOTES),
    # young people
    "residents:list": Page("young people"),
    "residents:new": Page("new case"),
    "residents:words": Page("own work", post_only=True),
    "residents:document": Page("case", {"pk": lambda p: p.young.document.pk}, more=PAPERS),
    "residents:detail": Page("code", young()),
    "residents:timeline": Page("care", young()),
    "residents:plan": Page("care", young()),
    "residents:change_profile": Page("keep", young()),
    "residents:care": Page("care", young()),
    "residents:care_paper": Page("care", young()),
    "residents:activities": Page("care", young()),
    "residents:contacts": Page("care", young()),
    "residents:log_contact": Page("keep", young()),
    "residents:amend_contact": Page("keep | log", young(row=lambda p: p.young.contact.pk)),
    "residents:read_contact": Page("approve", young(row=lambda p: p.young.unsupervised.pk)),
    "residents:decide_limit": Page("accept | approve", young(row=lambda p: p.young.limit.pk)),
    "residents:decide_change": Page("approve", young(row=lambda p: p.young.wider.pk)),
    "residents:withdraw_change": Page("keep", young(row=lambda p: p.young.wider.pk)),
    "residents:end_limit": Page("accept | approve", young(row=lambda p: p.young.limit.pk)),
    "residents:add_outside_person": Page("keep", young()),
    "residents:change_outside_person": Page("keep", young(row=lambda p: p.young.outside.pk)),
    "residents:health": Page("care", young()),
    "residents:clinical_notes": Page("clinical", young()),
    "residents:ask_clinical": Page("keep | assign", young()),
    "residents:write_clinical_note": Page("write clinical", young()),
    "residents:amend_clinical_note": Page("write clinical", young(row=lambda p: p.young.note.pk)),
    "residents:medication": Page("care", young()),
    "residents:order_medication": Page("keep | write clinical | accept", young()),
    "residents:change_medication": Page("keep | write clinical | accept", young(row=lambda p: p.young.order.pk)),
    "residents:stop_medication": Page("keep | write clinical | accept", young(row=lambda p: p.young.order.pk)),
    "residents:check_medication": Page("keep | write clinical | accept | log", young(row=lambda p: p.young.order.pk)),
    "residents:incidents": Page("care", young()),
    "residents:placements": Page("summary", young()),
    "residents:documents": Page("care", young()),
    "residents:seal_document": Page("keep", young(row=lambda p: p.young.document.pk)),
    "residents:lift_seal": Page("assign", young(row=lambda p: p.young.seal.pk)),
    "residents:ask_sealed": Page("keep", young()),
    "residents:file_document": Page("keep | log | write clinical", young()),
    "residents:add_alert": Page("keep | write clinical", young()),
    "residents:end_alert": Page("keep | write clinical", young(row=lambda p: p.young.alert.pk)),
    "residents:plan_looks": Page("keep | accept | write clinical", young()),
    "residents:end_look_plan": Page("keep | accept | write clinical", young(row=lambda p: p.young.look_plan.pk)),
    "residents:confidential": Page("summary", young()),
    "residents:change_identity": Page("keep", young()),
    "residents:change_case": Page("keep", young()),
    "residents:add_alias": Page("keep", young()),
    "residents:add_designation": Page("keep", young()),
    "residents:review_designation": Page("approve", young(row=lambda p: p.young.resident.designations.first().pk)),
    "residents:add_level": Page("keep", young()),
    "residents:add_separation": Page("keep | assign", young()),
    "residents:decide_separation": Page("assign", young(row=lambda p: p.young.resident.separation_requests.get().pk)),
    "residents:end_separation": Page("keep | assign", young(row=lambda p: p.young.separation.pk)),
    "residents:add_harm": Page("keep", young()),
    "residents:add_sibling": Page("keep | assign", young()),
    "residents:add_link": Page("keep", young()),
    "residents:shared": Page("share", young()),
    "residents:disclose": Page("share", young()),
    "residents:record_consent": Page("share", young()),
    "residents:withdraw_consent": Page("share", young(row=lambda p: p.young.consent.pk)),
    "residents:disclosure": Page("share", young(row=lambda p: p.young.disclosure.pk)),
    "residents:sheet": Page("share", young(row=lambda p: p.young.disclosure.pk)),
    "residents:sheet_file": Page("share", young(row=lambda p: p.young.disclosure.pk)),
    "residents:recall": Page("share", young(row=lambda p: p.young.disclosure.pk)),
    "residents:answer_recall": Page("share", young(row=lambda p: p.young.disclosure.pk)),
    "residents:team": Page("assign", young()),
    "residents:assign_caseload": Page("assign", young()),
    "residents:join_team": Page("assign", young()),
    "residents:end_grant": Page("assign", young(row=lambda p: p.young.team.pk)),
    "residents:bar": Page("assign", young()),
    "residents:lift_bar": Page("assign", young(row=lambda p: conflict(p).pk)),
    "residents:declare_conflict": Page("code", young()),
    "residents:close_case": Page("assign", young()),
    "residents:opened": Page("whole trail", young()),
    "residents:opened_in_plain_words": Page("whole trail", young()),
    "residents:history": Page("trail", young()),
    # homes
    "facilities:list": Page("homes"),
    "facilities:new": Page("agency"),
    "facilities:detail": Page("home", home()),
    "facilities:history": Page("papers", home()),
    "facilities:opened": Page("opened", home()),
    "facilities:address": Page("address", home()),
    "facilities:change-address": Page("address + change", home()),
    "facilities:week": Page(
        "beds", home(year=lambda p: p.world.now.year, number=lambda p: p.world.now.isocalendar().week)
    ),
    "facilities:add-paper": Page("change", home()),
    "facilities:paper": Page("papers", home(paper=lambda p: p.home.paper.pk)),
    "facilities:add-licence": Page("change", home()),
    "facilities:licence-terms": Page("change", home(licence=lambda p: p.home.licence.pk)),
    "facilities:end-licence": Page("change", home(licence=lambda p: p.home.licence.pk)),
    "facilities:confirm-population": Page("agency", home(licence=lambda p: p.home.licence.pk)),
    "facilities:confirm-licence": Page("agency", home(licence=lambda p: p.home.licence.pk)),
    "facilities:confirm-waiver": Page("agency", home(waiver=lambda p: p.home.waiver.pk)),
    "facilities:add-condition": Page("change", home(licence=lambda p: p.home.licence.pk)),
    "facilities:add-waiver": Page("change", home(licence=lambda p: p.home.licence.pk)),
    "facilities:add-fire-clearance": Page("change", home()),
    "facilities:add-unit": Page("change", home()),
    "facilities:add-room": Page("change", home()),
    "facilities:add-bed": Page("change", home()),
    "facilities:close-bed": Page("change", home(bed=lambda p: p.home.beds[3].pk)),
    "facilities:reopen-bed": Page("change", home(bed=lambda p: p.home.beds[3].pk), post_only=True),
    "facilities:add-exit": Page("change", home()),
    "facilities:exits": Page("beds", home()),
    "facilities:check-exits": Page("shift", home()),
    "facilities:amend-exit-check": Page("shift", home(check=lambda p: p.home.exit_check.pk)),
    "facilities:drills": Page("beds", home()),
    "facilities:add-drill": Page("shift", home()),
    "facilities:amend-drill": Page("shift", home(drill=lambda p: p.home.drill.pk)),
    "facilities:assign": Page("change", home()),
    "facilities:end-assignment": Page("change", home(assignment=lambda p: p.home.assignments[0].pk)),
    # the shift
    "facilities:my-shift": Page("own work"),
    "facilities:shift": Page("shift", home()),
    "facilities:board": Page("shift", home()),
    "facilities:open-shift": Page("shift", home(), post_only=True),
    "facilities:log-activity": Page("shift", home()),
    "facilities:passes": Page("shift", home()),
    "facilities:pass-back": Page("shift + log", home(row=lambda p: p.young.asked_pass.pk)),
    "facilities:pass-withdraw": Page("shift + log", home(row=lambda p: p.young.asked_pass.pk)),
    "facilities:ask-pass": Page("shift + log", home(resident=lambda p: p.young.resident.pk)),
    "facilities:log-school": Page("shift", home()),
    "facilities:log-several": Page("shift", home()),
    "facilities:shift-paper": Page("shift", home()),
    "facilities:log-care": Page("shift + log", home(resident=lambda p: p.young.resident.pk)),
    "facilities:undo": Page("shift", home(), post_only=True),
    "facilities:log-contact": Page("shift + log", home(resident=lambda p: p.young.resident.pk)),
    "facilities:tap": Page("shift + log", home(resident=lambda p: p.young.resident.pk), post_only=True),
    "facilities:care-entry": Page("shift + care", home(entry=lambda p: p.young.care.pk)),
    "facilities:medication": Page("shift", home()),
    "facilities:log-dose": Page("shift + log", home(order=lambda p: p.young.order.pk)),
    "facilities:tap-dose": Page("shift + log", home(order=lambda p: p.young.order.pk), post_only=True),
    "facilities:dose": Page("shift + care", home(dose=lambda p: p.young.dose.pk)),
    "facilities:sign-dose": Page("shift + log", home(dose=lambda p: p.young.dose.pk), post_only=True),
    "facilities:second-on-dose": Page("shift + log", home(dose=lambda p: p.young.dose.pk)),
    "facilities:note-effect": Page("shift + log", home(dose=lambda p: p.young.dose.pk), post_only=True),
    "facilities:counts": Page("shift", home()),
    "facilities:count": Page("shift + log", home(order=lambda p: p.young.order.pk)),
    "facilities:sign-count": Page("shift + log", home(count=lambda p: p.young.count.pk), post_only=True),
    "facilities:second-on-count": Page("shift + log", home(count=lambda p: p.young.count.pk)),
    "facilities:settle-count": Page("run + care", home(count=lambda p: p.young.count.pk)),
    "facilities:past-shift": Page("shift", home(shift=lambda p: p.home.shift.pk)),
    "facilities:reading": Page("shift", home()),
    "facilities:how-often": Page("change", home()),
    "facilities:take-over": Page("shift", home(shift=lambda p: p.home.shift.pk)),
    "facilities:looks": Page("shift", home(shift=lambda p: p.home.shift.pk)),
    "facilities:hand-off": Page("shift", home(shift=lambda p: p.home.shift.pk)),
    # who works when
    "facilities:roster": Page("beds", home()),
    "facilities:plan-shift": Page("change", home()),
    "facilities:copy-week": Page("change", home(), post_only=True),
    "facilities:unplan-shift": Page("change", home(entry=lambda p: p.home.planned.pk)),
    "facilities:credentials": Page("papers", home()),
    "facilities:own-credentials": Page("own work"),
    "facilities:file-credential": Page("change", home(assignment=lambda p: p.home.assignments[0].pk)),
    "facilities:end-credential": Page("change", home(credential=lambda p: p.home.credentials[0].pk)),
    "facilities:duty": Page("shift", home()),
    "facilities:come-on-duty": Page("shift", home()),
    "facilities:go-off-duty": Page("shift", home(row=on_duty)),
    # incidents: the home keeps what happened in it
    "incidents:list": Page("reports"),
    "incidents:new": Page("shift"),
    "incidents:came-back": Page(
        "log", {"pk": lambda p: p.young.incident.pk, "resident": lambda p: p.young.resident.pk}
    ),
    "incidents:complete": Page("shift | opened", {"pk": lambda p: p.young.incident.pk}),
    "incidents:detail": Page("incidents | exploitation", {"pk": lambda p: p.young.incident.pk}),
    # referrals
    "referrals:list": Page("referrals"),
    "referrals:new": Page("referrals"),
    "referrals:detail": Page("case", referral()),
    "referrals:edit": Page("propose", referral()),
    "referrals:correct": Page("propose | approve", referral()),
    "referrals:send": Page("propose", referral()),
    "referrals:withdraw": Page("propose", referral()),
    "referrals:discard": Page("propose", referral()),
    "referrals:match": Page("case", referral()),
    "referrals:compare": Page("case", referral()),
    "referrals:release": Page("propose", referral(), post_only=True),
    "referrals:hold": Page("propose", referral(facility=lambda p: p.home.facility.pk)),
    "referrals:sign": Page(
        "propose | approve", referral(facility=lambda p: p.home.facility.pk, criterion=lambda p: "ages")
    ),
    "referrals:exception": Page("propose", referral(facility=lambda p: p.world.alder.facility.pk)),
    "referrals:propose": Page("propose", referral(facility=lambda p: p.home.facility.pk)),
    # placements
    "placements:overrides": Page("referrals"),
    "placements:override": Page("case", {"pk": lambda p: p.young.override.pk}),
    "placements:detail": Page("summary + home", stay()),
    "placements:pass": Page("accept | approve", {"pk": lambda p: p.young.asked_pass.pk}),
    "placements:decide": Page("approve", stay()),
    "placements:withdraw": Page("propose", stay()),
    "placements:safety": Page("accept", stay()),
    "placements:admit": Page("accept", stay()),
    "placements:leave": Page("accept | approve", stay()),
    "placements:extend": Page("approve", stay()),
    "placements:discharge": Page("accept | approve", stay()),
    "placements:propose-discharge": Page("propose", stay()),
    "placements:withdraw-discharge": Page("propose", stay()),
    "placements:after-care": Page("keep | approve", stay()),
}
PUBLIC = {
    "healthz": "says that the process is alive",
    "readyz": "says whether the database answers",
    "accounts:login": "the way in",
    "accounts:code": "the second step of the way in",
    "accounts:passkey": "the way in for somebody who has a passkey",
    "accounts:come_back": "the way back to a session that has locked itself",
    "accounts:logout": "the way out",
    "facilities:wall": "shows codes only, on a screen on which somebody who works there has put it up",
    "components": "invented samples, only with DEBUG",
}


FIXED = {"criterion", "year", "number", "xid", "at"}


def made_up(page: Page, place: Place) -> dict[str, Any]:
    """Arguments that look right and lead nowhere."""
    arguments = {name: value(place) if name in FIXED else uuid4() for name, value in page.args.items()}
    return arguments | ({"xid": 999_999_999} if "xid" in arguments else {})
