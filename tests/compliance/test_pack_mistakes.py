"""A pack with a mistake: one clear line with its place, and nothing of it is loaded."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from compliance.reading import LARGEST
from compliance.rules import PackRefused, load, read
from tests.compliance.judging import pack_text, rule_text

CHECK = rule_text()["check"]


def complaint(text: bytes) -> str:
    pack, problems = read("made-up.yaml", text)
    assert pack is None
    (line,) = problems.lines
    return line


def of_rule(**changes: Any) -> str:
    return complaint(pack_text(rule_text(**changes)))


def test_a_pack_without_a_mistake_is_read() -> None:
    pack, problems = read("made-up.yaml", pack_text())
    assert not problems.lines
    assert [rule.id for rule in pack.on] == ["made-up"]
    assert pack.on[0].by_proof


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"check": CHECK | {"kind": "sometimes"}}, "made-up.yaml:16: “sometimes” is not one of deadline_after_event"),
        ({"valid_from": "2026-02-30"}, "made-up.yaml:11: “2026-02-30” is no date, like 2026-03-31"),
        ({"valid_to": "2019-01-01"}, "made-up: it ends before it begins"),
        ({"check": CHECK | {"event": "incident.rumour"}}, "“incident.rumour” is no fact that the product records"),
        ({"check": CHECK | {"when": ["home.haunted"]}}, "“home.haunted” is no fact that the product records"),
        ({"check": CHECK | {"within": "24 hours"}}, "“24 hours” is no ISO 8601 duration"),
        ({"check": CHECK | {"within": "P"}}, "“P” is no ISO 8601 duration"),
        ({"check": CHECK | {"soon": True}}, "a check of the kind deadline_after_event has no “soon”"),
        ({"check": {key: CHECK[key] for key in ("kind", "event", "proof")}}, "lacks “within”"),
        ({"check": CHECK | {"done": "incident.written"}}, "either what must be “done” or what “proof” is asked for"),
        ({"check": CHECK | {"proof": None}}, "a text is missing here"),
        ({"check": CHECK | {"age_from": -1}}, "“-1” is no whole number"),
        ({"check": CHECK | {"count": "business_days"}}, "business_days are counted in days, not in hours"),
        ({"check": CHECK | {"by_clock": "17:00"}}, "“by_clock” needs “count” in days"),
        ({"check": None}, "a rule that is switched on has a “check”"),
        ({"examples": rule_text()["examples"][:1]}, "made-up: it has no example that fails"),
        ({"examples": rule_text()["examples"][1:]}, "made-up: it has no example that passes"),
        ({"verified": False}, "a rule that is not verified is switched off, and says so"),
        ({"verified": "perhaps"}, "“perhaps” must be true or false"),
        ({"severity": "awful"}, "“awful” is not one of critical, serious"),
        ({"duty": "neighbour"}, "“neighbour” is not one of home_administrator, caseworker"),
        ({"area": "weather"}, "“weather” is not one of activities-normalcy"),
        ({"id": "Made Up"}, "“Made Up” is no id: small letters, digits and dashes"),
        ({"citation": None}, "a rule lacks “citation”"),
        ({"colour": "blue"}, "a rule has no “colour”"),
    ],
)
def test_a_rule_with_one_mistake_gets_one_line(changes: dict[str, Any], said: str) -> None:
    assert said in of_rule(**changes)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (
            {"kind": "limit", "of": "shift.first_aiders", "max": "PT15M"},
            "shift.first_aiders counts adults: “max” is a number, not a duration",
        ),
        ({"kind": "limit", "of": "case.open", "max": 15}, "case.open has no number: “max” is a duration"),
        ({"kind": "limit", "of": "case.open"}, "a limit says “max” or “min”"),
        ({"kind": "placement", "of": "stay.begun"}, "a criterion says what it “needs” or what is “never” there"),
        ({"kind": "min_ratio", "children": 5, "starts": "22:00"}, "“starts” and “ends” go together"),
        ({"kind": "min_ratio", "children": 5, "starts": "25:00", "ends": "06:00"}, "“25:00” is no time of the day"),
        (
            {"kind": "notice", "event": "stay.leaving_planned", "proof": ["Told"], "lead": "P7D", "within": "P1D"},
            "a “lead” before the event or a time “within” after it, not both",
        ),
        ({"kind": "recurring", "of": "stay.begun", "every": "PT0S", "proof": ["Told"]}, "longer than nothing"),
    ],
)
def test_parameters_that_do_not_fit_together(check: dict[str, Any], said: str) -> None:
    assert said in of_rule(check=check, examples=None, off="For a test.")


def test_an_example_with_a_fact_that_is_not_known() -> None:
    examples = rule_text()["examples"]
    examples[1]["given"].append({"fact": "incident.rumour", "at": "2026-05-11T09:00"})
    assert "“incident.rumour” is no fact that the product records" in of_rule(examples=examples)


def test_an_example_at_no_time() -> None:
    examples = rule_text()["examples"]
    examples[0]["now"] = "noon"
    _, problems = read("made-up.yaml", pack_text(rule_text(examples=examples)))
    assert "“noon” is no date and time" in problems.lines[0]


def test_an_id_that_is_there_twice() -> None:
    assert complaint(pack_text(rule_text(), rule_text())).endswith("the id made-up is in line 5 too, for the same days")


def test_two_versions_of_one_rule_follow_one_another() -> None:
    old, new = rule_text(valid_to="2026-06-30"), rule_text(valid_from="2026-07-01")
    pack, problems = read("made-up.yaml", pack_text(old, new))
    assert not problems.lines
    assert len(pack.rules) == 2
    late = rule_text(valid_from="2026-06-30")
    assert "for the same days" in complaint(pack_text(old, late))


def test_a_key_that_is_given_twice() -> None:
    assert complaint(pack_text() + b"title: Again\n").endswith("“title” is given twice")


BOMB = b"""a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "made-up.yaml:1: aliases and anchors are not allowed"),
        (b"title: *nothing\n", "aliases and anchors are not allowed"),
        (
            b"title: !!python/object/apply:os.system [ls]\n",
            "the tag tag:yaml.org,2002:python/object/apply:os.system is not allowed",
        ),
        (b"title: !secret text\n", "the tag !secret is not allowed"),
        (b"[" * 40 + b"]" * 40, "nested deeper than 12 levels"),
        (b"#" * (LARGEST + 1), "the file is larger than 1000 kB"),
        (b"", "the file is empty"),
        (b"rules: [\n", "no valid YAML"),
        (b"\xff\xfe\x00rules", "no valid YAML"),
        (b"- a list\n", "a pack must be a list of “key: value”"),
        (b"jurisdiction: US-ZZ\n", "“US-ZZ” is not one of US"),
    ],
)
def test_a_file_that_is_no_pack(text: bytes, said: str) -> None:
    pack, problems = read("made-up.yaml", text)
    assert pack is None
    assert any(said in line for line in problems.lines), problems.lines


