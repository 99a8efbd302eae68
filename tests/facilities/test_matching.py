"""The rules of matching, on facts alone: no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.facilities.matching import Criterion, Home, Result, Span, State, Wish, YoungPerson, evaluate, ranked
from placement.facilities.matching.facts import Area, Bed, Exemption, Licence, Point, Sibling, Stay, Term
from placement.facilities.matching.wording import kilometres
from residents.queries.ages import full_years

DAY = timedelta(days=1)
START = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
ME = UUID(int=1)
BED, OTHER_BED = UUID(int=10), UUID(int=11)
YOUNG = YoungPerson(ME, date(2011, 5, 1), "female", ("Spanish",), "trafficked", "confirmed", level=3)
LICENCE = Licence("exclusive", "licensed", 4, 12, 17, ("female",), (1, 2, 3), TODAY - 100 * DAY, TODAY + 200 * DAY)
HOME = Home(
    UUID(int=2),
    "Cedar",
    "residential",
    ZoneInfo("America/Los_Angeles"),
    languages=("English", "spanish"),
    point=Point(34.0, -118.0),
    licences=(LICENCE,),
    clearances=((TODAY - 50 * DAY, TODAY + 300 * DAY),),
    beds=(Bed(BED, "1A"), Bed(OTHER_BED, "1B")),
)
WISH = Wish(Span(START))
GENERAL = replace(HOME, licences=(replace(LICENCE, population="general"),))


def stay(bed: UUID = OTHER_BED, **more: object) -> Stay:
    """Somebody who lives here already."""
    facts = {"resident": uuid4(), "starts_at": START - 30 * DAY, "birth_date": date(2011, 1, 1)}
    return Stay(bed=bed, **facts | more)


def judged(key: str, young: YoungPerson = YOUNG, home: Home = HOME, wish: Wish = WISH) -> Criterion:
    """What one rule says."""
    return next(c for c in evaluate(young, home, wish).criteria if c.key == key)


def licensed(**terms: object) -> Home:
    """The home with other terms of its licence."""
    return replace(HOME, licences=(replace(LICENCE, **terms),))


def test_a_home_where_all_is_well_fits() -> None:
    result = evaluate(YOUNG, HOME, WISH)
    assert (result.outcome, result.bed.name, result.starts_at) == ("fits", "1A", START)
    assert all(c.state in (State.PASSED, State.INFO) for c in result.criteria)


@pytest.mark.parametrize(
    ("key", "home", "words"),
    [
        ("population", GENERAL, "Mixed population"),
        ("population", replace(GENERAL, kind="shelter"), "youth shelter may not"),
        ("population", licensed(population="foster"), "foster home is the exception"),
        ("licence", licensed(valid_to=TODAY - DAY), "The licence ended on Nov 22, 2026"),
        ("licence", replace(HOME, licences=()), "No licence on file"),
        ("licence", licensed(status="probation"), "on probation"),
        ("licence", licensed(conditions=(Term("no_admissions", None, TODAY, None),)), "no new admissions"),
        ("capacity", replace(licensed(capacity=1), stays=(stay(),)), "Full: 1 of 1 place taken"),
        ("capacity", replace(licensed(conditions=(Term("max_capacity", 1, TODAY, None),)), stays=(stay(),)), "Full"),
        ("age", licensed(max_age=14), "Licensed for ages 12–14, not for 15"),
        ("age", licensed(conditions=(Term("min_age", 16, TODAY, None),)), "not for 15"),
        ("sex", licensed(sexes=("male",)), "Not licensed for female"),
        ("level", licensed(levels=(1, 2)), "Level of care 1, 2; needs 3"),
        ("fire", replace(HOME, clearances=()), "No fire clearance"),
        ("fire", replace(HOME, clearances=((TODAY - 9 * DAY, TODAY - DAY),)), "ended on Nov 22, 2026"),
        ("bed", replace(HOME, beds=()), "No bed is free"),
        ("bed", replace(HOME, beds=(Bed(BED, "1A", closed_from=TODAY),)), "No bed is free"),
        ("bed", replace(HOME, beds=(Bed(BED, "1A", held_for=uuid4()),)), "No bed is free"),
    ],
)
def test_each_hard_rule_fails_with_one_sentence(key: str, home: Home, words: str) -> None:
    criterion = judged(key, home=home)
    assert criterion.state is State.FAILED
    assert words in criterion.text
    assert not evaluate(YOUNG, home, WISH).fits


@pytest.mark.parametrize("kind", ["capacity", "age", "sex", "level"])
def test_a_waiver_in_force_opens_its_own_term_only(kind: str) -> None:
    narrow = {"capacity": 0, "max_age": 13, "sexes": (), "levels": ()}
    waiver = Term(kind, None, TODAY, TODAY + 400 * DAY)
    home = licensed(**narrow, waivers=(waiver,))
    states = {key: judged(key, home=home).state for key in ("capacity", "age", "sex", "level")}
    assert states.pop(kind) is State.PASSED
    assert set(states.values()) == {State.FAILED}
    late = licensed(**narrow, waivers=(replace(waiver, starts_on=TODAY + DAY, ends_on=TODAY + 400 * DAY),))
    assert judged(kind, home=late).state is State.FAILED


def test_a_suspected_young_person_is_protected_and_a_screened_one_is_a_signed_warning() -> None:
    assert judged("population", replace(YOUNG, stage="suspected"), GENERAL).state is State.FAILED
    screened = judged("population", replace(YOUNG, stage="screened"), GENERAL)
    assert screened.state is State.WARNED and screened.signature
    assert judged("population", replace(YOUNG, population="general"), GENERAL).state is State.PASSED


def test_a_licence_that_begins_during_the_stay_counts_from_its_first_day() -> None:
    ends = replace(LICENCE, valid_to=TODAY + 9 * DAY)
    home = replace(HOME, licences=(ends, replace(LICENCE, population="general", valid_from=TODAY + 10 * DAY)))
    then = judged("population", home=home)
    assert then.state is State.FAILED
    assert then.text.startswith("From Dec 3, 2026: Mixed population")
    leaves_before = Wish(Span(START, START + 5 * DAY))
    assert judged("population", home=home, wish=leaves_before).state is State.PASSED
    for until, state in ((START + 8 * DAY, State.FAILED), (START + 30 * DAY, State.PASSED)):
        excepted = replace(home, exemptions=(Exemption("population", until),))
        assert judged("population", home=excepted).state is state


def test_an_exclusive_home_is_closed_to_a_confirmed_other_group() -> None:
    assert judged("population", replace(YOUNG, population="runaway")).state is State.FAILED
    unsure = judged("population", replace(YOUNG, population="runaway", stage="suspected"))
    assert unsure.state is State.WARNED and unsure.signature


def test_an_exception_opens_the_home_while_it_lasts_and_must_be_signed() -> None:
    open_home = replace(GENERAL, exemptions=(Exemption("population", START + DAY),))
    assert judged("population", home=open_home).state is State.WARNED
    assert judged("population", home=open_home).signature
    ended = replace(GENERAL, exemptions=(Exemption("population", START),))
    assert judged("population", home=ended).state is State.FAILED
    other = replace(GENERAL, exemptions=(Exemption("foster", START + DAY),))
    assert judged("population", home=other).state is State.FAILED


def test_a_licence_that_is_renewed_without_a_gap_counts_as_one() -> None:
    ending = replace(LICENCE, valid_to=TODAY + 5 * DAY)
    renewed = replace(LICENCE, valid_from=TODAY + 6 * DAY, valid_to=TODAY + 400 * DAY)
    wish = Wish(Span(START, START + 100 * DAY))
    home = replace(HOME, licences=(ending, renewed))
    assert judged("licence", home=home, wish=wish).state is State.PASSED
    gap = replace(HOME, licences=(ending, replace(renewed, valid_from=TODAY + 7 * DAY)))
    assert judged("licence", home=gap, wish=wish).state is State.WARNED


def test_a_licence_until_the_last_day_of_the_calendar_has_no_end() -> None:
    assert judged("licence", home=licensed(valid_to=date.max)).text == "Licensed"


@pytest.mark.parametrize("key", ["licence", "fire"])
@pytest.mark.parametrize(
    ("days", "ends_at", "state", "words"),
    [
        (20, None, State.WARNED, "ends during the stay: Dec 13, 2026"),
        (200, None, State.INFO, "ends during the stay: Jun 11, 2027"),
        (200, START + 300 * DAY, State.WARNED, "ends during the stay: Jun 11, 2027"),
        (20, START + 10 * DAY, State.PASSED, "until Dec 13, 2026"),
    ],
)
def test_a_paper_that_ends_during_the_stay_is_said_and_rules_nothing_out(
    key: str, days: int, ends_at: datetime | None, state: State, words: str
) -> None:
    until = TODAY + days * DAY
    home = licensed(valid_to=until) if key == "licence" else replace(HOME, clearances=((TODAY - DAY, until),))
    found = judged(key, home=home, wish=Wish(Span(START, ends_at)))
    assert (found.state, found.signature) == (state, "")
    assert words in found.text


def test_capacity_is_counted_on_every_day_of_the_stay() -> None:
    coming = stay(starts_at=START + 10 * DAY)
    home = replace(licensed(capacity=1), stays=(coming,))
    assert "from Dec 3, 2026" in judged("capacity", home=home).text
    assert judged("capacity", home=home, wish=Wish(Span(START, START + 5 * DAY))).state is State.PASSED


def test_a_bed_that_comes_free_soon_is_offered_late_with_a_warning() -> None:
    home = replace(HOME, beds=(Bed(BED, "1A"),), stays=(stay(BED, ends_at=START + DAY),))
    result = evaluate(YOUNG, home, WISH)
    assert result.fits and result.starts_at == START + DAY
    assert judged("bed", home=home).text == "Bed 1A is free 1 day after the needed day"
    assert not judged("bed", home=home).signature
    assert judged("bed", home=home, wish=replace(WISH, bed=BED)).state is State.FAILED


def test_the_bed_held_for_this_young_person_is_offered_first() -> None:
    home = replace(HOME, beds=(Bed(BED, "1A"), Bed(OTHER_BED, "1B", held_for=ME)))
    assert evaluate(YOUNG, home, WISH).bed.id == OTHER_BED


def test_whoever_must_be_kept_apart_rules_the_home_out() -> None:
    mate = stay()
    young = replace(YOUNG, apart_from=frozenset({mate.resident}))
    assert judged("separation", young, replace(HOME, stays=(mate,))).state is State.FAILED
    gone = replace(mate, ends_at=START - DAY)
    assert judged("separation", young, replace(HOME, stays=(gone,))).state is State.PASSED


@pytest.mark.parametrize(
    ("key", "young", "mate", "words"),
    [
        ("exploiter", {"recruiters": frozenset({ME})}, {"recruiters": frozenset({ME})}, "the same recruiter"),
        ("exploiter", {"exploiters": frozenset({ME})}, {"recruiters": frozenset({ME})}, "the same exploiter"),
        ("harm", {}, {"harmed": True}, "One housemate has harmed"),
        ("harm", {"harmed": True}, {}, "Has harmed another young person"),
        ("harm", {"harmed": True}, {"was_harmed": True}, "one housemate was harmed"),
        ("age_gap", {}, {"birth_date": date(2014, 5, 1)}, "One housemate is 3 or more years"),
        ("age_gap", {}, {"birth_date": date(2008, 5, 1)}, "One housemate is 3 or more years"),
    ],
)
def test_housemate_warnings_need_a_signature_and_name_nobody(key: str, young: dict, mate: dict, words: str) -> None:
    home = replace(HOME, stays=(stay(**mate),))
    warning = judged(key, replace(YOUNG, **young), home)
    assert warning.state is State.WARNED
    assert words in warning.text
    assert warning.signature
    assert judged(key, home=replace(HOME, stays=(stay(),))).state is State.PASSED


def test_nearly_three_years_is_no_gap() -> None:
    home = replace(HOME, stays=(stay(birth_date=date(2014, 4, 30)),))
    assert judged("age_gap", home=home).state is State.PASSED


def test_restricted_facts_have_another_text_for_other_readers() -> None:
    home = replace(HOME, stays=(stay(exploiters=frozenset({ME})),))
    warning = judged("exploiter", replace(YOUNG, exploiters=frozenset({ME})), home)
    assert warning.open_text and "exploiter" not in warning.open_text
    assert judged("exploiter").open_text == ""


def test_a_sibling_here_is_said_only_to_who_may_know() -> None:
    mate = stay()
    home = replace(HOME, stays=(mate,))
    for visible in (True, False):
        young = replace(YOUNG, siblings=(Sibling(mate.resident, True, visible),))
        keys = [c.key for c in evaluate(young, home, WISH).criteria]
        assert ("siblings" in keys) is visible
    known, apart = (replace(YOUNG, siblings=(Sibling(mate.resident, False, seen),)) for seen in (True, False))
    warning = judged("restricted", apart, home)
    assert "brother" not in warning.text.lower()
    assert warning.signature == judged("siblings_apart", known, home).signature != ""


def test_whom_to_keep_apart_reads_like_any_restricted_fact_to_who_may_not_know() -> None:
    mate = stay()
    home = replace(HOME, stays=(mate,))
    apart = evaluate(replace(YOUNG, apart_unseen=frozenset({mate.resident})), home, WISH)
    sibling = evaluate(replace(YOUNG, siblings=(Sibling(mate.resident, False, False),)), home, WISH)
    assert [c.as_data() for c in apart.criteria] == [c.as_data() for c in sibling.criteria]
    assert (apart.outcome, apart.score) == (sibling.outcome, sibling.score)
    elsewhere = replace(YOUNG, apart_unseen=frozenset({UUID(int=99)}))
    assert judged("separation", elsewhere, home).text == next(c.text for c in apart.criteria if c.key == "separation")


def test_distances_rank_and_are_shown_rounded() -> None:
    far = replace(HOME, id=UUID(int=3), name="Birch", point=Point(36.0, -118.0))
    young = replace(YOUNG, areas=(Area(Point(34.05, -118.0), 2.0),))
    best, second = ranked(evaluate(young, home, WISH) for home in (HOME, far))
    assert (best.home.name, second.home.name) == ("Birch", "Cedar")
    assert kilometres(48.4, exact=True) == "48 km"
    assert kilometres(48.4, exact=False) == "about 50 km"
    assert kilometres(3, exact=False) == "less than 10 km"
    close = replace(YOUNG, areas=(Area(Point(34.0, -118.0), 5.0),))
    assert judged("area", close).signature


def test_homes_that_fit_come_first_and_failed_ones_are_kept() -> None:
    homes = [replace(GENERAL, id=UUID(int=4), name="A"), replace(HOME, name="B")]
    results = ranked(evaluate(YOUNG, home, WISH) for home in homes)
    assert [(r.home.name, r.rank, r.fits) for r in results] == [("B", 1, True), ("A", 2, False)]


days = st.integers(-40, 40).map(lambda n: START + n * DAY)
births = st.dates(date(2005, 1, 1), date(2016, 12, 31))


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    """Any stay around the wished one."""
    starts_at = draw(days)
    ends_at = draw(st.none() | st.integers(1, 60).map(lambda n: starts_at + n * DAY))
    bed = draw(st.sampled_from([BED, OTHER_BED]))
    return Stay(draw(st.uuids()), bed, starts_at, ends_at, draw(births), harmed=draw(st.booleans()))


@st.composite
def cases(draw: st.DrawFn) -> tuple[YoungPerson, Home, Wish]:
    """Any young person, home and wish."""
    young = replace(
        YOUNG,
        birth_date=draw(st.none() | births),
        population=draw(st.sampled_from(["", "trafficked", "general"])),
        stage=draw(st.sampled_from(["screened", "suspected", "confirmed"])),
        level=draw(st.none() | st.integers(1, 5)),
        harmed=draw(st.booleans()),
    )
    licence = replace(
        LICENCE,
        population=draw(st.sampled_from(["exclusive", "general", "shelter", "foster"])),
        capacity=draw(st.integers(0, 3)),
        valid_from=TODAY + draw(st.integers(-40, 20)) * DAY,
        valid_to=draw(st.none() | st.integers(21, 90).map(lambda n: TODAY + n * DAY)),
        status=draw(st.sampled_from(["licensed", "pending"])),
    )
    kind = draw(st.sampled_from(["residential", "shelter", "foster"]))
    home = replace(HOME, kind=kind, licences=(licence,), stays=tuple(draw(st.lists(stays(), max_size=4))))
    ends_at = draw(st.none() | st.integers(1, 60).map(lambda n: START + n * DAY))
    return young, home, Wish(Span(START, ends_at))


def living_with(result: Result, span: Span) -> list[Stay]:
    return [mate for mate in result.home.stays if span.overlaps(mate.starts_at, mate.ends_at)]


@given(cases())
def test_a_home_that_fits_breaks_no_hard_rule(case: tuple[YoungPerson, Home, Wish]) -> None:
    young, home, wish = case
    result = evaluate(young, home, wish)
    assert all(c.text and c.text[0].isupper() for c in result.criteria)
    if not result.fits:
        assert result.failed
        return
    span = Span(result.starts_at, wish.span.ends_at)
    licence = home.licence_on(home.day(span.starts_at))
    assert licence and licence.status == "licensed" and young.level in licence.levels
    assert licence.min_age <= full_years(young.birth_date, home.day(span.starts_at)) <= licence.max_age
    assert not any(mate.bed == result.bed.id for mate in living_with(result, span))
    protected = young.population == "trafficked" and young.stage != "screened"
    assert not protected or (licence.population == "exclusive" or home.exemptions)
    for mate in [None, *living_with(result, span)]:
        moment = max(span.starts_at, mate.starts_at) if mate else span.starts_at
        there = [m for m in home.stays if m.starts_at <= moment and (m.ends_at is None or m.ends_at > moment)]
        assert home.licence_on(home.day(moment)) is None or len({m.resident for m in there}) + 1 <= licence.capacity


@given(cases())
def test_every_warning_about_housemates_is_signed_and_counts_only(case: tuple[YoungPerson, Home, Wish]) -> None:
    young, home, wish = case
    for criterion in evaluate(young, home, wish).criteria:
        if criterion.key in ("exploiter", "harm", "age_gap", "siblings_apart") and criterion.state is State.WARNED:
            assert criterion.signature.startswith(("restricted:", f"{criterion.key}:"))
            assert len(criterion.signature) <= 40
        assert not any(str(mate.resident) in str(criterion.as_data()) for mate in home.stays)


@given(st.lists(cases(), max_size=6))
def test_ranking_loses_no_home_and_puts_fitting_ones_first(found: list) -> None:
    results = ranked(evaluate(*case) for case in found)
    assert [r.rank for r in results] == list(range(1, len(found) + 1))
    assert [r.fits for r in results] == sorted((r.fits for r in results), reverse=True)


@given(st.floats(-89, 89), st.floats(-179, 179), st.floats(-89, 89), st.floats(-179, 179))
def test_distance_is_the_same_both_ways_and_never_more_than_half_the_earth(
    a: float, b: float, c: float, d: float
) -> None:
    one, other = Point(a, b), Point(c, d)
    assert one.km_to(other) == pytest.approx(other.km_to(one))
    assert 0 <= one.km_to(other) <= 20_038


def test_a_written_condition_of_the_licence_is_said_in_its_own_words() -> None:
    gate = Term("text", None, TODAY, None, "A second staff member is present whenever the pool gate is open.")
    past = Term("text", None, TODAY - 9 * DAY, TODAY - DAY, "No smoking")
    said = judged("conditions", home=licensed(conditions=(gate, past)))
    assert said.state is State.INFO
    assert said.text == "Condition: A second staff member is present whenever the pool gate is open"
    both = judged("conditions", home=licensed(conditions=(gate, replace(past, ends_on=None))))
    assert both.text.startswith("Conditions: ") and both.text.endswith("; No smoking")
