"""Each kind on the real database: what it says before, at and after its bounds, with versions, conditions, ages and homes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.examples import ask, run_examples
from compliance.facts import FACTS
from compliance.facts.fact import OVER_WITH_IT
from compliance.kinds import KINDS
from compliance.rules import Example, Given, Pack, Rule, load, read
from tests.compliance.judging import CHICAGO, LOS_ANGELES, a_rule, answers, judge, pack_text, rule_text

T = datetime(2026, 5, 11, 9, 0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
reads_only = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=60
)


def deadline(**more: Any) -> tuple[Pack, Rule]:
    check = {"kind": "deadline_after_event", "event": "incident.missing", "within": "PT24H", "proof": ["Told"]}
    return a_rule(check | more)


@reads_only
@given(minutes=st.integers(0, 3000))
def test_a_deadline_is_open_until_it_is_due_and_not_met_from_then_on(minutes: int, db: None) -> None:
    expected = "open" if minutes < 24 * 60 else "not met"
    at = datetime(2026, 5, 11, 16, 0, tzinfo=UTC)
    assert judge(deadline(), at + timedelta(minutes=minutes), Given("incident.missing", at)) == expected


def test_what_was_done_before_the_event_does_not_count_but_for_a_paper_of_the_same_thing(db: None) -> None:
    of = a_rule({"kind": "deadline_after_event", "event": "stay.begun", "within": "P30D", "done": "level.assessed"})
    stay = Given("stay.begun", T)
    assert judge(of, T + 31 * DAY, stay, Given("level.assessed", T - DAY)) == "not met"
    assert judge(of, T + 31 * DAY, stay, Given("level.assessed", T + DAY)) == "met"
    assert judge(of, T + 31 * DAY, stay, Given("level.assessed", T + DAY, about="another")) == "not met"
    record = a_rule({"kind": "required_record", "event": "stay.begun", "done": "level.assessed"})
    assert judge(record, T + 31 * DAY, stay, Given("level.assessed", T - DAY)) == "met"


def test_what_was_done_after_the_moment_is_not_known_at_it(db: None) -> None:
    proof = Given("proof", T + 20 * HOUR)
    assert judge(deadline(), T + 10 * HOUR, Given("incident.missing", T), proof) == "open"
    assert judge(deadline(), T + 21 * HOUR, Given("incident.missing", T), proof) == "met"


def test_an_event_that_is_to_come_asks_for_nothing_yet(db: None) -> None:
    assert judge(deadline(), T, Given("incident.missing", T + HOUR)) == "nothing"


def test_conditions_hold_at_the_time_of_the_event(db: None) -> None:
    of = deadline(when=["young.at_risk"], unless=["home.foster"])
    event, later = Given("incident.missing", T), T + 2 * DAY
    assert judge(of, later, event) == "nothing"
    assert judge(of, later, event, Given("young.at_risk", T - DAY)) == "not met"
    assert judge(of, later, event, Given("young.at_risk", T - 2 * DAY, until=T - DAY)) == "nothing"
    assert judge(of, later, event, Given("young.at_risk", T + DAY)) == "nothing"
    assert judge(of, later, event, Given("young.at_risk", T - DAY, about="another")) == "nothing"
    assert judge(of, later, event, Given("young.at_risk", T - DAY), Given("home.foster", T - DAY)) == "nothing"


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (datetime(2013, 5, 11), "not met"),  # 13 on this day
        (datetime(2013, 5, 12), "nothing"),  # 13 tomorrow
        (datetime(2009, 5, 12), "not met"),  # 17 until tomorrow
        (datetime(2008, 5, 11), "nothing"),  # 18 on this day
    ],
)
def test_ages_count_from_birthday_to_birthday(born: datetime, said: str, db: None) -> None:
    of = deadline(age_from=13, age_to=17)
    assert judge(of, T + 2 * DAY, Given("incident.missing", T), Given("young.born", born + 12 * HOUR)) == said


def test_a_record_without_a_time_fails_only_when_what_it_is_about_is_over(db: None) -> None:
    of = a_rule({"kind": "required_record", "event": "incident.restraint", "proof": ["Talk"]})
    assert judge(of, T + 300 * DAY, Given("incident.restraint", T)) == "open"
    (answer,) = answers(of, T + 11 * DAY, Given("incident.restraint", T, until=T + 10 * DAY))
    assert answer.met is False
    assert answer.due == (T + 10 * DAY).replace(tzinfo=LOS_ANGELES)


def test_a_notice_after_the_last_day_cannot_be_put_right(db: None) -> None:
    of = a_rule({"kind": "notice", "event": "stay.move_planned", "lead": "P14D", "proof": ["Letter"]})
    move = Given("stay.move_planned", T + 30 * DAY)
    assert judge(of, T + 15 * DAY, move) == "open"
    assert judge(of, T + 17 * DAY, move) == "not met"
    assert judge(of, T + 17 * DAY, move, Given("proof", T + 15 * DAY)) == "met"
    assert judge(of, T + 40 * DAY, move, Given("proof", T + 17 * DAY)) == "not met"


def recurring(**more: Any) -> tuple[Pack, Rule]:
    return a_rule({"kind": "recurring", "of": "order.open", "every": "P1D", "done": "order.counted"} | more)


@reads_only
@given(done=st.lists(st.integers(0, 200), max_size=6), now=st.integers(1, 240))
def test_something_recurring_is_due_a_day_after_it_was_done_last(done: list[int], now: int, db: None) -> None:
    at = datetime(2026, 5, 11, 16, 0, tzinfo=UTC)
    rows = [Given("order.counted", at + hour * HOUR) for hour in done]
    known = [hour for hour in done if hour <= now]
    due = (max(known) if known else 0) + 24
    expected = "not met" if due <= now else "met" if known else "open"
    assert judge(recurring(), at + now * HOUR, Given("order.open", at), *rows) == expected


def test_what_recurs_stops_when_it_is_over_and_counts_from_its_first_time(db: None) -> None:
    assert judge(recurring(), T + 9 * DAY, Given("order.open", T, until=T + DAY)) == "nothing"
    of = recurring(first="P14D")
    assert judge(of, T + 13 * DAY, Given("order.open", T)) == "open"
    assert judge(of, T + 15 * DAY, Given("order.open", T)) == "not met"
    every = a_rule({"kind": "recurring", "of": "stay.begun", "every": "P1M", "proof": ["Police", "Relatives"]})
    both = (Given("proof", T + 5 * DAY, item=1), Given("proof", T + 25 * DAY, item=2))
    assert judge(every, T + 26 * DAY, Given("stay.begun", T), *both) == "met"
    assert judge(every, T + 37 * DAY, Given("stay.begun", T), *both) == "not met"  # the older of the two counts


def test_a_paper_is_in_force_both_ends_or_lapses_by_its_age(db: None) -> None:
    check = {"kind": "expiry", "of": "home.licensed", "holds_one": ["fire.cleared"]}
    home, paper = Given("home.licensed", T - 900 * DAY), Given("fire.cleared", T, until=T + 400 * DAY)
    of = a_rule(check)
    assert judge(of, T - DAY, home, paper) == "not met"
    assert judge(of, T, home, paper) == "met"
    assert judge(of, T + 400 * DAY, home, paper) == "not met"
    (answer,) = answers(of, T + 401 * DAY, home, paper)
    assert answer.since == (T + 400 * DAY).replace(tzinfo=LOS_ANGELES)
    yearly = a_rule(check | {"within": "P1Y"})
    assert judge(yearly, T + 364 * DAY, home, paper) == "met"
    assert judge(yearly, T + 366 * DAY, home, paper) == "not met"
    assert judge(of, T, home, Given("fire.cleared", T, about="another")) == "met"  # it is about the home


@reads_only
@given(value=st.integers(0, 9))
def test_a_number_stays_within_its_bounds(value: int, db: None) -> None:
    of = a_rule({"kind": "limit", "of": "shift.first_aiders", "min": 2, "max": 5})
    said = judge(of, T + HOUR, Given("shift.first_aiders", T, until=T + 8 * HOUR, value=value))
    assert said == ("met" if 2 <= value <= 5 else "not met")
    assert judge(of, T + 9 * HOUR, Given("shift.first_aiders", T, until=T + 8 * HOUR, value=value)) == "nothing"


def test_how_long_something_may_go_on(db: None) -> None:
    of = a_rule({"kind": "limit", "of": "limit.contact", "max": "PT72H"})
    assert judge(of, T + 71 * HOUR, Given("limit.contact", T)) == "met"
    assert judge(of, T + 73 * HOUR, Given("limit.contact", T)) == "not met"


def test_what_is_prohibited_until_it_ends_or_excused(db: None) -> None:
    of = a_rule({"kind": "prohibited", "what": "exit.shut", "unless": ["home.foster"]})
    shut = Given("exit.shut", T, until=T + 2 * HOUR)
    assert judge(of, T - HOUR, shut) == "nothing"
    assert judge(of, T + HOUR, shut) == "not met"
    assert judge(of, T + 3 * HOUR, shut) == "met"
    assert judge(of, T + HOUR, shut, Given("home.foster", T - DAY)) == "met"


def test_a_criterion_holds_while_the_stay_goes_on(db: None) -> None:
    of = a_rule(
        {"kind": "placement", "of": "stay.begun", "needs": ["licence.exclusive"], "never": ["young.other_population"]}
    )
    stay, exclusive = (
        Given("stay.begun", T, until=T + 90 * DAY),
        Given("licence.exclusive", T - DAY, until=T + 30 * DAY),
    )
    other = Given("young.other_population", T + DAY)
    assert judge(of, T + HOUR, stay, exclusive) == "met"
    assert judge(of, T + 31 * DAY, stay, exclusive) == "not met"
    assert judge(of, T + 2 * DAY, stay, exclusive, other) == "not met"
    assert judge(of, T + 91 * DAY, stay) == "nothing"


def ratio(**more: Any) -> tuple[Pack, Rule]:
    return a_rule({"kind": "min_ratio", "children": 5} | more, jurisdiction="US-TX")


def counted(at: datetime, young: int, awake: int, asleep: int = 0, until: datetime | None = None) -> list[Given]:
    names = ("home.young_present", "home.adults_awake", "home.adults_asleep")
    return [Given(name, at, until, value) for name, value in zip(names, (young, awake, asleep), strict=True)]


@reads_only
@given(young=st.integers(0, 40), awake=st.integers(0, 6), asleep=st.integers(0, 6), per_asleep=st.integers(1, 10))
def test_the_ratio_is_what_is_counted_on_fingers(
    young: int, awake: int, asleep: int, per_asleep: int, db: None
) -> None:
    of = ratio(asleep=per_asleep)
    enough = young <= 5 * awake + per_asleep * asleep
    expected = "nothing" if not young else "met" if enough else "not met"
    assert judge(of, T + HOUR, *counted(T, young, awake, asleep)) == expected
    strict = ratio()
    assert judge(strict, T + HOUR, *counted(T, young, awake, asleep)) == (
        "nothing" if not young else "met" if young <= 5 * awake else "not met"
    )


def test_the_ratio_over_time_says_from_when_to_when(db: None) -> None:
    """Somebody goes at 10:00 and comes back at 11:30: an hour and a half without enough adults."""
    ten, back = T + HOUR, T + 2.5 * HOUR
    facts = [*counted(T, 6, 2, until=ten), *counted(ten, 6, 1, until=back), *counted(back, 6, 2)]
    found = answers(ratio(), T + 5 * HOUR, *facts)
    (gap,) = [answer for answer in found if answer.met is False]
    assert gap.since == ten.replace(tzinfo=CHICAGO)
    assert datetime.fromisoformat(gap.evidence["until"]) == back.replace(tzinfo=CHICAGO)
    assert [answer.since for answer in found if answer.met] == [back.replace(tzinfo=CHICAGO)]
    assert judge(ratio(), T + 26 * HOUR, *facts) == "not met"  # within the last day
    assert judge(ratio(), T + 27 * HOUR, *facts) == "met"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 5, 11, 21, 59), "nothing"),
        (datetime(2026, 5, 11, 22, 0), "not met"),
        (datetime(2026, 5, 12, 3, 0), "not met"),
        (datetime(2026, 5, 12, 6, 0), "nothing"),
        (datetime(2026, 11, 1, 1, 30), "not met"),  # the night in which the clock goes back
        (datetime(2026, 3, 8, 3, 30), "not met"),  # and forward
    ],
)
def test_the_night_is_by_the_clock_of_the_home(at: datetime, said: str, db: None) -> None:
    of = ratio(starts="22:00", ends="06:00")
    rows = counted(at, 6, 1, until=at + timedelta(seconds=30))
    assert judge(of, at + timedelta(seconds=40), *rows) == said


def test_a_count_that_spans_the_evening_is_cut_where_the_night_begins(db: None) -> None:
    at = datetime(2026, 5, 11, 20, 0)
    found = answers(ratio(starts="22:00", ends="06:00"), at + 4 * HOUR, *counted(at, 6, 1))
    assert [answer.since for answer in found] == [datetime(2026, 5, 11, 22, tzinfo=CHICAGO)]


def test_a_rule_of_one_state_says_nothing_in_another(db: None) -> None:
    pack, rule = deadline()
    example = Example(
        (T + 2 * DAY).replace(tzinfo=CHICAGO), "met", (Given("incident.missing", T.replace(tzinfo=CHICAGO)),), 1
    )
    texan = a_rule({"kind": "limit", "of": "case.open", "max": "P1D"}, jurisdiction="US-TX")[0]
    assert [each.met for each in ask(KINDS[rule.kind], [(pack, rule, example)])] == [False]
    moved = Pack(texan.name, "US-TX", texan.title, texan.zone, (rule,))
    rows = ask(KINDS[rule.kind], [(moved, rule, example)])
    assert [each.met for each in rows] == [False]  # an example stands in its rule's own state, whatever the pack


def test_before_and_after_a_change_in_mid_year_are_judged_by_their_own_version(db: None) -> None:
    check = {"kind": "deadline_after_event", "event": "incident.missing", "within": "PT24H", "proof": ["Told"]}
    texts = (
        rule_text(check=check, valid_to="2026-06-30", examples=None, off="For a test."),
        rule_text(check=check | {"within": "PT4H"}, valid_from="2026-07-01", examples=None, off="For a test."),
    )
    pack, problems = read("made-up.yaml", pack_text(*texts))
    assert pack is not None, problems.lines
    old, new = ((pack, rule) for rule in pack.rules)
    before = Given("incident.missing", datetime(2026, 6, 30, 23, 40))
    after = Given("incident.missing", datetime(2026, 7, 1, 0, 5))
    six = datetime(2026, 7, 1, 6, 0)
    assert (judge(old, six, before), judge(new, six, before)) == ("open", "nothing")
    assert (judge(old, six, after), judge(new, six, after)) == ("nothing", "not met")


def test_an_example_that_is_wrong_is_named(db: None) -> None:
    examples = rule_text()["examples"]
    examples[1]["then"] = "open"
    examples.append(rule_text()["examples"][1])
    pack, problems = read("made-up.yaml", pack_text(rule_text(examples=examples)))
    assert pack is not None, problems.lines
    ran, failures = run_examples([pack])
    assert ran == 3
    assert [(failure.expected, failure.came) for failure in failures] == [("open", "not met")]


def test_every_parameter_of_every_kind_reaches_its_statement() -> None:
    """A parameter that nobody passes on would be read, and change nothing."""
    for pack in load():
        for rule in pack.on:
            assert rule.check.row().keys() == rule.check.columns.keys(), rule.id


@pytest.mark.parametrize("event", ["stay.begun", "staff.care", "order.psychotropic", "home.licensed"])
def test_what_is_over_before_it_was_due_asks_for_nothing_more(db: None, event: str) -> None:
    """A young person who left on the third day is not examined within thirty."""
    rule = a_rule({"kind": "deadline_after_event", "event": event, "within": "P30D", "proof": ["Seen"]})
    begun = datetime(2026, 5, 1, 9)
    over, too_late = begun + timedelta(days=3), begun + timedelta(days=31)
    for now in (begun + timedelta(days=4), begun + timedelta(days=40)):
        assert judge(rule, now, Given(event, begun, until=over)) == "nothing"
    assert judge(rule, begun + timedelta(days=2), Given(event, begun, until=over)) == "open"
    assert judge(rule, begun + timedelta(days=40), Given(event, begun, until=too_late)) == "not met"
    proof = Given("proof", begun + timedelta(days=1))
    assert judge(rule, begun + timedelta(days=40), Given(event, begun, until=over), proof) == "met"


@pytest.mark.parametrize("event", ["incident.missing", "incident.restraint", "young.identified"])
def test_what_must_be_told_is_told_also_when_it_is_over(db: None, event: str) -> None:
    """Somebody who was missing is found: the report is still owed. So it is when an incident is closed."""
    rule = a_rule({"kind": "deadline_after_event", "event": event, "within": "PT24H", "proof": ["Told"]})
    begun = datetime(2026, 5, 1, 9)
    found = Given(event, begun, until=begun + timedelta(hours=2))
    assert judge(rule, begun + timedelta(hours=3), found) == "open"
    assert judge(rule, begun + timedelta(hours=25), found) == "not met"


def test_every_fact_that_takes_its_duties_along_is_a_fact() -> None:
    assert set(OVER_WITH_IT) <= set(FACTS)