def test_one_mistake_and_nothing_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_bytes(pack_text())
    (tmp_path / "wrong.yaml").write_bytes(pack_text(rule_text(id="other", severity="awful")))
    with pytest.raises(PackRefused) as refused:
        load(tmp_path)
    assert [line.split(":")[0] for line in refused.value.lines] == ["wrong.yaml"]


def test_a_rule_in_two_packs(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_bytes(pack_text())
    (tmp_path / "two.yaml").write_bytes(pack_text(jurisdiction="US-TX"))
    with pytest.raises(PackRefused, match="made-up is in the pack one too"):
        load(tmp_path)


def test_the_command_says_each_mistake_and_exits_with_1(
    tmp_path: Path, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wrong.yaml").write_bytes(pack_text(rule_text(severity="awful", valid_from="soon")))
    with pytest.raises(CommandError, match="2 mistakes"):
        call_command("compliance", "packs", "--check", "--folder", str(tmp_path))
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert all(line.startswith("wrong.yaml:") for line in said)
    with pytest.raises(SystemExit) as ended:
        call_command("compliance", "packs", "--json", "--folder", str(tmp_path))
    assert ended.value.code == 1
    assert len(json.loads(capsys.readouterr().out)["mistakes"]) == 2


def test_the_command_names_an_example_that_comes_out_otherwise(
    tmp_path: Path, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = rule_text()["examples"]
    examples[0]["now"] = "2026-05-11T09:30"  # before anybody was told
    (tmp_path / "wrong.yaml").write_bytes(pack_text(rule_text(examples=examples)))
    with pytest.raises(CommandError, match="1 mistake in"):
        call_command("compliance", "packs", "--check", "--folder", str(tmp_path))
    assert "made-up is open in this example, not “met”" in capsys.readouterr().err
