"""Words that blame, and names of other young people: pointed out once, left to the writer, and kept that they stayed."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from placement.access.models import AccessLogEntry
from placement.facilities.forms.several import ONLY_A_NOTE
from residents import operations
from residents.models import CareEntry, WordingIgnored
from residents.queries.wording import ignored_by_home
from residents.wording import Named, hints, names_in, terms
from tests.facilities.home_pages import post, text_of
from tests.facilities.shift_page import care_data, entries, several_data, url
from tests.world import World

FORMS = [(term, form) for term in terms() for form in term.forms]
GAPS = st.sampled_from([" ", ". ", ", ", "\n", "“", "(", "…", " – ", ""])


@given(st.sampled_from(FORMS), GAPS, GAPS, st.sampled_from([str.lower, str.upper, str.title, lambda text: text]))
def test_every_form_is_found_as_a_whole_word_in_any_case(entry: Any, before: str, after: str, case: Any) -> None:
    term, form = entry
    written = form if term.case else case(form)
    assert [hint.term for hint in hints(f"{before}{written}{after}")] == [term.name]


@given(st.sampled_from(FORMS), st.text("abcxyzäß0_", min_size=1), st.text("abcxyzäß0_", min_size=1))
def test_no_form_is_found_inside_another_word(entry: Any, before: str, after: str) -> None:
    _, form = entry
    for text in (before + form, form + after, before + form + after):
        assert all(len(hint.found) < len(form) for hint in hints(text))  # a shorter one may stand in it as a word


@given(st.text("bcfjkqvwxz 0123456789.,\n", max_size=200))
def test_nothing_is_found_in_other_text(text: str) -> None:
    assert hints(text) == []


@given(st.sampled_from(terms()))
def test_a_term_is_pointed_out_once_however_often_and_in_however_many_forms_it_stands_there(term: Any) -> None:
    forms = [*term.forms, *([] if term.case else map(str.upper, term.forms))]
    assert [hint.term for hint in hints(" . ".join(forms))] == [term.name]


def test_hyphens_and_apostrophes_are_written_in_many_ways() -> None:
    for text in ("attention-seeking", "attention seeking", "Attention\u2011seeking", "attentionseeking"):
        assert [hint.term for hint in hints(text)] == ["attention-seeking"]
    for text in ("won't engage", "won\u2019t engage", "won't\nengage"):
        assert [hint.term for hint in hints(text)] == ["won't engage"]


def test_the_longest_form_counts() -> None:
    assert [hint.term for hint in hints("A child prostitute.")] == ["child prostitute"]


@pytest.mark.parametrize(
    "text",
    [
        "John came to visit.",
        "Medication refused.",
        "She made a believable sentence.",
        "We were escorted to court.",
        "He asked for seconds.",
        "The liaison officer called.",
        "Complied with the dressing.",
    ],
)
def test_ordinary_sentences_are_left_alone(text: str) -> None:
    assert hints(text) == []


def test_the_list_can_be_read_and_contradicts_itself_nowhere() -> None:
    assert 40 <= len(terms()) <= 60
    forms = [form for _, form in FORMS]
    assert len(forms) == len(set(forms))
    for term in terms():
        assert term.better and term.why
        assert hints(term.better) == [] and hints(term.why) == []
        assert len(term.name) <= 80


NAMES = st.text("abcdefgh", min_size=3, max_size=8).map(str.capitalize)


@given(NAMES, NAMES, st.sampled_from([str.lower, str.upper, str]))
def test_full_names_are_found_in_any_case_and_only_as_whole_words(first: str, last: str, case: Any) -> None:
    someone = Named("W-9", whole=(f"{first} {last}",))
    found = names_in(f"Talked with {case(f'{first} {last}')}, again.", [someone])
    assert [(hint.key, hint.better) for hint in found] == [("name W-9", "the code W-9")]
    assert names_in(f"Talked with x{first} {last}x.", [someone]) == []


def test_a_preferred_name_may_be_a_word() -> None:
    hope = Named("W-9", called=("Hope",))
    assert names_in("We hope so.", [hope]) == []
    assert [hint.found for hint in names_in("With Hope to school", [hope])] == ["Hope"]


@pytest.fixture
def staff(world: World, client_of: Any) -> Any:
    return client_of(world.staff_cedar)


def asked(client: Any, text: str, **more: Any) -> str:
    """What the page says while somebody types."""
    answer = client.post(reverse("residents:words"), {"text": text, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_while_typing_the_server_says_what_it_finds(world: World, staff: Any) -> None:
    page = asked(staff, "Jo is a runaway, and lied to Bea.")
    for words in ("“runaway”", "is missing", "“lied”", "“Bea”", "the code W-2", 'name="words_seen" value="runaway"'):
        assert words in page
    assert asked(staff, "All calm.").strip() == ""


def test_names_are_no_oracle(world: World, staff: Any, client_of: Any, acting_as: Any) -> None:
    text = "Cleo, Eve, Ada Secretname, Cleo Secretname and Gwen"
    assert "W-1" in asked(staff, text)  # the preferred name stands in it
    assert not re.search(r"W-[3-7]", asked(staff, text))  # whom the writer may not know is not pointed out
    assert asked(staff, "Secretname").strip() == ""
    assert "W-1" in asked(client_of(world.admin_cedar), "ADA SECRETNAME")  # who sees identities is told of full names
    assert "W-1" not in asked(staff, "ADA SECRETNAME")
    assert asked(client_of(world.stranger), text).strip() == ""
    assert asked(staff, "Ada was calm.", about=world.ada.resident.pk).strip() == ""
    with acting_as(world.supervisor):
        operations.bar_from_record(world.ada.resident, world.staff_cedar, reason="A cousin", by=world.supervisor)
    assert asked(staff, "Ada was calm.").strip() == ""


def test_what_is_typed_is_kept_nowhere(world: World, staff: Any, caplog: Any) -> None:
    before = AccessLogEntry.objects.count()
    assert staff.get(reverse("residents:words"), {"text": "zanzibar runaway"}).status_code == 302
    with caplog.at_level("DEBUG"):
        asked(staff, "zanzibar runaway")
    assert "zanzibar" not in caplog.text
    assert AccessLogEntry.objects.count() == before
    assert WordingIgnored.objects.count() == 0


def log(world: World) -> str:
    return url("log-care", world, world.ada.resident.pk)


def test_without_script_the_form_comes_back_once_with_the_text(world: World, staff: Any) -> None:
    data = care_data(world.now, "note|", note="She went AWOL with Bea.")
    page = staff.post(log(world), data)
    assert page.status_code == 200
    for words in (
        "Not saved yet",
        "“went AWOL”",
        "the code W-2",
        "Save as it is",
        "Change it",
        "She went AWOL with Bea.",
    ):
        assert words in page.text
    assert not entries(world).exists()
    seen = re.findall(r'name="words_seen" value="([^"]*)"', page.text)
    assert seen == ["AWOL", "name W-2"]
    assert staff.post(log(world), data | {"words_seen": seen}).status_code == 302
    entry = entries(world).get()
    kept = WordingIgnored.objects.all()
    assert {row.term for row in kept} == {"AWOL", "the name of another young person"}
    assert {(row.person, row.record, row.record_id, row.facility_id) for row in kept} == {
        (world.staff_cedar, "residents.CareEntry", entry.pk, world.cedar.facility.pk)
    }
    assert staff.post(log(world), data | {"words_seen": seen}).status_code == 302  # a second press changes nothing
    assert (entries(world).count(), kept.count()) == (1, 2)


def test_another_term_is_asked_about_again_and_a_better_text_is_just_saved(world: World, staff: Any) -> None:
    data = care_data(world.now, "note|", note="She lied.", words_seen=["AWOL"])
    assert "“lied”" in staff.post(log(world), data).text
    assert staff.post(log(world), data | {"note": "She said: I was at school."}).status_code == 302
    assert WordingIgnored.objects.count() == 0


def test_what_stood_there_before_is_not_pointed_out_again(world: World, staff: Any) -> None:
    staff.post(log(world), care_data(world.now, "note|", note="She lied.", words_seen=["lied"]))
    address = url("care-entry", world, entries(world).get().pk)
    assert post(staff, address, {"outcome": "", "note": "She lied. Then she slept."}).status_code == 302
    assert WordingIgnored.objects.count() == 1
    assert "“manipulative”" in post(staff, address, {"outcome": "", "note": "She lied. Manipulative."}).text.lower()


def test_several_records_keep_it_each(world: World, staff: Any) -> None:
    both = dict.fromkeys((world.ada.resident, world.bea.resident), ONLY_A_NOTE)
    data = several_data(world.now, "note|", both, note="Both were defiant.", words_seen=["defiant"])
    assert staff.post(url("log-several", world), data).status_code == 302
    assert WordingIgnored.objects.filter(term="defiant").count() == 2


def hand_off(world: World) -> tuple[str, dict[str, str]]:
    address = url("hand-off", world, world.cedar.shift.pk)
    return address, {"hand_off": "Ada was manipulative.", "about_open": "Seen to."}


def incident(world: World) -> tuple[str, dict[str, Any]]:
    address = f"{reverse('incidents:new')}?facility={world.cedar.facility.pk}&kind=other"
    said = {**care_data(world.now), "kind": "other", "severity": "low", "done": "Talked", "residents": []}
    said.pop("form_key")
    return address, said | {"seen": "She threw a fit. Tantrum."}


def amendment(world: World) -> tuple[str, dict[str, Any]]:
    said = {"outcome": "", "note": "A prostitute, they said.", "reason": "Heard later."}
    said |= {name: value for name, value in care_data(world.now).items() if name.startswith("happened")}
    return url("care-entry", world, world.ada.care.pk), said


def contact(world: World) -> tuple[str, dict[str, Any]]:
    said = {"outside_person": str(world.ada.outside.pk), "kind": "call", "initiative": "young", "outcome": "took_place"}
    said |= {name: value for name, value in care_data(world.now).items() if name.startswith("happened")}
    return url("log-contact", world, world.ada.resident.pk), said | {"note": "He is a customer."}


def drill(world: World) -> tuple[str, dict[str, Any]]:
    here = world.now.astimezone(world.cedar.facility.zone)
    said = {"kind": "fire", "held_at_date": f"{here:%m/%d/%Y}", "held_at_time": f"{here:%H:%M}", "held_at_which": ""}
    said |= {"minutes": "1", "seconds": "2", "staff": [str(world.staff_cedar.pk)], "problems": "W-1 was defiant."}
    return url("add-drill", world), said | {"follow_up": "Talk"}


def referral(world: World) -> tuple[str, dict[str, Any]]:
    return f"{reverse('referrals:edit', args=[world.draft.pk])}?step=2", {"level": "", "needs": "She is promiscuous."}


def withdrawal(world: World) -> tuple[str, dict[str, Any]]:
    return reverse("referrals:withdraw", args=[world.eve.referral.pk]), {"reason": "She was manipulative."}


def leave(world: World) -> tuple[str, dict[str, Any]]:
    said = {"kind": "hospital", "where": "Found by her older boyfriend"}
    return reverse("placements:leave", args=[world.bea.stay.pk]), said | times(world, 5)


def asked_pass(world: World) -> tuple[str, dict[str, Any]]:
    said = {"kind": "outing", "where": "Mall", "outside_person": "", "company": "A customer", "transport": "Bus"}
    return url("ask-pass", world, world.bea.resident.pk), said | {"own_wish": "yes"} | times(world, 6)


def activity(world: World) -> tuple[str, dict[str, Any]]:
    said = {f"said_{each.resident.pk}": "not_wanted" for each in (world.ada, world.bea)}
    said |= {f"why_{world.ada.resident.pk}": "", f"why_{world.bea.resident.pk}": "She was defiant."}
    said |= {name: value for name, value in care_data(world.now).items() if name.startswith("happened")}
    return url("log-activity", world), said | {"name": "Swimming", "place": "out", "led_by": ""}


def times(world: World, days: int) -> dict[str, str]:
    """From noon to one in so many days, in the home's time."""
    day = (world.now + timedelta(days=days)).astimezone(world.cedar.facility.zone)
    return {
        f"{name}_{part}": value
        for name, hour in (("starts_at", "12:00"), ("ends_at", "13:00"))
        for part, value in (("date", f"{day:%m/%d/%Y}"), ("time", hour), ("which", ""))
    }


