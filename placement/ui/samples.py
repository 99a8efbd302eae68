"""Invented content for the page that shows all components."""

import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from placement.ui import charts
from placement.ui.forms import ComboBox, DateField, DateTimeInZoneField, FilterForm, FormKey, LongTextField, StaleCheck

LANGUAGES = """
    Arabic Cantonese Creole English French Hmong
    Korean Mandarin Mixteco Polish Portuguese Russian Spanish Tagalog Vietnamese
"""
PARTS = "Overview Timeline Plan Care Contacts Health Incidents Placements Documents History"


class SampleForm(StaleCheck, FormKey):
    """One field of each kind."""

    reason = LongTextField(
        label="Why is a home needed now?",
        help_text="Say what changed. No names of other young people.",
        max_length=10_000,
    )
    code = forms.CharField(label="Court file number", required=False, max_length=20)
    needed = DateField(label="Needed by", help_text="Month, day, year.")
    happened = DateTimeInZoneField(label="When was the young person last seen?", zone=ZoneInfo("America/Los_Angeles"))
    level = forms.ChoiceField(
        label="Level of care", choices=[("", "Choose"), ("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3")]
    )
    language = forms.ChoiceField(
        label="First language",
        required=False,
        widget=ComboBox,
        choices=[("", "")] + [(n.lower(), n) for n in LANGUAGES.split()],
    )
    urgency = forms.ChoiceField(
        label="How urgent is it?",
        widget=forms.RadioSelect,
        help_text="Urgent means a bed today.",
        choices=[("now", "Urgent: today"), ("week", "This week"), ("plan", "Planned move")],
    )
    needs = forms.MultipleChoiceField(
        label="What is needed?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("school", "Stay in the same school"), ("step", "No stairs"), ("own", "Own room at night")],
    )
    letter = forms.FileField(label="Court letter", required=False, help_text="PDF or picture, at most 10 MB.")
    read = forms.BooleanField(label="I have read the safety history")


class SampleFilter(FilterForm):
    """A small filter."""

    q = forms.CharField(label="Name or code", required=False)
    home = forms.ChoiceField(
        label="Home", required=False, choices=[("", "Any"), ("cedar", "Cedar House"), ("birch", "Birch House")]
    )
    late = forms.BooleanField(label="Only what is late", required=False)


class SampleConflict(StaleCheck):
    """A form that someone else overtook."""

    plan = forms.CharField(label="Plan for the night")


def sample_context() -> dict[str, Any]:
    """Return the context of ``components/all.html``."""
    now = timezone.now()

    def hours(n: float) -> datetime.datetime:
        return now + datetime.timedelta(hours=n)

    conflict = SampleConflict(
        {"version": "1", "plan": "Checks each 30 minutes, door open"},
        version="2",
        changed_by="R. Alvarez at 14:05",
        initial={"plan": "Checks each hour, door open"},
    )
    conflict.is_valid()
    return {
        "steps": [
            {"label": "Who", "state": "done"},
            {"label": "Why and when", "state": "current"},
            {"label": "What is needed", "state": "later"},
        ],
        "zone": ZoneInfo("America/Los_Angeles"),
        "facts": [
            {"label": "In the house now", "value": "4 of 8", "href": "#rows", "note": "1 missing · 1 bed held"},
            {"label": "Staff to young people", "value": "3 : 6", "note": "needs 2 until 14:00", "kind": "good"},
            {"label": "Next round", "value": "08:00", "note": "in 4 minutes", "kind": "due"},
            {"label": "Exits", "value": "3 of 4 clear", "note": "kitchen door blocked 50 min", "kind": "late"},
            {"label": "Rules met", "value": "118 of 121", "href": "#rules", "note": "3 open, 1 since today"},
        ],
        "items": [
            {
                "due": hours(-2.6),
                "title": "Tell the national centre that M-4 is missing",
                "detail": "Missing from Cedar House since 11:42",
                "action": "Record the call",
                "action_href": "#call",
                "strong": True,
            },
            {
                "due": hours(1.67),
                "title": "Decide: K-7 to Cedar House, bed 3B",
                "detail": "Proposed by R. Alvarez · one warning that needs your signature",
                "action": "Read and decide",
                "action_href": "#decide",
            },
            {
                "due": hours(30),
                "title": "Plan review for T-2",
                "detail": "Every 30 days · last one Oct 25",
                "tag": "R. Alvarez",
            },
            {
                "when": "Fri Nov 27",
                "note": "no office that day",
                "title": "Contact restriction of S-5 ends by itself",
                "tag": "not started",
                "kind": "due",
            },
        ],
        "alerts": [
            {"text": "Asthma: inhaler stays with her", "kind": "late"},
            {"text": "Two people must not learn where she is", "kind": "due"},
            {"text": "Spanish first"},
        ],
        "tabs": [
            {"label": label, "href": f"#{label.lower()}", "current": label == "Overview"} for label in PARTS.split()
        ],
        "entries": [
            {
                "when": hours(-1),
                "title": "Night log changed by D. Hale",
                "note": "happened 21:30",
                "tags": [{"text": "not on shift", "kind": "late"}, {"text": "2 h 22 min late", "kind": "due"}],
                "detail": "42 minutes after incident 31 was reported · reason given: “typo”",
                "changes": [
                    {
                        "label": "Bed check 21:30",
                        "before": "Door not checked, seen through window",
                        "after": "Door checked, seen in person",
                    },
                    {"label": "Staff present", "before": "1 awake", "after": None},
                ],
            },
            {"when": hours(-26), "title": "Incident 31 reported by A. Ortiz", "detail": "Opens three notifications"},
        ],
        "criteria": [
            ("passed", "Houses only trafficked young people"),
            ("passed", "Licensed for 12–17, level 3, until Jun 2027"),
            ("warned", "One housemate knows the same recruiter: needs a named signature"),
            ("failed", "Bed 3B is not free on Nov 28"),
        ],
        "filters": SampleFilter(),
        "pages": SimpleNamespace(has_next=True, is_first=False),
        "stacks": charts.stacks(
            "stacks",
            "How the rules stand",
            [
                ("Cedar House", "#c", ((3, "#a"), (5, "#b"), (20, "#d"))),
                ("Birch House", "#e", ((0, ""), (2, "#f"), (9, "#g"))),
            ],
            what="Home",
            parts=(("Not met", "✕", "late"), ("Not yet known", "?", "due"), ("Met", "✓", "good")),
        ),
        "columns": charts.columns(
            "columns",
            "Not met at the end of each month",
            [
                ("Sep", "2026", "September 2026", None, ""),
                ("Oct", "", "October 2026", 4, "#o"),
                ("Nov", "", "November 2026", 0, ""),
            ],
            unit="not met",
            kind="late",
        ),
        "chart": charts.bars(
            "stay",
            "Young people in each home today",
            [("Cedar House", 4, "#cedar"), ("Birch House", 5, "#birch"), ("Maple Residence", 12)],
            what="Home",
            unit="young people",
        ),
        "conflict": conflict,
    }
