"""What a form looks like to a screen reader, and that it never loses what was typed."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template

from placement.ui.forms import FilterForm, FormKey, LongTextField, StaleCheck
from placement.ui.samples import SampleForm


class Page(HTMLParser):
    """Collects tags with their attributes, and the text of each element with an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if attrs.get("id")]

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.tags if attrs.get(attribute)]


def draw(form: forms.BaseForm) -> str:
    return Template("{{ form }}").render(Context({"form": form}))


@pytest.fixture(params=["empty", "refused"])
def html(request) -> str:
    form = SampleForm(version="1") if request.param == "empty" else SampleForm({"version": "1"}, version="2")
    return draw(form)


def test_every_reference_leads_to_one_element(html):
    page = Page(html)
    ids = page.ids()
    assert len(ids) == len(set(ids))
    described = [part for value in page.values("aria-describedby") for part in value.split()]
    links = [value[1:] for value in page.values("href")]
    assert described
    assert set(described + links + page.values("for")) <= set(ids)
    assert "{" not in html


def test_each_input_has_a_label_or_stands_in_a_named_group(html):
    page = Page(html)
    labelled = set(page.values("for"))
    inputs = [a for tag, a in page.tags if tag in {"input", "select", "textarea"} and a.get("type") != "hidden"]
    assert len(inputs) == 15
    assert {a["id"] for a in inputs} <= labelled
    assert html.count("<fieldset") == html.count("<legend") == 3


def test_hint_and_error_are_both_read_out():
    page = Page(draw(SampleForm({}, version="1")))
    area = next(attrs for tag, attrs in page.tags if tag == "textarea")
    assert area["aria-describedby"] == "id_reason_helptext id_reason_error"
    assert area["aria-invalid"] == "true"
    group = next(
        attrs for tag, attrs in page.tags if tag == "fieldset" and "urgency" in attrs.get("aria-describedby", "")
    )
    assert group["aria-describedby"] == "id_urgency_helptext id_urgency_error"


def test_classes_follow_the_widget():
    page = Page(draw(SampleForm(version="1")))
    classes = {attrs.get("name"): attrs.get("class") for tag, attrs in page.tags if attrs.get("name")}
    assert classes["reason"] == "usa-textarea"
    assert classes["code"] == "usa-input"
    assert classes["level"] == classes["language"] == "usa-select"
    assert classes["urgency"] == "usa-radio__input"
    assert classes["needs"] == classes["read"] == "usa-checkbox__input"
    assert classes["letter"] == "usa-file-input"
    assert classes["form_key"] is None


def test_optional_is_said_only_where_it_helps():
    class Filter(FilterForm):
        q = forms.CharField(required=False)

    assert draw(SampleForm(version="1")).count("(optional)") == 4
    assert "(optional)" not in draw(Filter())


def test_labels_hints_and_errors_are_escaped():
    class Hostile(forms.Form):
        name = forms.CharField(label="<b>A</b>", help_text="<i>B</i>", max_length=3)

    form = Hostile({"name": "<script>"})
    form.add_error("name", "<u>C</u>")
    html = draw(form)
    assert not re.search(r"<(b|i|u|script)>", html)
    assert "&lt;u&gt;C&lt;/u&gt;" in html


TYPED = {
    "reason": "Ärger 🙂 “quote”\r\nnext line", "code": "x" * 21, "needed": "13/45/2026",
    "happened_date": "tomorrow", "happened_time": "half past", "level": "2", "language": "spanish",
    "urgency": "week", "needs": ["school", "own"], "version": "1",
}  # fmt: skip


def test_what_was_typed_comes_back():
    form = SampleForm(data(TYPED), version="1")
    assert not form.is_valid()
    page = Page(draw(form))
    values = {attrs["name"]: attrs.get("value") for tag, attrs in page.tags if attrs.get("name") and tag == "input"}
    assert values["code"] == "x" * 21
    assert values["needed"] == "13/45/2026"
    assert (values["happened_date"], values["happened_time"]) == ("tomorrow", "half past")
    assert "Ärger 🙂 “quote”\r\nnext line</textarea>" in draw(form)
    chosen = {attrs.get("value") for _, attrs in page.tags if "selected" in attrs or "checked" in attrs}
    assert {"2", "spanish", "week", "school", "own"} <= chosen
    assert form.errors["needed"] == ["Enter a real date, such as 11/23/2026."]
    assert form.errors["happened"] == [
        "Enter a real date, such as 11/23/2026.",
        "Enter a time, such as 14:05.",
    ]


