"""The secrets that the matrix looks for are really on the pages of those who may read them, or it would look for nothing."""

from uuid import uuid4

from django.urls import reverse

from tests.every.hidden import closed_texts, secrets, stands_in
from tests.every.places import places
from tests.every.table import PAGES
from tests.facilities.home_pages import post
from tests.world import World, browser

NOT_SHOWN = {b"Hidden order about ada"}  # inside the file, which is a download
READERS = ("caseworker", "staff_cedar", "supervisor", "admin_cedar", "clinician")
# Pages on which they are known to stand, with a reader: asked first, and all others only while a secret is unseen.
KNOWN = {
    "residents:confidential": "supervisor",
    "residents:documents": "supervisor",
    "residents:contacts": "staff_cedar",
    "facilities:log-care": "admin_cedar",
    "facilities:address": "staff_cedar",
    "residents:answer_recall": "caseworker",
    "complaints:detail": "caseworker",
    "residents:rights_notice": "staff_cedar",
    "break_glass:judge": "supervisor",
    "access_requests:decide": "caseworker",
    "placements:detail": "admin_cedar",
    "residents:judge_measure": "supervisor",
    "placements:override": "caseworker",
    "residents:lift_bar": "supervisor",
    "residents:amend_clinical_note": "clinician",
    "incidents:detail": "staff_cedar",
    "residents:shared": "caseworker",
    "work": "clinician",
}


def test_every_secret_is_shown_to_somebody(world: World) -> None:
    place = places(world)["own"]
    texts = [secret.text for secret in secrets(world) if len(secret.text) != len(str(uuid4()))]  # keys may spell "ada"
    own = [text for text in texts if b"ada" in text.lower() or b"cedar" in text.lower()]
    assert len(own) >= 13
    unseen = set(own) - NOT_SHOWN
    ask = {"purpose": "travel", "reason": "I drive there today."}
    post(browser(world, "staff_cedar"), reverse("facilities:address", args=[world.cedar.facility.pk]), ask)
    for name, key in (*KNOWN.items(), *((name, key) for name in PAGES for key in READERS)):
        page = PAGES[name]
        if unseen and not page.post_only and world.people[key] in page.people(place):
            answer = browser(world, key).get(
                reverse(name, kwargs={argument: value(place) for argument, value in page.args.items()})
            )
            content = b"".join(answer) if answer.streaming else answer.content
            unseen = {text for text in unseen if not stands_in(text, content)}
    assert unseen == set()


def test_most_secrets_are_closed_to_most_people(world: World) -> None:
    closed, every = closed_texts(world), {secret.text for secret in secrets(world)}
    for key in ("stranger", "sysadmin", "staff_past"):
        assert set(closed[world.people[key].pk]) == every
    which_homes_there_are = {secret.text for secret in secrets(world) if secret.of_home and secret.of_home[1] == "home"}
    assert set(closed[world.caseworker_past.pk]) == every - which_homes_there_are
    assert b"Ada Secretname" not in closed[world.caseworker.pk]
    assert b"Cleo Secretname" in closed[world.caseworker.pk]
    assert b"Hidden Cedar Lane" in closed[world.caseworker.pk]
    assert b"Hidden Cedar Lane" in closed[world.staff_cedar.pk]
