"""Nobody saves text with characters that nobody sees: with one inside, a name is not found where it must be taken out."""

import uuid

import pytest
from django import forms

from placement.access.forms import NewUnitForm
from placement.access.guard import patterns
from placement.ui.forms import FilterForm, FormKey, LongTextField
from placement.ui.invisible import why_refused
from residents.forms.base import WordsField

# Parts of forms, which stand in one that is of this kind; the sample of a component; the sign-in, which saves no text; and what is
# told around the house, which is kept as it was written.
PARTS = {"LicenceTerms", "StaleCheck", "SampleConflict", "SignInForm", "TellForm", "ReceiptForm", "AddForm"}
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # man, woman, girl
OTHERS = ["❤️\u200d\U0001f525", "\U0001f469\U0001f3fd\u200d\U0001f52c", "\U0001f3f3️\u200d\U0001f308"]


@pytest.mark.parametrize(
    "one", [*map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2060, 0xFEFF])]
)
def test_each_of_them_is_refused_wherever_it_stands(one: str) -> None:
    sentence = why_refused(f"Talks to Bea{one}trice")
    assert (
        sentence
        == "There is a character that nobody can see after “Talks to Bea”. Delete that place and type it again."
    )
    assert "at the beginning" in why_refused(f"{one}Bea") and "after “Bea”" in why_refused(f"Bea{one}")
    assert why_refused(f"{FAMILY} Bea{one}")


@pytest.mark.parametrize(
    "text", [FAMILY, *OTHERS, "Zoë, Ñandú, Đặng", "a\tb\nc", "“quoted” – and … more", "日本語", ""]
)
def test_what_people_write_stays(text: str) -> None:
    assert why_refused(f"x {text} y") == ""
    assert why_refused(text) == ""


@pytest.mark.parametrize(
    "text", ["\u200d\U0001f467", "\U0001f467\u200d", "Bea\u200d\U0001f467", "\U0001f467\u200dBea", "a\u200db"]
)
def test_the_joiner_stays_only_between_two_emoji(text: str) -> None:
    assert why_refused(text)


class Sample(FormKey):
    line, text, words = forms.CharField(), LongTextField(), WordsField()
    secret = forms.CharField(widget=forms.PasswordInput)


def test_every_form_says_it_next_to_the_field_and_keeps_what_was_typed() -> None:
    typed = {
        "form_key": str(uuid.uuid4()),
        "line": "B\u200bea",
        "text": "Be\ufeffa",
        "words": "Dari, Pa\u2060shto",
        "secret": "a\u200bb",
    }
    form = Sample(typed)
    assert set(form.errors) == {"line", "text", "words"}
    assert all("nobody can see" in errors[0] for errors in form.errors.values())
    assert form["line"].value() == "B\u200bea"
    assert Sample(typed | {"line": FAMILY, "text": "Bea", "words": "Dari"}).is_valid()
    assert not NewUnitForm({"form_key": str(uuid.uuid4()), "name": "No\u200brth"}).is_valid()


def test_every_form_that_saves_something_is_of_this_kind() -> None:
    """So that one place refuses for all: no form of ours takes text past it."""
    assert list(patterns())  # every page is loaded, and with it every form

    def below(kind: type) -> set[type]:
        return {kind, *(one for child in kind.__subclasses__() for one in below(child))}

    found = {
        one for one in below(forms.Form) if one.__module__.split(".")[0] in {"placement", "residents", "compliance"}
    }
    past = {one.__name__ for one in found if not issubclass(one, FormKey | FilterForm)}
    assert past == PARTS
