"""The packs in the database: all rules are there; a change is a new version, what left is off, a mistake loads nothing."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from compliance import stored
from compliance.business_days import CALENDARS, holidays
from compliance.models import Holiday, Obligation, RuleVersion
from compliance.parts import AREAS, FILED_BY, OPENED_BY, Part, home_part, young_part
from compliance.rules import AREAS as KNOWN_AREAS
from compliance.rules import Pack, load, read
from placement.database import roles
from placement.database.context import acting, acting_as_system
from residents import operations as residents
from tests.compliance.judging import pack_text, rule_text
from tests.world import World


@pytest.fixture
def owner(committed_world: World) -> Iterator[World]:
    """The owner's login, in a database of this test alone."""
    with roles.as_owner():
        yield committed_world


def a_pack(*rules: dict[str, Any]) -> Pack:
    pack, problems = read("made-up.yaml", pack_text(*rules))
    assert problems.lines == []
    return pack


def versions(rule: str = "made-up") -> list[RuleVersion]:
    return list(RuleVersion.objects.filter(rule=rule).order_by("valid_from", "version"))


def test_every_rule_of_the_packs_is_stored_as_it_stands_there(db: None) -> None:
    packs = load()
    kept = {(row.rule, row.valid_from): row for row in RuleVersion.objects.all()}
    assert len(kept) == sum(len(pack.rules) for pack in packs)
    for pack in packs:
        for rule in pack.rules:
            row = kept[rule.id, rule.valid_from]
            assert (row.off, row.citation, row.kind, row.pack) == (rule.off, rule.citation, rule.kind, pack.name)
            assert len(row.proofs) == (len(rule.items) if rule.by_proof else 0)
            if not rule.off:
                assert row.young_part or row.home_part


def test_the_holidays_are_stored_years_back_and_ahead(db: None, world: World) -> None:
    year = world.today.year
    for name in CALENDARS:
        for each in (year - 5, year, year + 5):
            days = {day for day in holidays(name, [each]) if day.year == each}
            assert days <= set(Holiday.objects.filter(calendar=name).values_list("day", flat=True))


def test_every_area_and_part_has_its_rights() -> None:
    assert AREAS.keys() == set(KNOWN_AREAS)
    assert OPENED_BY.keys() == FILED_BY.keys() == set(Part)


def test_loading_again_changes_nothing(owner: World) -> None:
    history = RuleVersion.history.count()
    assert stored.store(load()) == stored.Loaded()
    assert RuleVersion.history.count() == history


def test_another_text_of_what_it_asks_is_a_further_version_and_other_words_are_not(owner: World) -> None:
    packs = load()
    stored.store([*packs, a_pack(rule_text())])
    stored.store([*packs, a_pack(rule_text(title="Another title"))])
    (only,) = versions()
    assert (only.title, only.version, only.off) == ("Another title", 1, "")
    assert [row.title for row in only.history.order_by("history_date")] == ["A title", "Another title"]
    check = rule_text()["check"] | {"within": "PT12H"}
    stored.store([*packs, a_pack(rule_text(check=check))])
    first, second = versions()
    assert (first.off, first.parameters["seconds"]) == (stored.REPLACED, 24 * 3600)
    assert (second.off, second.parameters["seconds"], second.version) == ("", 12 * 3600, 2)


def test_a_rule_that_left_its_pack_is_switched_off_and_stays(owner: World) -> None:
    packs = load()
    stored.store([*packs, a_pack(rule_text())])
    done = stored.store(packs)
    assert done.switched_off == 1
    assert [row.off for row in versions()] == [stored.GONE]
    stored.store([*packs, a_pack(rule_text())])  # and comes back
    assert [row.off for row in versions()] == [""]


def test_what_was_loaded_is_not_rewritten_even_by_the_owner(owner: World) -> None:
    row = RuleVersion.objects.filter(off="").first()
    for changes in ({"parameters": {}}, {"valid_from": date(2000, 1, 1)}, {"kind": "limit"}, {"rule": "other"}):
        with pytest.raises(DatabaseError, match="rule_version_is_kept"), acting_as_system("test"):
            RuleVersion.objects.filter(pk=row.pk).update(**changes)


