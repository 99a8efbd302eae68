"""Two people, one bed, the same moment: real commits, two connections, and exactly one of them succeeds each time."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from compliance.events import suspended
from placement.access.models import Person
from placement.audit.clock import now
from placement.database.constraints import Refused, refusals
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Bed, Hold, Licence, Placement, PlacementDecision, Referral
from placement.ui.moments import DATE_FORMAT
from tests.facilities.conftest import Steps, do
from tests.world import World

ROUNDS = 200
SQL_ROUNDS = 100
LIVE = ("proposed", "approved", "active")


@pytest.fixture(autouse=True)
def _nothing_is_judged() -> Iterator[None]:
    """Each round takes half the time; what the law asks is raced in ``test_judging``."""
    with suspended():
        yield


class Workers:
    """Two threads that live through all rounds, each with its own connection, as two workers of a server have."""

    def __init__(self) -> None:
        self.start, self.done = threading.Barrier(3), threading.Barrier(3)
        self.acts: list[Callable[[], Any] | None] = [None, None]
        self.answers: list[Any] = [None, None]
        self.threads = [threading.Thread(target=copy_context().run, args=(self._work, place)) for place in (0, 1)]
        for thread in self.threads:
            thread.start()

    def together(self, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
        """Run both acts at the same moment; return their answers, or the errors that they raised."""
        self.acts = [first, second]
        self.start.wait()
        self.done.wait()
        return list(self.answers)

    def stop(self) -> None:
        """End the threads and close their connections."""
        self.acts = [None, None]
        self.start.wait()
        for thread in self.threads:
            thread.join()

    def _work(self, place: int) -> None:
        while True:
            self.start.wait()
            act = self.acts[place]
            if act is None:
                connection.close()
                return
            try:
                self.answers[place] = act()
            except Exception as error:
                self.answers[place] = error
            self.done.wait()


@pytest.fixture
def workers(committed_world: World) -> Iterator[Workers]:
    """The two workers of a race."""
    pair = Workers()
    yield pair
    pair.stop()


@pytest.fixture
def steps(committed_world: World) -> Steps:
    """The steps of the main job, with real commits."""
    return Steps(committed_world)


def signed_in(person: Person) -> Client:
    """A browser with that person in it."""
    client = Client()
    client.force_login(person)
    return client


def proposal(client: Client, referral: Referral, bed: Bed, words: str) -> Callable[[], Any]:
    """The act of sending a filled-in proposal form."""
    moment = (now() + timedelta(hours=2)).astimezone(bed.facility.zone)
    values = {
        "form_key": str(uuid.uuid4()),
        "bed": str(bed.pk),
        "reason": words,
        "starts_at_date": moment.strftime(DATE_FORMAT),
        "starts_at_time": moment.strftime("%H:%M"),
    }
    return lambda: client.post(reverse("referrals:propose", args=[referral.pk, bed.facility_id]), values)


def test_two_people_propose_one_bed_200_times(steps: Steps, workers: Workers, committed_world: World) -> None:
    world, bed = committed_world, steps.bed("cedar", 3)
    young = ("eve", "dina")
    referrals = [steps.referral(each) for each in young]
    for each, referral in zip(young, referrals, strict=True):
        steps.sign_all(referral, "cedar", each)
    clients = [signed_in(world.caseworker), signed_in(world.caseworker2)]
    won = [0, 0]
    for turn in range(ROUNDS):
        words = [f"Words of {each}, turn {turn}." for each in young]
        sent = [proposal(clients[i], referrals[i], bed, words[i]) for i in (0, 1)]
        answers = workers.together(*sent)
        assert sorted(getattr(answer, "status_code", str(answer)) for answer in answers) == [200, 302], turn
        loser = next(i for i in (0, 1) if answers[i].status_code == 200)
        page = answers[loser].content.decode()
        assert "Somebody may have been faster." in page
        assert words[loser] in page
        assert PlacementDecision.objects.filter(referral__in=referrals).count() == turn + 1
        placement = Placement.objects.get(bed=bed, status__in=LIVE)
        assert placement.referral == referrals[1 - loser]
        won[1 - loser] += 1
        with acting(placement.proposed_by_id, placement.proposed_by.name):
            Placement.objects.filter(pk=placement.pk).update(status="withdrawn")
            Referral.objects.filter(pk=placement.referral_id).update(status="open")
    assert sum(won) == ROUNDS


def insert(who: Person, young: Any, bed: Bed) -> Callable[[], None]:
    """The act of writing a proposal in plain SQL, as the application's role."""

    def act() -> None:
        with acting(who.pk, who.name), refusals(), connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO facilities_placement (id, resident_id, bed_id, facility_id, status, starts_at,
                       proposed_by_id, proposed_at, decision_reason, end_reason)
                   VALUES (gen_random_uuid(), %s, %s, %s, 'proposed', now(), %s, now(), '', '')""",
                [young.resident.pk, bed.pk, bed.facility_id, who.pk],
            )

    return act


def test_two_proposals_in_plain_sql(steps: Steps, workers: Workers, committed_world: World) -> None:
    world, bed = committed_world, steps.bed("cedar", 3)
    acts = insert(world.caseworker, world.eve, bed), insert(world.caseworker2, world.dina, bed)
    for turn in range(SQL_ROUNDS):
        answers = workers.together(*acts)
        lost = [answer for answer in answers if answer is not None]
        assert len(lost) == 1 and isinstance(lost[0], Refused), (turn, answers)
        assert lost[0].constraint == "bed_holds_one_resident"
        placement = Placement.objects.get(bed=bed, status="proposed")
        do(placement.proposed_by, operations.withdraw_placement, placement, reason="Next turn.")


def test_two_people_hold_one_bed(steps: Steps, workers: Workers, committed_world: World) -> None:
    world, bed = committed_world, steps.bed("cedar", 3)
    referrals = [steps.referral("eve"), steps.referral("dina")]
    people = [world.caseworker, world.caseworker2]

    def hold(place: int) -> Callable[[], Any]:
        until = now() + timedelta(hours=1)
        return lambda: do(people[place], operations.hold_bed, referrals[place], bed, until=until)

    for turn in range(30):
        answers = workers.together(hold(0), hold(1))
        assert sorted(type(answer).__name__ for answer in answers) == ["Hold", "Refused"], (turn, answers)
        winner = next(i for i in (0, 1) if isinstance(answers[i], Hold))
        do(people[winner], operations.release_hold, answers[winner])


def test_two_supervisors_decide_at_the_same_moment(steps: Steps, workers: Workers, committed_world: World) -> None:
    world = committed_world
    referral = steps.referral("eve")
    for turn in range(10):
        placement = steps.proposal("eve", referral=Referral.objects.get(pk=referral.pk))
        answers = workers.together(
            lambda placement=placement: do(world.supervisor, operations.approve_placement, placement, reason="Yes."),
            lambda placement=placement: do(world.supervisor, operations.decline_placement, placement, reason="No."),
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["Placement", "Refused"], (turn, answers)
        placement.refresh_from_db()
        if placement.status == "approved":
            do(world.caseworker, operations.withdraw_placement, placement, reason="Next turn.")


def test_two_arrivals_for_the_last_place_of_the_licence(steps: Steps, workers: Workers, committed_world: World) -> None:
    world = committed_world
    first, second = steps.read("eve", "cedar", 3), steps.read("dina", "cedar", 2)
    living = Placement.objects.filter(facility=world.cedar.facility, status="active").count()
    with acting(None, "system: tests"):
        Licence.objects.filter(facility=world.cedar.facility).update(capacity=living + 1)
    answers = workers.together(
        lambda: do(world.cedar.admin, operations.admit, first, at=now()),
        lambda: do(world.cedar.admin, operations.admit, second, at=now()),
    )
    lost = next(answer for answer in answers if isinstance(answer, Refused))
    assert lost.constraint == "licence_capacity_holds"
    assert Placement.objects.filter(facility=world.cedar.facility, status="active").count() == living + 1
