"""The page on which a supervisor decides: the form is at hand, the numbers agree, every warning is named."""

import re
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.words import words_of
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.matching import Criterion, Home, Result, State
from placement.facilities.matching.facts import Bed
from placement.facilities.matching.housemates import RESTRICTED
from placement.facilities.models import Exit, Hold, Match, Placement, WarningSignature
from placement.facilities.operations.matching import hold_against
from placement.facilities.queries import bed_board
from placement.facilities.queries.beds import places_in
from placement.facilities.queries.criteria import codes_of, lines
from placement.facilities.queries.homes import home_list
from placement.facilities.queries.matches import home_line
from placement.ui.dates import short_day
from residents import operations as residents
from tests.facilities.conftest import Steps, do
from tests.facilities.test_placements_pages import moment, post
from tests.world import World, browser


def harm(world: World, young: str, kind: str) -> None:
    """Write down that a young person has harmed, or was harmed."""
    who = getattr(world, young).resident
    do(world.caseworker, residents.record_harm, who, kind=kind, happened_on=world.today, summary="A push.")


def test_the_form_comes_before_the_list_of_homes(steps: Steps, world: World) -> None:
    placement = steps.proposal()
    page = browser(world, "supervisor").get(reverse("placements:decide", args=[placement.pk])).text
    order = [page.index(text) for text in ("The proposal", 'id="decision"', "Sign the decision", 'id="now"')]
    assert order == sorted(order)
    folded = page.index("<summary>Every home that was considered (5)</summary>")
    assert order[-1] < folded < page.index("Harbor of the world")
    assert page.count("Your decision") == 1
    assert 'href="#decision"' in page


def test_the_summary_counts_the_warnings_and_those_that_nobody_signed(steps: Steps, world: World) -> None:
    harm(world, "ada", "harmed")
    url = reverse("placements:decide", args=[steps.proposal().pk])
    assert "1 warning, signed" in browser(world, "supervisor").get(url).text
    harm(world, "bea", "harmed")
    assert "1 warning to sign first" in browser(world, "supervisor").get(url).text


def test_a_warning_that_nobody_has_to_sign_is_not_called_signed(steps: Steps, world: World) -> None:
    harm(world, "ada", "harmed")
    stay = steps.proposal(ends_at=world.now + timedelta(days=400))  # the licence and the fire clearance end before
    page = browser(world, "supervisor").get(reverse("placements:decide", args=[stay.pk])).text
    assert "3 warnings, 1 signed" in page


def test_somebody_who_may_not_decide_sees_no_form_and_no_way_to_it(steps: Steps, world: World) -> None:
    placement = steps.approved()
    page = browser(world, "supervisor").get(reverse("placements:decide", args=[placement.pk])).text
    assert "Sign the decision" not in page and 'href="#decision"' not in page
    assert "has approved this placement" in page


@pytest.mark.parametrize(
    ("young", "words"),
    [((), "has a warning that nobody has signed: "), (("eve",), "has 2 warnings that nobody has signed: ")],
)
def test_a_refusal_counts_its_warnings(steps: Steps, world: World, young: tuple[str, ...], words: str) -> None:
    harm(world, "ada", "harmed")
    for who in young:
        do(
            world.caseworker,
            residents.change_identity,
            getattr(world, who).resident,
            legal_name="Eve Secretname",
            birth_date=world.today - timedelta(days=366 * 11),
        )
    referral = steps.referral()
    with pytest.raises(Refused, match=words):
        do(
            world.caseworker,
            operations.propose_placement,
            referral,
            bed=steps.bed("cedar", 3),
            starts_at=world.now,
            reason="Near school.",
        )


