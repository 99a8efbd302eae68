"""The main job through its pages: refer, match, hold, propose, decide, read, admit, grant leave, discharge."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.models import Person
from placement.access.permissions import give_person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Discharge, Hold, Leave, Override, Placement, Referral, WarningSignature
from placement.ui.moments import DATE_FORMAT
from residents import operations as residents
from tests.facilities.conftest import Steps, do
from tests.world import World

Browser = Callable[[Person], Client]


def key_in(html: str) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', html)[1]


def post(client: Client, url: str, values: dict[str, Any]) -> Any:
    """Open the form, fill it in and send it, as a browser does."""
    page = client.get(url).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(version)" value="([^"]*)"', page))
    return client.post(url, {"form_key": key_in(page), **hidden, **values}, follow=True)


def moment(name: str, value: Any, zone: Any) -> dict[str, str]:
    local = value.astimezone(zone)
    return {f"{name}_date": local.strftime(DATE_FORMAT), f"{name}_time": local.strftime("%H:%M")}


def test_a_draft_is_kept_step_by_step_and_sent(steps: Steps, world: World, client_of: Browser) -> None:
    client = client_of(world.caseworker)
    ada = world.ada.resident
    page = client.get(reverse("referrals:new") + f"?resident={ada.pk}")
    assert "A home for W-1" in page.content.decode()
    half = post(client, reverse("referrals:new") + f"?resident={ada.pk}", {"reason": "Ran from 🏠.", "go": "on"})
    referral = Referral.objects.get(resident=ada, status="draft")
    assert (referral.status, referral.reason, referral.needed_from) == ("draft", "Ran from 🏠.", None)
    assert half.redirect_chain[-1][0].endswith("?step=2")
    edit = reverse("referrals:edit", args=[referral.pk])
    post(client, f"{edit}?step=2", {"needs": "Quiet.", "level": "3", "go": "on"})
    post(client, f"{edit}?step=3", {"wishes": "Near my school.", "go": "on"})
    missing = client.get(f"{edit}?step=4").content.decode()
    assert "Say how urgent it is." in missing
    sent = client.post(reverse("referrals:send", args=[referral.pk]), {"form_key": key_in_or_new(missing)})
    assert "Say how urgent it is." in sent.content.decode()
    first = {"reason": "Ran from 🏠.", "urgency": "urgent", **moment("needed_from", world.now, steps.zone("cedar"))}
    post(client, f"{edit}?step=1", first | {"go": "on"})
    filled = client.get(f"{edit}?step=1").content.decode()
    page = client.get(f"{edit}?step=4").content.decode()
    done = client.post(reverse("referrals:send", args=[referral.pk]), {"form_key": key_in(page)}, follow=True)
    assert "Where can W-1 be safe?" in done.content.decode()
    referral.refresh_from_db()
    assert referral.needed_from == world.now.replace(second=0, microsecond=0)
    assert f'value="{world.now.astimezone(steps.zone("cedar")):%H:%M}"' in filled
    assert (referral.status, referral.level, referral.needs, referral.wishes) == (
        "open",
        3,
        "Quiet.",
        "Near my school.",
    )


def key_in_or_new(html: str) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', html)
    return found[1] if found else "7b7d4a52-0000-4000-8000-000000000001"


def test_two_people_with_one_draft_see_both_versions(steps: Steps, world: World, client_of: Browser) -> None:
    referral = steps.referral(sent=False)
    client = client_of(world.caseworker)
    url = reverse("referrals:edit", args=[referral.pk]) + "?step=3"
    page = client.get(url).content.decode()
    do(world.caseworker, operations.save_draft, referral, wishes="A dog.")
    version = re.search(r'name="version" value="([^"]+)"', page)[1]
    late = client.post(url, {"form_key": key_in(page), "version": version, "wishes": "A cat.", "go": "draft"})
    assert "A <del>dog.</del>" in late.content.decode() and "A <ins>cat.</ins>" in late.content.decode()
    assert Referral.objects.get(pk=referral.pk).wishes == "A dog."


def test_text_over_the_limit_is_refused_and_kept(steps: Steps, world: World, client_of: Browser) -> None:
    client = client_of(world.caseworker)
    url = reverse("referrals:new") + f"?resident={world.bea.resident.pk}"
    answer = post(client, url, {"reason": "x" * 10_001, "go": "draft"}).content.decode()
    assert "This is 10,001 characters; the limit is 10,000." in answer
    assert "x" * 10_001 in answer
    assert not Referral.objects.filter(resident=world.bea.resident, status="draft").exists()
    post(client, url, {"reason": "😀" * 10_000, "go": "draft"})
    assert Referral.objects.get(resident=world.bea.resident, status="draft").reason == "😀" * 10_000


def test_the_match_page_lists_every_home_with_its_reasons(steps: Steps, world: World, client_of: Browser) -> None:
    page = client_of(world.caseworker).get(reverse("referrals:match", args=[steps.referral().pk])).content.decode()
    assert "2 homes can take W-5" in page
    assert "3 homes cannot" in page
    for home in world.homes.values():
        assert home.facility.name in page
        assert f"Hidden {home.facility.name.split()[0]} Lane" not in page
    assert "Houses only trafficked young people" in page
    assert "A youth shelter may not house the protected population" in page


def test_homes_are_compared_side_by_side(steps: Steps, world: World, client_of: Browser) -> None:
    url = reverse("referrals:compare", args=[steps.referral().pk])
    three = [world.cedar.facility.pk, world.birch.facility.pk, world.harbor.facility.pk, world.maple.facility.pk]
    page = client_of(world.caseworker).get(url, {"home": three}).content.decode()
    assert page.count('<th scope="col">') == 4
    assert "Maple" not in page
    assert client_of(world.caseworker).get(url, {"home": "nonsense"}).status_code == 302


def test_the_whole_job_through_the_pages(steps: Steps, world: World, client_of: Browser) -> None:
    caseworker, supervisor, admin = (client_of(p) for p in (world.caseworker, world.supervisor, world.cedar.admin))
    zone, bed = steps.zone("cedar"), steps.bed("cedar", 3)
    referral = steps.referral()
    home = [referral.pk, world.cedar.facility.pk]
    held = {"bed": str(bed.pk), **moment("until", world.now + timedelta(days=1), zone)}
    post(caseworker, reverse("referrals:hold", args=home), held)
    assert Hold.objects.get(referral=referral).bed == bed
    proposal = {"bed": str(bed.pk), **moment("starts_at", world.now, zone), "reason": "Near school."}
    done = post(caseworker, reverse("referrals:propose", args=home), proposal | {"young_persons_view": "Yes."})
    assert "A supervisor decides now." in done.content.decode()
    placement = Placement.objects.get(referral=referral)
    decide = reverse("placements:decide", args=[placement.pk])
    page = supervisor.get(decide).content.decode()
    assert "Near school." in page and "Harbor of the world" in page
    assert caseworker.get(decide).status_code == 404
    post(supervisor, decide, {"decision": "approve", "reason": "Good."})
    late = supervisor.post(decide, {"form_key": key_in_or_new(""), "decision": "decline", "reason": "Late words."})
    assert "Supervisor has approved this placement." in late.content.decode()
    assert "Late words." in late.content.decode()
    post(admin, reverse("placements:safety", args=[placement.pk]), {"read": "on"})
    post(admin, reverse("placements:admit", args=[placement.pk]), moment("at", now(), zone))
    placement.refresh_from_db()
    assert (placement.status, placement.admitted_by) == ("active", world.cedar.admin)
    absence = moment("starts_at", now() + timedelta(hours=1), zone) | moment("ends_at", now() + timedelta(days=1), zone)
    post(admin, reverse("placements:leave", args=[placement.pk]), {"kind": "hospital", "where": "Clinic", **absence})
    assert Leave.objects.get(placement=placement).where == "Clinic"
    for client in (caseworker, supervisor, admin):
        assert "Near school." in client.get(reverse("placements:detail", args=[placement.pk])).content.decode() or (
            client is admin
        )


def test_a_refused_discharge_keeps_what_was_typed(steps: Steps, world: World, client_of: Browser) -> None:
    stay = steps.admitted()
    admin, zone = client_of(world.cedar.admin), steps.zone("cedar")
    url = reverse("placements:discharge", args=[stay.pk])
    plan = {
        **moment("at", now() + timedelta(days=2), zone),
        "to": "family",
        "reason": "Goes home.",
        "after_care": "A call each week.",
        "after_care_contact": "Aunt",
        "first_check_on": (world.now + timedelta(days=9)).strftime(DATE_FORMAT),
    }
    page = post(admin, url, plan).content.decode()
    assert "This time has not come yet." in page and "A call each week." in page
    assert not Discharge.objects.filter(placement=stay).exists()


def test_a_discharge_by_the_home_leads_to_the_home_with_its_message(world: World, client_of: Browser) -> None:
    """The discharge ends the home's sight of the young person, so the placement's page would be a 404."""
    stay = world.ada.stay
    plan = {
        **moment("at", now(), world.cedar.facility.zone),
        "to": "family",
        "reason": "Goes home.",
        "after_care": "A call each week.",
        "after_care_contact": "Aunt",
        "first_check_on": (world.now + timedelta(days=9)).strftime(DATE_FORMAT),
    }
    answer = post(client_of(world.cedar.admin), reverse("placements:discharge", args=[stay.pk]), plan)
    assert Discharge.objects.filter(placement=stay).exists()
    assert answer.redirect_chain == [(reverse("facilities:detail", args=[world.cedar.facility.pk]), 302)]
    assert answer.status_code == 200
    assert "The discharge is written down." in answer.content.decode()


def test_the_hour_that_came_twice_and_the_hour_that_never_was(steps: Steps, world: World, client_of: Browser) -> None:
    referral = steps.referral()
    url = reverse("referrals:propose", args=[referral.pk, world.cedar.facility.pk])
    proposal = {"bed": str(steps.bed("cedar", 3).pk), "reason": "Kept words.", "starts_at_time": "01:30"}
    client = client_of(world.caseworker)
    twice = post(client, url, proposal | {"starts_at_date": "11/01/2026"}).content.decode()
    assert "came twice" in twice and "Kept words." in twice
    never = post(client, url, proposal | {"starts_at_date": "03/14/2027", "starts_at_time": "02:30"}).content.decode()
    assert "the clocks went forward" in never and "Kept words." in never
    assert not Placement.objects.filter(referral=referral).exists()


def test_a_double_click_proposes_once(steps: Steps, world: World, client_of: Browser) -> None:
    referral = steps.referral()
    url = reverse("referrals:propose", args=[referral.pk, world.cedar.facility.pk])
    client = client_of(world.caseworker)
    values = {
        "form_key": key_in(client.get(url).content.decode()),
        "bed": str(steps.bed("cedar", 3).pk),
        "reason": "Once.",
        **moment("starts_at", world.now, steps.zone("cedar")),
    }
    first, second = client.post(url, values), client.post(url, values)
    assert first.url == second.url
    assert Placement.objects.filter(referral=referral).count() == 1


def test_a_warning_is_signed_on_its_page(steps: Steps, world: World, client_of: Browser) -> None:
    do(
        world.caseworker,
        residents.record_harm,
        world.ada.resident,
        kind="harmed",
        happened_on=world.today,
        summary="x",
    )
    referral = steps.referral()
    client = client_of(world.caseworker)
    match = reverse("referrals:match", args=[referral.pk])
    assert "needs a named signature" in client.get(match).content.decode()
    url = reverse("referrals:sign", args=[referral.pk, world.cedar.facility.pk, "harm"])
    post(client, url, {"reason": "Rooms are far apart."})
    assert WarningSignature.objects.get(referral=referral).signed_by == world.caseworker
    assert "Signed by Caseworker" in client.get(match).content.decode()


def test_an_exception_opens_a_home_only_after_a_second_person(steps: Steps, world: World, client_of: Browser) -> None:
    referral, zone = steps.referral(), steps.zone("maple")
    caseworker, supervisor = client_of(world.caseworker), client_of(world.supervisor)
    ask = reverse("referrals:exception", args=[referral.pk, world.maple.facility.pk])
    until = moment("expires_at", world.now + timedelta(days=30), zone)
    post(caseworker, ask, {"reason": "Her aunt lives there.", **until})
    override = Override.objects.get(resident=world.eve.resident, reason="Her aunt lives there.")
    assert (override.kind, override.status) == ("population", "proposed")
    url = reverse("placements:override", args=[override.pk])
    assert "Sign the decision" not in caseworker.get(url).content.decode()
    assert "<dt>Kind of home</dt><dd>Residential home</dd>" in supervisor.get(url).text
    post(supervisor, url, {"decision": "approve", "reason": "Agreed."})
    assert "3 homes can take W-5" in caseworker.get(reverse("referrals:match", args=[referral.pk])).content.decode()
    assert "W-5" in supervisor.get(reverse("placements:overrides")).content.decode()


def test_the_other_unit_finds_none_of_it(steps: Steps, world: World, client_of: Browser) -> None:
    placement = steps.approved()
    other = client_of(world.caseworker2)
    names = ["detail", "edit", "match", "compare", "withdraw", "send"]
    urls = [reverse(f"referrals:{name}", args=[placement.referral_id]) for name in names]
    urls += [reverse(f"placements:{name}", args=[placement.pk]) for name in ("detail", "decide", "safety", "admit")]
    missing = other.get(reverse("placements:detail", args=["00000000-0000-4000-8000-000000000000"])).content
    for url in urls:
        answer = other.get(url)
        assert (answer.status_code, answer.content) == (404, missing), url
    assert "W-5" not in other.get(reverse("referrals:list")).content.decode()


def test_the_list_costs_the_same_for_one_and_for_many(steps: Steps, world: World, client_of: Browser) -> None:
    steps.referral(sent=False)
    client = client_of(world.caseworker)
    client.get(reverse("referrals:list"))
    with CaptureQueriesContext(connection) as few:
        before = client.get(reverse("referrals:list")).content.decode().count("<tr>")
    for _ in range(12):
        steps.referral("fay", sent=False)
    with CaptureQueriesContext(connection) as many:
        assert client.get(reverse("referrals:list")).content.decode().count("<tr>") == before + 12
    assert len(few) == len(many)


def test_restricted_facts_about_housemates_stay_restricted(steps: Steps, world: World, client_of: Browser) -> None:
    eve, stranger = world.eve.resident, world.stranger
    known = do(world.caseworker, residents.link_exploiter, eve, exploiter=None, name="Mr. X", kind="recruiter", note="")
    link = {"exploiter": known.exploiter, "kind": "recruiter", "note": ""}
    do(world.caseworker, residents.link_exploiter, world.ada.resident, **link)
    referral = steps.referral()
    with acting(None, "system: tests"):
        grant = {"grant": referral.pk, "starts_at": world.now}
        give_person(eve, stranger, [Can.VIEW_CODE, Can.VIEW_CASE, Can.VIEW_CASE_SUMMARY], **grant)
        give_person(world.cedar.facility, stranger, [Can.VIEW_FACILITY], **grant)
    url = reverse("referrals:match", args=[referral.pk])
    assert "One housemate knows the same recruiter" in client_of(world.caseworker).get(url).content.decode()
    page = client_of(stranger).get(url).content.decode()
    assert "recruiter" not in page
    assert "needs a signature by somebody who may read it" in page
    assert world.ada.resident.code not in page


def test_many_homes_that_cannot_are_shown_page_by_page(steps: Steps, world: World, client_of: Browser) -> None:
    for number in range(30):
        do(
            world.supervisor,
            operations.open_facility,
            name=f"More {number:02}",
            kind="residential",
            jurisdiction="CA",
            time_zone="America/Los_Angeles",
        )
    client, url = client_of(world.caseworker), reverse("referrals:match", args=[steps.referral().pk])
    first = client.get(url).content.decode()
    assert "33 homes cannot" in first and "2 homes can take" in first
    second = client.get(url, {"from": "20"}).content.decode()
    shown = [set(re.findall(r"More \d\d</h3>", page)) for page in (first, second)]
    assert len(shown[0] | shown[1]) == 30 and not shown[0] & shown[1]
    assert client.get(url, {"from": "99999999999999999"}).status_code == 200


def test_somebody_moves_in_meanwhile_and_the_supervisor_signs_before_approving(
    steps: Steps, world: World, client_of: Browser
) -> None:
    harm = {"kind": "harmed", "happened_on": world.today, "summary": "x"}
    do(world.caseworker2, residents.record_harm, world.dina.resident, **harm)
    placement = steps.proposal("eve", "cedar", 3)
    steps.admitted("dina", "cedar", 2)
    client, url = client_of(world.supervisor), reverse("placements:decide", args=[placement.pk])
    refused = post(client, url, {"decision": "approve", "reason": "Kept reason."}).content.decode()
    assert "a warning that nobody has signed" in refused and "Kept reason." in refused
    sign = re.search(r'href="(/referrals/[^"]+/sign/harm/)"', refused)[1]
    signed = post(client, sign, {"reason": "Their rooms are on different floors."})
    assert signed.redirect_chain[-1][0] == url
    post(client, url, {"decision": "approve", "reason": "Fits."})
    placement.refresh_from_db()
    assert placement.status == "approved"


def test_a_withdrawn_placement_says_who_took_it_back_and_when(steps: Steps, world: World, client_of: Browser) -> None:
    placement = steps.approved()
    client = client_of(world.caseworker)
    post(client, reverse("placements:withdraw", args=[placement.pk]), {"reason": "She changed her mind."})
    shown = client.get(reverse("placements:detail", args=[placement.pk]))
    last = shown.context["signatures"][-1]
    assert (last.step, last.who, last.why) == ("Withdrawn", world.caseworker.name, "She changed her mind.")
    assert last.when is not None and abs(now() - last.when) < timedelta(minutes=5)


def test_after_a_no_a_button_leads_back_to_the_homes(steps: Steps, world: World, client_of: Browser) -> None:
    placement = steps.proposal()
    match = reverse("referrals:match", args=[placement.referral_id])
    page = reverse("placements:detail", args=[placement.pk])
    client = client_of(world.caseworker)
    assert f'href="{match}"' not in client.get(page).text
    do(world.supervisor, operations.decline_placement, placement, reason="Too far.")
    assert f'<a class="button" href="{match}">See which homes fit</a>' in client.get(page).text
    do(world.caseworker, operations.withdraw_referral, placement.referral, reason="Moves to her aunt.")
    assert f'href="{match}"' not in client.get(page).text