def test_a_malformed_pack_loads_nothing_and_the_old_one_stays_in_force(owner: World, tmp_path: Path) -> None:
    before = list(RuleVersion.objects.order_by("pk").values())
    good, bad = rule_text(id="good-one"), rule_text(id="bad-one", check={"kind": "no_such_kind"})
    (tmp_path / "good.yaml").write_bytes(pack_text(good))
    (tmp_path / "bad.yaml").write_bytes(pack_text(bad))
    said = StringIO()
    with pytest.raises(CommandError, match="1 mistake"):
        call_command("compliance", "packs", "--load", "--folder", str(tmp_path), stderr=said)
    assert "bad.yaml:" in said.getvalue()
    assert list(RuleVersion.objects.order_by("pk").values()) == before


def test_a_pack_whose_example_fails_is_not_loaded(owner: World, tmp_path: Path) -> None:
    wrong = rule_text()
    wrong["examples"][1]["then"] = "open"
    wrong["examples"].append(wrong["examples"][1] | {"then": "not met", "now": "2026-05-13T10:00"})
    (tmp_path / "wrong.yaml").write_bytes(pack_text(wrong))
    with pytest.raises(CommandError, match="1 mistake"):
        call_command("compliance", "packs", "--load", "--folder", str(tmp_path), stderr=StringIO())
    assert versions() == []


def test_a_rule_that_changes_in_mid_year_judges_each_event_by_its_own_version(owner: World) -> None:
    zone, cedar = owner.cedar.facility.zone, owner.cedar
    midnight = owner.now.astimezone(zone).replace(hour=0, minute=0)
    yesterday = midnight.date() - timedelta(days=1)
    check = {"kind": "deadline_after_event", "event": "incident.any", "within": "PT24H", "proof": ["Told"]}
    before = rule_text(valid_to=yesterday.isoformat(), check=check)
    after = rule_text(valid_from=midnight.date().isoformat(), check=check | {"within": "PT2H"})
    stored.store([*load(), a_pack(before, after)])
    for minutes in (-1, 0):
        at = midnight + timedelta(minutes=minutes)
        with acting(cedar.staff.pk, cedar.staff.name):
            incident = residents.report_incident(
                facility=cedar.facility,
                shift=None,
                kind="other",
                severity="low",
                happened_at=at,
                seen="A cup broke",
                done="",
                residents=[owner.ada.resident],
                by=cedar.staff,
            )
        one = Obligation.objects.get(subject=incident.pk, rule__rule="made-up")
        assert (one.due_at - at).total_seconds() == (24 if minutes else 2) * 3600
        assert one.rule.valid_to == (yesterday if minutes else None)


@pytest.mark.parametrize(
    ("area", "began", "done", "part"),
    [
        ("rights-notice", ["stay.begun"], [], Part.CARE),
        ("court-review", ["stay.begun"], [], Part.SUMMARY),
        (
            "rights-notice",
            ["young.identified"],
            [],
            Part.SUMMARY,
        ),  # that somebody was trafficked is no part of the care
        ("placement-process", ["young.turns_eighteen"], [], Part.IDENTITY),
        ("health", ["stay.begun"], ["clinical.assessed"], Part.SUMMARY),
        ("rights-notice", ["shared.outside"], [], Part.SHARE),
        ("court-review", ["incident.missing"], [], Part.INCIDENT),  # whoever sees the incident
    ],
)
def test_a_rule_about_a_young_person_gives_away_no_more_than_its_part(
    area: str, began: list[str], done: list[str], part: Part
) -> None:
    assert young_part(area, began, done) == part


@pytest.mark.parametrize(
    ("area", "began", "part"),
    [
        ("supervision-ratio", ["home.young_present"], Part.SHIFT),
        ("supervision-ratio", ["staff.care"], Part.PAPERS),  # about somebody who works there
        ("records-confidentiality", ["home.licensed"], Part.PAPERS),
        ("incident-reporting", ["incident.damage"], Part.INCIDENT),
    ],
)
def test_a_rule_about_a_home_stands_among_its_papers_or_on_its_shifts(area: str, began: list[str], part: Part) -> None:
    assert home_part(area, began) == part