def test_the_three_pages_count_free_held_and_promised_beds_alike(steps: Steps, world: World) -> None:
    mine, other = steps.referral(), steps.referral("fay")
    cedar = world.cedar.facility

    def seen() -> tuple[str, str, str]:
        """The words of the match page, of the list of homes and of the page of the home."""
        client = browser(world, "caseworker")
        cards = {card.home.id: card for card in client.get(match).context["page"].can}
        listed = client.get(reverse("facilities:list")).text
        at = client.get(reverse("facilities:detail", args=[cedar.pk]))
        fact = next(fact for fact in at.context["facts"] if fact["label"] == "Beds free")
        row = next(home for home in home_list(world.caseworker, after=None).rows if home.pk == cedar.pk)
        assert row.places.others in listed and f"{row.places.free} of {row.places.beds}<br>" in listed
        line = cards[cedar.pk].line.split(" · ")[1]
        return line.replace(f" from {short_day(now().astimezone(cedar.zone))}", ""), row.places.others, fact["note"]

    match = reverse("referrals:match", args=[mine.pk])
    assert seen() == ("2 of 4 beds free", "2 lived in", "2 lived in")
    until = now() + timedelta(days=1)
    do(world.caseworker, operations.hold_bed, other, steps.bed("cedar", 3), until=until)
    assert seen() == ("1 of 4 beds free, 1 held", "2 lived in, 1 held", "2 lived in, 1 held")
    do(world.caseworker, operations.hold_bed, mine, steps.bed("cedar", 2), until=until)
    assert seen() == ("0 of 4 beds free, 2 held", "2 lived in, 2 held", "2 lived in, 2 held")


def test_a_promised_bed_is_not_free_before_the_arrival_on_any_page(steps: Steps, world: World) -> None:
    referral = steps.referral("fay")
    steps.proposal(bed=2, starts_at=world.now + timedelta(days=3))
    cedar = world.cedar.facility
    places = places_in([cedar])[cedar.pk]
    assert (places.free, places.others) == (1, "2 lived in, 1 promised")
    board = bed_board.board(world.caseworker, cedar, by_code=False)
    tonight = {row.bed.pk: row.blocks[0] for row in board.rows}
    assert (tonight[steps.bed("cedar", 2).pk].kind, tonight[steps.bed("cedar", 2).pk].text) == ("hold", "promised")
    assert [block.kind for block in tonight.values()].count("free") == places.free
    page = browser(world, "caseworker").get(reverse("referrals:match", args=[referral.pk])).text
    assert "1 of 4 beds free from" in page


def test_the_parts_of_the_beds_of_a_home_add_up(steps: Steps, world: World) -> None:
    cedar = world.cedar.facility
    do(world.admin_cedar, operations.close_bed, steps.bed("cedar", 3), from_=world.today, until=None, why="Painting")
    steps.proposal(bed=2)
    places = places_in([cedar])[cedar.pk]
    assert (places.free, places.others) == (0, "2 lived in, 1 promised, 1 out of use")
    assert places.beds == 4


def test_what_is_to_sign_stands_before_the_form_of_the_proposal(steps: Steps, world: World) -> None:
    harm(world, "ada", "harmed")
    url = reverse("referrals:propose", args=[steps.referral().pk, world.cedar.facility.pk])
    page = browser(world, "caseworker").get(url).text
    assert page.index("1 warning to sign first") < page.index("Why this home?")


def test_warnings_are_signed_with_the_proposal(steps: Steps, world: World) -> None:
    harm(world, "ada", "harmed")
    referral, client, bed = steps.referral(), browser(world, "caseworker"), steps.bed("cedar", 3)
    assert "Sign 1 warning and propose" in client.get(reverse("referrals:match", args=[referral.pk])).text
    url = reverse("referrals:propose", args=[referral.pk, world.cedar.facility.pk])
    page = client.get(url).text
    assert "/sign/harm/" not in page
    name = re.search(r'name="(sign-harm-[^"]+)"', page)[1]
    values = {"bed": str(bed.pk), "reason": "Near school.", **moment("starts_at", world.now, steps.zone("cedar"))}
    refused = post(client, url, values).content.decode()
    assert "Say why you sign" in refused and "Near school." in refused
    late = post(client, url, values | {name: "Separate floors.", "ends_at_date": "01/01/2020", "ends_at_time": "10:00"})
    assert "Separate floors." in late.content.decode()
    assert not WarningSignature.objects.exists()
    post(client, url, values | {name: "Separate floors."})
    placement = Placement.objects.get(referral=referral)
    assert placement.status == "proposed"
    assert [(s.reason, s.signed_by) for s in WarningSignature.objects.all()] == [("Separate floors.", world.caseworker)]


def test_only_beds_that_are_free_for_the_whole_stay_are_offered(steps: Steps, world: World) -> None:
    url = reverse("referrals:propose", args=[steps.referral().pk, world.cedar.facility.pk])
    page = browser(world, "caseworker").get(url).text
    assert {bed.name for bed in world.cedar.beds if f'value="{bed.pk}"' in page} == {
        steps.bed("cedar", number).name for number in (2, 3)
    }
    assert "2 other beds are not free for the whole stay." in page