def data(values):
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    for key, value in values.items():
        query.setlist(key, value if isinstance(value, list) else [value])
    return query


class Note(forms.Form):
    text = LongTextField(max_length=10_000)


@pytest.mark.parametrize("text", ["🙂" * 10_000, "line\r\n" * 2_000, "é" * 9_999])
def test_long_text_up_to_the_limit_is_kept_whole(text):
    form = Note({"text": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["text"] == text.replace("\r\n", "\n").strip()


def test_longer_text_is_refused_with_both_numbers_and_stays():
    form = Note({"text": "🙂" * 10_001})
    assert form.errors["text"] == ["This is 10,001 characters; the limit is 10,000."]
    html = draw(form)
    assert "🙂" * 10_001 in html
    assert "maxlength" not in html  # a browser would cut what is pasted
    assert 'data-limit="10000"' in html


class Plan(StaleCheck, FormKey):
    plan = forms.CharField()
    home = forms.ChoiceField(choices=[("c", "Cedar House"), ("b", "Birch House")])
    letter = forms.FileField(required=False)


RECORD = {"plan": "hourly", "home": "c"}


def posted(**changes):
    fresh = Plan(version=7, initial=RECORD)
    key = Page(draw(fresh))
    hidden = {a["name"]: a["value"] for tag, a in key.tags if a.get("type") == "hidden"}
    return RECORD | hidden | changes


def test_a_form_that_was_not_overtaken_is_accepted():
    form = Plan(posted(plan="half-hourly"), version=7, initial=RECORD)
    assert form.is_valid(), form.errors
    assert not form.stale
    assert form.cleaned_data["form_key"].version == 4


def test_an_overtaken_form_is_refused_shows_both_versions_and_then_passes():
    sent = posted(plan="half-hourly", home="b")
    now = {"plan": "door open", "home": "c"}
    form = Plan(sent, version=8, initial=now, changed_by="R. Alvarez")
    assert not form.is_valid()
    assert form.stale
    assert form.differences() == [
        {"label": "Plan", "before": "door open", "after": "half-hourly"},
        {"label": "Home", "before": "Cedar House", "after": "Birch House"},
    ]
    page = Page(draw(form))
    again = {a["name"]: a.get("value") for tag, a in page.tags if tag == "input" and a.get("name")}
    assert again["form_key"] == sent["form_key"]
    assert again["plan"] == "half-hourly"
    assert Plan(again | {"home": "b"}, version=8, initial=now).is_valid()
    assert not Plan(again | {"home": "b"}, version=9, initial=now).is_valid()


@pytest.mark.parametrize("version", ["", "6", "7 ", "७"])
def test_a_missing_or_foreign_version_is_never_taken_for_the_newest(version):
    form = Plan(posted() | {"version": version}, version=7, initial=RECORD)
    assert form.is_valid() == (version.strip() == "7")


@pytest.mark.parametrize("key", ["", "nonsense", "1; drop table"])
def test_a_lost_key_is_said_plainly_and_replaced(key):
    form = Plan(posted() | {"form_key": key}, version=7, initial=RECORD)
    assert form.errors == {"__all__": ["This form was incomplete. Check it and send it again."]}
    again = next(a["value"] for _, a in Page(draw(form)).tags if a.get("name") == "form_key")
    assert Plan(posted() | {"form_key": again}, version=7, initial=RECORD).is_valid()


def test_each_fresh_form_has_its_own_key():
    assert posted()["form_key"] != posted()["form_key"]


def test_the_mixins_work_with_files_and_prefix():
    file = SimpleUploadedFile("letter.pdf", b"x")
    sent = {f"p-{name}": value for name, value in posted().items()}
    form = Plan(sent, {"p-letter": file}, version=7, prefix="p", initial=RECORD)
    assert form.is_valid(), form.errors
