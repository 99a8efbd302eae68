"""Every change of a record that a form makes: one page each, built the same way."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from placement.access.former import fill_in
from placement.access.guard import needs
from placement.access.models import Person
from placement.access.request import Request
from placement.access.rights import Can
from placement.access.submit import submit
from placement.ui.dates import full_day
from residents import operations
from residents.forms import looks, safety, sealings
from residents.forms import record as forms
from residents.forms.base import RecordForm
from residents.models import PAIRS, AccessRequest, SealingOrder, ValueProposal
from residents.operations.look_plans import WHO
from residents.putting_back import WAYS
from residents.queries import clinical, parts, seals
from residents.queries.record import newest_change, newest_version, open_record
from residents.queries.sealings import sealing_to_decide
from residents.queries.value_proposals import meant_by, proposal_of_form


def form_page(
    heading: str,
    form_class: type[RecordForm],
    act: Callable[..., Any],
    *any_of: Can,
    back: str,
    button: str = "Save",
    done: str = "Saved.",
    text: str | Callable[[Any], str] = "",
    about: Callable[..., Any] | None = None,
    edits: bool = False,
    to: Callable[[Any], str] = lambda made: "",
) -> Callable[..., HttpResponse]:
    """Return a view that shows ``form_class`` under ``heading`` and does ``act`` when it is sent.

    Args:
        act: called with the values, ``by``, and the subject: the resident, or what ``about`` fetches.
        any_of: rights on the resident, any one of which opens the page; the operation checks again.
        back: the page of the record to go to afterwards.
        text: the lead, or what makes it of the subject.
        about: fetches the row that the form is about, by person, resident id, and further ids of the address.
        to: makes of what was done the name of the page outside the record to go to instead, where the person can't open it any
            more; "" where they can.
        edits: the form changes that row: it starts with its values and is refused when the row has moved on meanwhile.
    """

    @needs(*any_of)
    def view(request: Request, pk: UUID, **ids: Any) -> HttpResponse:
        record = open_record(request.person, pk, *any_of, current=back)
        posted = request.method == "POST"
        if edits:
            ids["lock"] = posted
        subject = about(request.person, pk, **ids) if about else record.resident
        given: dict[str, Any] = {"person": request.person, "resident": record.resident}
        if edits:
            given |= {"version": newest_version(subject), "changed_by": newest_change(subject, record.zone)}
            given["initial"] = {n: getattr(subject, n) for n in form_class.base_fields if hasattr(subject, n)}
        form = form_class(request.POST if posted else None, request.FILES if posted else None, **given)
        for field in form.fields.values():
            if hasattr(field, "zone"):
                field.zone = record.zone
        proposal = proposal_of_form(record, subject, dict(request.GET.lists())) if edits else None
        way = WAYS.get(subject._meta.label) if edits else None
        former = fill_in(request, form, subject, way, record.zone, proposed=proposal.why if proposal else None)
        if form.is_valid():
            response = submit(
                request,
                form,
                lambda: _done(act(subject, **form.given, by=request.person), proposal, request.person),
                lambda made: reverse(to(made)) if to(made) else record.url(back),
            )
            if response:
                messages.success(request, done)
                return response
        context = {"record": record, "form": form, "page_heading": heading, "button": button}
        context["text"] = former or (text(subject) if callable(text) else text)
        context |= {"zone": record.zone, "back": record.url(back)}
        return render(request, "residents/form.html", context)

    return view


def _done(made: Any, proposal: ValueProposal | None, person: Person) -> Any:
    """Return what was made, and end the proposal by which the form was filled in; whoever saved another value leaves it waiting."""
    if proposal is not None and meant_by(proposal).is_back:
        operations.take_value(proposal, by=person)
    return made


change_profile = form_page(
    "Change the care profile",
    forms.ProfileForm,
    operations.change_profile,
    Can.KEEP_CASE,
    back="plan",
    about=parts.profile_for,
    edits=True,
)
change_identity = form_page(
    "Change the identity",
    forms.IdentityForm,
    lambda identity, **given: operations.change_identity(identity.resident, **given),
    Can.KEEP_CASE,
    back="confidential",
    about=parts.identity_for,
    edits=True,
)
change_case = form_page(
    "Change the case",
    forms.CaseForm,
    operations.change_case,
    Can.KEEP_CASE,
    back="confidential",
    about=parts.case_to_keep,
    edits=True,
)
add_alias = form_page("Add another name", forms.AliasForm, operations.add_alias, Can.KEEP_CASE, back="confidential")
add_alert = form_page(
    "Raise an alert",
    forms.AlertForm,
    operations.add_alert,
    Can.KEEP_CASE,
    Can.WRITE_CLINICAL,
    back="plan",
    button="Raise the alert",
    done="The alert is on the banner.",
)
end_alert = form_page(
    "End this alert?",
    forms.ConfirmForm,
    operations.end_alert,
    Can.KEEP_CASE,
    Can.WRITE_CLINICAL,
    back="plan",
    button="End the alert",
    done="The alert has ended. It stays in the history.",
    about=parts.alert_for,
)
plan_looks = form_page(
    "How often should somebody look?",
    looks.LookPlanForm,
    operations.plan_looks,
    *WHO,
    back="plan",
    text="From now until the end that you give. A plan that runs ends now.",
)
end_look_plan = form_page(
    "End this plan of looks?",
    looks.EndPlanForm,
    operations.end_look_plan,
    *WHO,
    back="plan",
    button="End the plan",
    done="The plan has ended. What is usual in the home counts again.",
    about=parts.look_plan_for,
)
file_document = form_page(
    "File a document",
    forms.DocumentForm,
    lambda resident, **given: operations.file_document(resident=resident, **given),
    Can.KEEP_CASE,
    Can.LOG_CARE,
    Can.WRITE_CLINICAL,
    back="documents",
    button="File the document",
    done="The document is filed.",
)
write_clinical_note = form_page(
    "Write a clinical note",
    forms.ClinicalNoteForm,
    operations.write_clinical_note,
    Can.WRITE_CLINICAL,
    back="health",
    button="Sign the note",
    done="The note is signed.",
    text="Only the clinicians on the team read it, and people to whom one of them has opened the clinical notes for a time."
    " A signed note is never changed. You can amend it with a reason.",
)
amend_clinical_note = form_page(
    "Amend this clinical note",
    forms.AmendClinicalNoteForm,
    operations.amend_clinical_note,
    Can.WRITE_CLINICAL,
    back="health",
    button="Sign the amendment",
    done="The amendment is signed. The first text stays readable.",
    about=clinical.note_to_amend,
    edits=True,
)
ask_clinical = form_page(
    "Ask to read the clinical notes",
    forms.AskClinicalForm,
    lambda resident, **given: operations.ask_part(resident, AccessRequest.AskedFor.CLINICAL, **given),
    Can.KEEP_CASE,
    Can.ASSIGN_TEAM,
    back="health",
    button="Ask",
    done="You have asked. The answer will stand here and under “Ask for access”.",
    text="A clinician on the team decides. If they agree, you can read the notes and papers until the day that they choose.",
)
seal_document = form_page(
    "Seal this document under a court order",
    forms.OrderForm,
    operations.seal_document,
    Can.KEEP_CASE,
    back="documents",
    button="Seal the document",
    done="The document is sealed. Only the supervisor can open it now.",
    text=lambda row: (
        f"“{row.title}” closes to everybody but the supervisors of the case when you send this, also to you."
        " Only another order of a court opens it again, and a supervisor writes that down."
    ),
    about=seals.document_to_seal,
)
lift_seal = form_page(
    "Lift the seal of this document?",
    forms.OrderForm,
    operations.lift_seal,
    Can.ASSIGN_TEAM,
    back="documents",
    button="Lift the seal",
    done="The seal is lifted. The document is open again in its part of the record.",
    text=lambda row: (
        f"“{row.document.title}” is sealed by order {row.order_number} of {row.court}."
        " Give the order that lifts the seal."
    ),
    about=seals.seal_to_lift,
)
ask_sealed = form_page(
    "Ask to read what a court has sealed",
    forms.AskSealedForm,
    lambda resident, **given: operations.ask_part(resident, AccessRequest.AskedFor.SEALED, **given),
    Can.KEEP_CASE,
    back="documents",
    button="Ask",
    done="You have asked. The answer will stand here and under “Ask for access”.",
    text="A supervisor of the case decides. If they agree, you can read the sealed documents until the day that they choose.",
)
seal_record = form_page(
    "Seal the whole record under a court order",
    sealings.SealRecordForm,
    operations.seal_record,
    Can.KEEP_CASE,
    Can.ASSIGN_TEAM,
    back="documents",
    button="Record the order",
    done="The order is recorded. Nothing is hidden yet: another person, a supervisor of the unit, puts it into force. It stands on"
    " their My work.",
    text="A sealed record is hidden from everybody, also from you and from the supervisors. Only another order of a court opens it"
    " again. It can't be sealed while the young person lives in a home, is missing, or has a referral: staff must be able to care"
    " for them. Nothing is hidden before a second person, a supervisor of the unit, has confirmed it.",
)
decide_sealing = form_page(
    "Seal this record?",
    sealings.DecideSealingForm,
    operations.decide_sealing,
    Can.ASSIGN_TEAM,
    back="documents",
    to=lambda order: "sealings:list" if order.decision == SealingOrder.Decision.CONFIRMED else "",
    button="Sign the decision",
    done="Your decision is signed.",
    text=lambda order: (
        f"{order.recorded_by} has recorded order {order.order_number} of {order.court}, {full_day(order.ordered_on)}."
        f" It says: “{order.record.says.rstrip('.')}.”"
        f"{f' It is filed as “{order.record.document.title}”.' if order.record.document else ''} When you put it into force, the"
        " whole record is hidden at once from everybody, also from you. Nobody finds it any more, and you can't take it back: only"
        " another order of a court opens it again. In the register of sealed records it is number"
        f" {order.number}: keep the number for the court."
    ),
    about=sealing_to_decide,
)
add_separation = form_page(
    "Add a separation",
    safety.SeparationForm,
    operations.keep_apart,
    *PAIRS,
    back="confidential",
    text="Fill in what belongs to your choice. The homes that this rules out are taken out of every match from now on.",
)
decide_separation = form_page(
    "A separation that was asked for by code",
    safety.SeparationRequestForm,
    lambda row, *, decision, **given: operations.decide_separation_request(
        row, complete=decision == "complete", **given
    ),
    Can.ASSIGN_TEAM,
    back="confidential",
    done="Saved.",
    text=lambda row: f"{row.asked_by} asked to keep this young person apart from “{row.code}”: {row.reason}",
    about=parts.separation_request_for,
)
end_separation = form_page(
    "End this separation?",
    forms.WhyForm,
    operations.end_separation,
    *PAIRS,
    back="confidential",
    button="End the separation",
    done="The separation has ended.",
    about=parts.separation_for,
)
add_designation = form_page(
    "Designate a population",
    safety.DesignationForm,
    operations.designate,
    Can.KEEP_CASE,
    back="confidential",
    done="Saved. If this changes a confirmed designation, it counts when the supervisor has agreed.",
    text="To designate is to write down to which group the young person belongs: that decides which homes may take them."
    " The newest designation counts. Earlier ones stay readable. One that changes or takes back a confirmed one waits"
    " until the supervisor has agreed; until then the confirmed one counts.",
)
review_designation = form_page(
    "Decide about a changed designation",
    safety.DesignationReviewForm,
    lambda row, *, decision, **given: operations.review_designation(row, agree=decision == "agree", **given),
    Can.APPROVE_PLACEMENT,
    back="confidential",
    button="Sign the decision",
    done="Your decision is signed.",
    text="The confirmed designation counts until you agree. Read on the confidential page what it says now, and on what"
    " basis it would change.",
    about=parts.designation_to_review,
)
add_level = form_page(
    "Record a level of care", safety.LevelForm, operations.assess_level, Can.KEEP_CASE, back="confidential"
)
add_harm = form_page(
    "Add to the safety history", safety.HarmForm, operations.record_harm, Can.KEEP_CASE, back="confidential"
)
add_sibling = form_page("Record a sibling", safety.SiblingForm, operations.record_siblings, *PAIRS, back="confidential")
add_link = form_page(
    "Add a link to an exploiter or recruiter",
    safety.LinkForm,
    operations.link_exploiter,
    Can.KEEP_CASE,
    back="confidential",
    text="Only people with the right to the exploitation history read this.",
)
add_trace = form_page(
    "Add a number, place, name or car",
    safety.TraceForm,
    operations.record_trace,
    Can.KEEP_CASE,
    back="confidential",
)
assign_caseload = form_page(
    "Assign a caseworker",
    forms.CaseworkerForm,
    operations.assign_caseload,
    Can.ASSIGN_TEAM,
    back="team",
    button="Assign",
    done="The caseworker can open the record from now on.",
    about=parts.case_for,
)
join_team = form_page(
    "Put a clinician on the team",
    forms.TeamForm,
    operations.join_team,
    Can.ASSIGN_TEAM,
    back="team",
    button="Add to the team",
    done="The clinician can open the record from now on.",
    about=parts.case_for,
)
end_grant = form_page(
    "Take this person off the case?",
    forms.ConfirmForm,
    operations.take_off_case,
    Can.ASSIGN_TEAM,
    back="team",
    button="Take off the case",
    done="This person can no longer open the record.",
    about=parts.grant_of_case,
)
close_case = form_page(
    "Close the case",
    forms.CloseCaseForm,
    operations.close_case,
    Can.ASSIGN_TEAM,
    back="team",
    button="Close the case",
    done="The case is closed.",
    text="Every caseworker and clinician loses access to the record. The supervisors of the unit can still read it.",
    about=parts.case_for,
)
bar = form_page(
    "Bar a person from this record",
    forms.BarForm,
    operations.bar_from_record,
    Can.ASSIGN_TEAM,
    back="team",
    button="Bar from the record",
    done="This person can't open the record any more, whatever else gives them access.",
    text="For somebody who knows the young person or the family in another way. It takes effect at once and beats every"
    " other access, until a supervisor lifts it. When you bar a supervisor, a supervisor of another unit judges that.",
)
lift_bar = form_page(
    "Lift this bar?",
    forms.WhyForm,
    operations.lift_bar,
    Can.ASSIGN_TEAM,
    back="team",
    button="Lift the bar",
    done="The bar is lifted. The person has again the access that their work gives them.",
    text=lambda row: f"{row.person} is barred from this record: {row.reason}",
    about=parts.conflict_for,
)
declare_conflict = form_page(
    "I know this young person or the family",
    forms.OwnConflictForm,
    operations.declare_own_conflict,
    Can.VIEW_CODE,
    back="detail",
    to=lambda _: "work",
    button="Bar me from this record",
    done="You are barred from that record from now on. The supervisors of the case can read why.",
    text="If you know the young person or the family in another way, you must not work with this record. When you send"
    " this, the record closes to you at once. Only a supervisor can open it again.",
)
