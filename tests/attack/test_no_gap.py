"""Blanks, unknown words and empty places in lists pass no rule by."""

from datetime import timedelta

import pytest
from django.utils import timezone

from placement.database.context import acting
from placement.facilities.models import LicenceCondition, Override
from residents.models import Incident
from tests.attack.sql import Stay, ask, change, insert, refused, sql
from tests.attack.test_care import read, rewrite, sign, write
from tests.attack.test_population import designate
from tests.world import World

DAY = timedelta(days=1)


@pytest.mark.parametrize("blank", [" ", "\t\n  ", "\u00a0"])
def test_a_blank_is_no_reason(world: World, blank: str) -> None:
    entry = write(world)
    with refused("amendment_has_a_reason"):
        write(world, amends_id=entry[1], reason=blank)
    sign(world)
    with refused("entry_after_signing_has_a_reason"):
        write(world, reason=blank)
    with acting(world.caseworker.pk, world.caseworker.name), refused("override_has_a_reason"):
        insert(
            Override,
            resident_id=world.eve.resident.pk,
            facility_id=world.maple.facility.pk,
            kind="population",
            reason=blank,
            expires_at=world.now + DAY,
            status="proposed",
            proposed_by_id=world.caseworker.pk,
            proposed_at=world.now,
            decision_reason="",
        )
    with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("ended_placement_has_an_end"):
        change(world.ada.stay, status="ended", ends_at=timezone.now(), end_reason=blank)
    assert read(write(world, reason=" Forgotten ")).reason == " Forgotten "


@pytest.mark.parametrize("column", ["sexes", "levels"])
def test_an_empty_place_in_a_list_does_not_open_the_licence(world: World, column: str) -> None:
    kind = "varchar" if column == "sexes" else "smallint"
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("word_is_known"):
            sql(f"UPDATE facilities_licence SET {column} = ARRAY[NULL]::{kind}[] WHERE id = %s", world.cedar.licence.pk)
        assert sql(f"UPDATE facilities_licence SET {column} = '{{}}' WHERE id = %s", world.cedar.licence.pk) == 1
    stay = Stay(world, "eve", "cedar", 3).propose(world.now).approve()
    with refused("licence_sex_holds" if column == "sexes" else "licence_level_holds"):
        stay.admit()


def test_the_words_that_rules_compare_with_are_known(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        for row, column in (
            (world.maple.licence, "population"),
            (world.maple.licence, "status"),
            (world.maple.facility, "kind"),
            (world.override, "status"),
        ):
            with refused("word_is_known"):
                change(row, **{column: "Open"})
        for column, words in (("sexes", ["girls"]), ("levels", [2, 9])):
            with refused("word_is_known"):
                change(world.maple.licence, **{column: words})
        with refused("word_is_known"):
            insert(
                LicenceCondition,
                licence_id=world.cedar.licence.pk,
                kind="No_admissions",
                text="letter",
                starts_on=world.today,
            )
    for values in ({"population": "Trafficked"}, {"population": "trafficked", "stage": "certain"}):
        with refused("word_is_known"):
            designate(world, "eve", **values)
    designate(world, "eve", "trafficked")


def test_a_decided_stay_keeps_referral_and_decision(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        for values in ({"referral_id": world.eve.referral.pk}, {"decision_id": None}):
            with refused("placement_keeps_its_ground"):
                change(world.ada.stay, **values)
        stay = Stay(world, "eve", "cedar", 3).propose(world.now)
        assert stay.set(referral_id=world.eve.referral.pk) == 1


def test_an_amendment_is_of_the_shift_of_what_it_amends(world: World) -> None:
    entry = write(world)
    sign(world)
    amendment = write(world, amends_id=entry[1], reason="Counted again", shift_id=None)
    assert read(amendment).shift_id == world.cedar.shift.pk
    with refused("signed_entry_is_amended"):
        rewrite(world, amendment, outcome="half")


def test_an_incident_is_of_a_shift_of_its_home(world: World) -> None:
    by = world.staff_cedar
    row = {
        "number": 0,
        "facility_id": world.cedar.facility.pk,
        "kind": "other",
        "severity": "low",
        "status": "reported",
        "happened_at": world.now - timedelta(minutes=5),
        "seen": "A quarrel",
        "done": "",
        "reported_by_id": by.pk,
        "closing_note": "",
    }
    before = ask("SELECT count(*) FROM residents_incident")
    with acting(by.pk, by.name):
        with refused("incident_is_of_one_home"):
            insert(Incident, shift_id=world.birch.shift.pk, **row)
        assert insert(Incident, shift_id=world.cedar.shift.pk, **row)
    assert ask("SELECT count(*) FROM residents_incident") == before + 1