def test_an_exception_is_offered_only_where_it_opens_the_home(steps: Steps, world: World) -> None:
    referral, client = steps.referral(), browser(world, "caseworker")
    url, match = (reverse("referrals:exception", args=[referral.pk, world.maple.facility.pk]), [referral.pk])
    assert url in client.get(reverse("referrals:match", args=match)).text
    maple = world.maple.facility
    licence = maple.licences.get()
    terms = {"kind": "no_admissions", "value": None, "text": "", "starts_on": world.today - timedelta(days=1)}
    do(world.supervisor, operations.add_condition, licence, ends_on=None, **terms)
    assert url not in client.get(reverse("referrals:match", args=match)).text
    assert "would not open" in client.get(url, follow=True).text


def test_homes_that_cannot_are_folded_after_the_first_five(steps: Steps, world: World) -> None:
    for number in range(9):
        do(
            world.supervisor,
            operations.open_facility,
            name=f"More {number}",
            kind="residential",
            jurisdiction="CA",
            time_zone="America/Los_Angeles",
        )
    page = browser(world, "caseworker").get(reverse("referrals:match", args=[steps.referral().pk])).text
    fold = page.index("<summary>7 more homes cannot, and why</summary>")
    assert page[:fold].count('class="paper home no"') == 5
    assert page[fold:].count('class="paper home no"') == 7


def test_a_page_without_a_fitting_home_says_what_could_help(steps: Steps, world: World) -> None:
    referral, client = steps.referral(), browser(world, "caseworker")
    for home in ("cedar", "birch"):
        licence = getattr(world, home).facility.licences.get()
        terms = {"kind": "no_admissions", "value": None, "text": "", "starts_on": world.today - timedelta(days=1)}
        do(world.supervisor, operations.add_condition, licence, ends_on=None, **terms)
    page = client.get(reverse("referrals:match", args=[referral.pk])).text
    assert "You can ask for an exception where the list offers it." in page
    assert "change the dates" not in page


def test_a_page_without_a_level_of_care_says_what_is_missing_and_where_to_record_it(steps: Steps, world: World) -> None:
    case = do(
        world.caseworker,
        residents.open_case,
        code="W-99",
        preferred_name="Hana",
        legal_name="Hana Secretname",
        birth_date=world.today - timedelta(days=15 * 365),
        sex="female",
        languages=["English"],
        unit=world.eve.case.unit,
        caseworker=world.caseworker,
        number="C-W-99",
        legal_basis="Court order",
        permanency_goal="reunification",
        opened_on=world.today,
    )
    about = browser(world, "caseworker").get(reverse("residents:detail", args=[case.resident_id])).text
    assert about.index("Record the level of care that is needed") < about.index("Find a home: refer the young person")
    draft = do(
        world.caseworker,
        operations.draft_referral,
        case.resident,
        urgency="urgent",
        reason="Needs a home.",
        needed_from=now(),
    )
    referral = do(world.caseworker, operations.send_referral, draft)
    match = reverse("referrals:match", args=[referral.pk])
    record = reverse("residents:add_level", args=[case.resident_id])
    page = browser(world, "caseworker").get(match).text
    assert "Nobody has recorded yet which level of care" in page and record in page
    page = browser(world, "supervisor").get(match).text
    assert "Nobody has recorded yet which level of care" in page and record not in page
    values = {"level": 2, "assessed_on": world.today, "assessor": "Dr. Invented", "basis": "Assessment"}
    do(world.caseworker, residents.assess_level, case.resident, **values)
    assert record not in browser(world, "caseworker").get(match).text


def test_the_page_of_a_placement_says_why_and_which_steps_are_done(steps: Steps, world: World) -> None:
    placement = steps.admitted(reason="Near school.")
    url = reverse("placements:detail", args=[placement.pk])
    answer = browser(world, "caseworker").get(url)
    assert [row.why for row in answer.context["signatures"]][:1] == ["Near school."]
    assert [(step["label"], step["state"]) for step in answer.context["steps"]] == [
        ("Proposed", "done"),
        ("Approved", "done"),
        ("Arrived", "done"),
        ("The stay", "current"),
    ]
    assert re.search(r'<a href="/referrals/" aria-current="page">', answer.text)
    home = browser(world, "admin_cedar").get(url)
    assert re.search(r'<a href="/facilities/" aria-current="page">', home.text)
    assert "Near school." not in home.text and "Not open to you" in home.text


