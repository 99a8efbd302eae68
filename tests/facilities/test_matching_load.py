"""Loading facts for matching: right facts, fixed number of queries, and nothing that a reader may not know."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.matching import Wish, evaluate, load, ranked
from placement.facilities.matching.housemates import RESTRICTED
from placement.facilities.models import Facility, FacilityAddress, Match, Referral, WarningSignature
from placement.facilities.operations.matching import hold_against
from residents import operations as residents
from residents.models import Exploiter, Separation
from tests.facilities.conftest import Steps, do
from tests.world import World


def results(world: World, referral: Referral, **more: object) -> dict[str, object]:
    with acting(world.caseworker.pk, "caseworker"):
        homes = Facility.objects.visible_to(world.caseworker, Can.VIEW_FACILITY)
        known = load(referral, world.caseworker, homes=homes, **more)
    found = ranked(evaluate(known.person, home, Wish(known.span, known.level)) for home in known.homes)
    return {result.home.name.split()[0].lower(): result for result in found}


def said(result: object, key: str) -> object:
    return next(criterion for criterion in result.criteria if criterion.key == key)


def test_the_exclusive_homes_fit_and_the_others_say_why_not(steps: Steps, world: World) -> None:
    found = results(world, steps.referral())
    assert [name for name, result in found.items() if result.fits] == ["birch", "cedar"]
    assert "youth shelter" in said(found["harbor"], "population").text
    assert "foster home is the exception" in said(found["alder"], "population").text
    assert said(found["maple"], "population").state == "failed"


def test_the_number_of_queries_does_not_grow_with_homes(steps: Steps, world: World) -> None:
    referral = steps.referral()
    with CaptureQueriesContext(connection) as few:
        results(world, referral)
    for number in range(12):
        do(
            world.supervisor,
            operations.open_facility,
            name=f"More {number}",
            kind="residential",
            jurisdiction="CA",
            time_zone="America/Los_Angeles",
        )
    with CaptureQueriesContext(connection) as many:
        assert len(results(world, referral)) >= 6
    assert len(many) == len(few)
    data = [query for query in few if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
    assert len(data) <= 18  # the law takes one for its rules, and two for each kind of them


def test_a_shared_recruiter_is_a_warning_that_names_nobody(steps: Steps, world: World) -> None:
    link = {"name": "Mr. Invented", "kind": "recruiter", "note": "", "exploiter": None}
    do(world.caseworker, residents.link_exploiter, world.ada.resident, **link)
    shared = Exploiter.objects.get(name="Mr. Invented")
    do(world.caseworker, residents.link_exploiter, world.eve.resident, **link | {"exploiter": shared, "name": ""})
    warning = said(results(world, steps.referral())["cedar"], "exploiter")
    assert (warning.state, warning.text) == ("warned", "One housemate knows the same recruiter")
    assert warning.signature
    assert "recruiter" not in warning.open_text
    assert "Ada" not in warning.text


def test_an_unsigned_warning_stops_the_proposal_and_a_new_housemate_needs_a_new_signature(
    steps: Steps, world: World
) -> None:
    for young in ("ada", "dina"):
        do(
            world.people["caseworker" if young == "ada" else "caseworker2"],
            residents.record_harm,
            getattr(world, young).resident,
            kind="harmed",
            happened_on=world.today,
            summary="Hit somebody.",
        )
    referral = steps.referral()
    propose = {"bed": steps.bed("cedar", 3), "starts_at": world.now, "reason": "Near."}
    with pytest.raises(Refused, match="a warning that nobody has signed: One housemate has harmed"):
        do(world.caseworker, operations.propose_placement, referral, **propose)
    sign = {"criterion": "harm", "reason": "Rooms are far apart."}
    do(world.caseworker, operations.sign_warning, referral, world.cedar.facility, **sign)
    with pytest.raises(Refused, match="already signed"):
        do(world.caseworker, operations.sign_warning, referral, world.cedar.facility, **sign)
    with pytest.raises(Refused, match="no such warning"):
        do(world.caseworker, operations.sign_warning, referral, world.cedar.facility, criterion="age_gap", reason="x")
    steps.admitted("dina", "cedar", 2)
    with pytest.raises(Refused, match="Two housemates have harmed"):
        do(world.caseworker, operations.propose_placement, referral, **propose)
    do(world.caseworker, operations.sign_warning, referral, world.cedar.facility, **sign)
    assert do(world.caseworker, operations.propose_placement, referral, **propose).status == "proposed"
    assert WarningSignature.objects.filter(referral=referral).count() == 2


def test_a_signature_needs_a_reason_and_a_person_of_the_case(steps: Steps, world: World) -> None:
    referral = steps.referral()
    with pytest.raises(Refused, match="Say why") as refused:
        do(world.caseworker, operations.sign_warning, referral, world.cedar.facility, criterion="harm", reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Referral.DoesNotExist):
        do(world.caseworker2, operations.sign_warning, referral, world.cedar.facility, criterion="harm", reason="x")


def test_separated_young_people_are_never_offered_one_home(steps: Steps, world: World) -> None:
    do(
        world.caseworker,
        residents.separate,
        world.eve.resident,
        kind="resident",
        other=world.ada.resident,
        reason="Hurt.",
    )
    found = results(world, steps.referral())
    assert said(found["cedar"], "separation").state == "failed"
    assert said(found["birch"], "separation").state == "passed"


def test_nobody_learns_from_a_separation_where_somebody_lives_who_is_not_open_to_them(
    steps: Steps, world: World, client_of: Callable[[Person], Client]
) -> None:
    """Cleo lives in Birch and is 404 for the caseworker of eve; only the south unit knows of both."""
    with acting(world.supervisor2.pk, "supervisor2"):
        Separation.objects.create(
            resident=world.cleo.resident, kind="resident", other=world.eve.resident, reason="Hurt.", starts_at=now()
        )
    referral, client = steps.referral(), client_of(world.caseworker)
    found = results(world, referral)
    assert said(found["birch"], "separation") == said(found["cedar"], "separation")
    assert said(found["birch"], "restricted").text == RESTRICTED
    for name in ("match", "compare"):
        page = client.get(reverse(f"referrals:{name}", args=[referral.pk])).content.decode()
        assert "to be kept apart from" not in page
        assert RESTRICTED in page or name == "compare"
    for keys in Match.objects.filter(referral=referral).values_list("criteria", flat=True):
        assert {each["state"] for each in keys if each["key"] == "separation"} == {"passed"}
    sign = {"criterion": "restricted", "reason": "It will be fine."}
    with pytest.raises(Refused, match="may read what it is about"):
        do(world.caseworker, operations.sign_warning, referral, world.birch.facility, **sign)
    propose = {"bed": steps.bed("birch", 2), "starts_at": world.now, "reason": "Near."}
    with pytest.raises(Refused, match="nobody has signed: A restricted fact about housemates"):
        do(world.caseworker, operations.propose_placement, referral, **propose)
    cedar = do(world.caseworker, operations.propose_placement, referral, **propose | {"bed": steps.bed("cedar", 3)})
    assert "kept apart from" not in str(cedar.decision.considered)
    assert "separation:" not in str(cedar.decision.considered)


def move(world: World, latitude: float, longitude: float) -> None:
    """Let Cedar lie elsewhere."""
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        moved = FacilityAddress.objects.get(facility=world.cedar.facility)
        moved.latitude, moved.longitude = latitude, longitude
        moved.save()


def test_distances_are_coarse_for_who_may_not_see_the_address(steps: Steps, world: World) -> None:
    move(world, 34.0, -118.0)
    with acting(world.caseworker.pk, world.caseworker.name):
        world.eve.resident.school_latitude, world.eve.resident.school_longitude = 34.3, -118.0
        world.eve.resident.save()
    referral = steps.referral()
    assert said(results(world, referral)["cedar"], "school").text == "About 30 km to school"
    with acting(world.supervisor.pk, "supervisor"):
        exact = hold_against(referral, world.supervisor, world.cedar.facility.pk)
        stored = hold_against(referral, world.supervisor, world.cedar.facility.pk, for_record=True)
    assert said(exact, "school").text == "33 km to school"
    assert said(stored, "school").text == "About 30 km to school"


def test_an_address_cannot_be_found_by_moving_the_other_end_of_a_distance(steps: Steps, world: World) -> None:
    """A caseworker may write where the school is, and an area to avoid: neither tells more than a cell of the grid."""
    referral, who = steps.referral(), world.eve.resident

    def answers(latitude: float, longitude: float) -> list[list[str]]:
        move(world, latitude, longitude)
        found = []
        for probe in range(12):
            who.school_latitude, who.school_longitude = 33.9 + probe / 50, -118.0
            with acting(world.caseworker.pk, world.caseworker.name):
                who.save()
                area = Separation.objects.create(
                    resident=who, kind="area", area_latitude=33.9, area_longitude=-118.0, area_km=1 + probe, reason="x"
                )
            result = results(world, referral)["cedar"]
            found.append([said(result, "school").text, said(result, "area").text, f"{result.score}"])
            with acting(world.caseworker.pk, world.caseworker.name):
                Separation.objects.filter(pk=area.pk).update(ends_at=area.starts_at)
        return found

    assert answers(33.96, -118.04) == answers(34.04, -117.96)


def test_a_warning_about_an_area_that_may_be_near_holds_for_who_knows_the_address(steps: Steps, world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        Separation.objects.create(
            resident=world.eve.resident,
            kind="area",
            area_latitude=34.0,
            area_longitude=-118.0,
            area_km=5.0,
            reason="x",
        )
    referral, home = steps.referral(), world.cedar.facility
    expected = ((34.04, "warned", "warned"), (34.05, "warned", "passed"), (34.5, "passed", "passed"))
    for latitude, for_her, for_the_supervisor in expected:
        move(world, latitude, -118.0)
        mine = said(results(world, referral)["cedar"], "area")
        with acting(world.supervisor.pk, "supervisor"):
            theirs = said(hold_against(referral, world.supervisor, home.pk), "area")
        assert (mine.state, theirs.state) == (for_her, for_the_supervisor)
        if theirs.state == "warned":
            assert theirs.signature == mine.signature


def test_matches_are_kept_once_per_home_and_renewed(steps: Steps, world: World) -> None:
    referral = steps.referral()
    assert Match.objects.filter(referral=referral).count() == 5
    steps.admitted("fay", "cedar", 2)
    again = now()
    do(world.caseworker, operations.correct_referral, referral, reason="Needs a quiet home.")
    matches = list(Match.objects.filter(referral=referral).order_by("rank"))
    assert [match.rank for match in matches] == [1, 2, 3, 4, 5]
    assert all(match.evaluated_at >= again for match in matches)