@pytest.mark.parametrize(
    ("form", "who"),
    [
        (referral, "caseworker"),
        (withdrawal, "caseworker"),
        (leave, "admin_cedar"),
        (asked_pass, "staff_cedar"),
        (activity, "staff_cedar"),
        (hand_off, "staff_cedar"),
        (incident, "staff_cedar"),
        (amendment, "admin_cedar"),
        (contact, "staff_cedar"),
        (drill, "staff_cedar"),
    ],
)
def test_every_form_of_the_care_record_asks_once(world: World, client_of: Any, form: Any, who: str) -> None:
    client = client_of(world.people[who])
    address, said = form(world)
    page = post(client, address, said)
    assert "Not saved yet" in page.text
    seen = re.findall(r'name="words_seen" value="([^"]*)"', page.text)
    assert seen
    assert post(client, address, said | {"words_seen": seen}).status_code == 302
    assert WordingIgnored.objects.count() == len(seen)


def test_whom_a_text_is_about_is_not_pointed_out_as_somebody_else(world: World, client_of: Any) -> None:
    name, other = (one.resident.preferred_name for one in (world.ada, world.bea))
    said = times(world, 5) | {"kind": "hospital", "where": f"Clinic, {name} goes alone"}
    client, address = client_of(world.admin_cedar), reverse("placements:leave", args=[world.ada.stay.pk])
    assert world.bea.resident.code in post(client, address, said | {"where": f"Clinic, with {other}"}).text
    assert post(client, address, said).status_code == 302
    _, rows = activity(world)
    bea, ada = (f"why_{one.resident.pk}" for one in (world.bea, world.ada))
    page = post(client, url("log-activity", world), rows | {bea: f"{other} was tired", ada: f"{name} was not"})
    assert page.status_code == 302


def test_the_supervisor_reads_how_often_by_home_and_no_text(world: World, client_of: Any, acting_as: Any) -> None:
    client_of(world.staff_cedar).post(log(world), care_data(world.now, "note|", note="She lied.", words_seen=["lied"]))
    page = text_of(client_of(world.supervisor2), reverse("audit:words"))
    assert world.cedar.facility.name in page and "lied (1)" in page
    assert "She lied." not in page and "W-1" not in page
    assert client_of(world.staff_cedar).get(reverse("audit:words")).status_code == 404
    with acting_as(world.staff_cedar):
        assert [each["times"] for each in ignored_by_home()] == [1]  # the own ones
    with acting_as(world.staff_birch):
        assert ignored_by_home() == []


def test_a_sealed_form_key_is_not_used_up_by_the_question(world: World, staff: Any) -> None:
    key = str(uuid4())
    data = care_data(world.now, "note|", note="She lied.") | {"form_key": key}
    staff.post(log(world), data)
    assert staff.post(log(world), data | {"note": "She slept."}).status_code == 302
    assert CareEntry.objects.filter(note="She slept.").count() == 1