def test_a_clinician_reads_that_the_home_is_closed_to_them(world: World) -> None:
    page = browser(world, "clinician").get(reverse("residents:list")).text
    assert "In a home" in page and "Not open to you" in page
    assert "Cedar of the world" not in page


def test_a_warning_names_the_housemates_whom_the_reader_may_know_and_counts_the_others(
    steps: Steps, world: World
) -> None:
    """Ada lives in Cedar and is known to both readers; dina comes from the south, of whom neither may know."""
    known, unknown = world.ada.resident, world.dina.resident
    harm(world, "ada", "harmed")
    what = {"kind": "harmed", "happened_on": world.today, "summary": "A push."}
    do(world.caseworker2, residents.record_harm, unknown, **what)
    steps.admitted("dina", "cedar", 2)
    stay = steps.proposal()
    link = f'(<a href="{reverse("residents:detail", args=[known.pk])}">{known.code}</a> and 1 more)'
    pages = [("supervisor", reverse("placements:decide", args=[stay.pk]))]
    pages += [("caseworker", reverse("referrals:match", args=[stay.referral_id]))]
    pages += [("caseworker", f"{reverse('referrals:compare', args=[stay.referral_id])}?home={stay.facility_id}")]
    for who, address in pages:
        page = browser(world, who).get(address).text
        assert f"Two housemates have harmed another young person before {link}" in page
        assert unknown.code not in page and str(unknown.pk) not in page
    kept = str([stay.decision.considered, *Match.objects.filter(referral=stay.referral).values_list("criteria")])
    assert not any(name in kept for mate in (known, unknown) for name in (mate.code, str(mate.pk)))


def test_the_field_to_sign_in_names_the_housemate_too(steps: Steps, world: World) -> None:
    harm(world, "ada", "harmed")
    url = reverse("referrals:propose", args=[steps.referral().pk, world.cedar.facility.pk])
    assert f"before ({world.ada.resident.code})" in browser(world, "caseworker").get(url).text.split("<form")[-1]


def test_a_reader_who_may_not_read_the_fact_is_told_no_code(steps: Steps, world: World) -> None:
    """Staff know Ada by her care profile; of harm that she did, and of exploiters, they may not read."""
    harm(world, "ada", "harmed")
    referral = steps.referral()
    with acting(world.caseworker.pk, world.caseworker.name):
        result = hold_against(referral, world.caseworker, world.cedar.facility.pk)
        assert codes_of([result], world.caseworker) == {world.ada.resident.pk: world.ada.resident.code}
        assert codes_of([result], world.staff_cedar) == codes_of([result], world.caseworker2) == {}


def test_a_restricted_warning_stays_restricted_whomever_the_reader_knows() -> None:
    mate = uuid4()
    warning = Criterion(
        "exploiter", State.WARNED, "One knows", open_text=RESTRICTED, signature="x", mates=frozenset({mate})
    )
    home = Home(uuid4(), "Cedar", "residential", ZoneInfo("UTC"))
    result = Result(home, (warning,), None, now(), 0, 0)
    shown, read = (
        lines(result, may, {}, {mate: "K-9"})[0] for may in (frozenset(), frozenset({Can.VIEW_EXPLOITATION}))
    )
    assert (shown.in_words, shown.mates, shown.others) == (RESTRICTED, [], 0)
    assert read.in_words == "One knows (K-9)"


@pytest.mark.parametrize(("beds", "words"), [(1, "0 of 1 bed free"), (2, "0 of 2 beds free")])
def test_one_bed_is_not_called_beds(beds: int, words: str) -> None:
    home = Home(uuid4(), "Alder", "foster", ZoneInfo("UTC"), beds=tuple(Bed(uuid4(), str(n)) for n in range(beds)))
    assert words in home_line(Result(home, (), None, now(), free=0, places=beds))


def test_history_speaks_of_exits_and_held_beds_as_the_pages_do() -> None:
    assert (words_of(Exit).kind, words_of(Exit).many) == ("exit", "exits")
    assert (words_of(Hold).kind, words_of(Hold).fields["ends_at"]) == ("held bed", "Held until")
