"""A calendar feed that is read while its person ends it."""

import threading

from django.test import Client
from django.urls import reverse

from placement.access import feeds
from placement.access.models import CalendarFeed
from placement.database.context import acting
from tests.races.test_judging import SECONDS, Aside
from tests.world import World


def test_whoever_reads_a_feed_while_it_is_ended_finds_nothing(committed_world: World) -> None:
    person = committed_world.caseworker2
    with acting(person.pk, person.name):
        feed, token = feeds.make_calendar_feed(name="Phone", by=person)
    ended, go, answers = threading.Event(), threading.Event(), []

    def end() -> None:
        with acting(person.pk, person.name):
            feeds.end_calendar_feed(CalendarFeed(pk=feed.pk), by=person)
            ended.set()
            go.wait(SECONDS)

    def read() -> None:
        ended.wait(SECONDS)
        answers.append(Client(raise_request_exception=False).get(reverse("calendar:feed", args=[token])).status_code)

    slow, quick = Aside(end), Aside(read)
    ended.wait(SECONDS)
    threading.Timer(2, go.set).start()
    slow.join()
    quick.join()
    assert answers == [404]


def test_a_feed_that_is_ended_twice_at_one_time_is_ended_once(committed_world: World) -> None:
    person = committed_world.caseworker2
    with acting(person.pk, person.name):
        feed, _ = feeds.make_calendar_feed(name="Phone", by=person)
    go, said = threading.Barrier(2), []

    def end() -> None:
        go.wait(SECONDS)
        try:
            with acting(person.pk, person.name):
                feeds.end_calendar_feed(CalendarFeed(pk=feed.pk), by=person)
            said.append("ended")
        except feeds.Refused as refused:
            said.append(refused.sentence)

    for each in [Aside(end), Aside(end)]:
        each.join()
    assert sorted(said) == ["This feed has ended already.", "ended"]
