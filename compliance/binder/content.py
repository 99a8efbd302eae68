"""What an inspector may read of one home and a span of days, as one canonical text with a fingerprint.

``SECTIONS`` is the one list: a further section is one more line, with a function from the scope to its rows. A section repeats
no name, no address, and no text about a young person.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from compliance.binder import cited, home, law
from compliance.binder.canonical import Content
from compliance.binder.scope import Column, Scope
from placement.access.rights import Role
from placement.database.constraints import Refused

MOST_ROWS = 10_000
FORMAT = 1


@dataclass(frozen=True)
class Section:
    """One part of a binder. key: the name of its table as a file."""

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: Callable[[Scope], list[list[str]]]


SECTIONS: tuple[Section, ...] = (
    Section(
        "licence",
        "Licence, conditions and waivers",
        "Each licence of the time, and below it its conditions and waivers.",
        home.LICENCES,
        home.licences,
    ),
    Section("fire-clearance", "Fire clearance", "The clearances that held in this time.", home.FIRE, home.fire),
    Section(
        "outside-inspections",
        "Outside inspections",
        "Visits of authorities in this time, as a licensing file or the home has recorded them.",
        cited.VISITS,
        cited.visits,
    ),
    Section(
        "citations",
        "Citations",
        "What an authority found, of each citation that was open on some day of this time, as the home has written it down. How"
        " it stands: when the binder was made.",
        cited.CITATIONS,
        cited.citations,
    ),
    Section(
        "plans-of-correction",
        "Plans of correction",
        "How the home puts these citations right. What shows that it is done stays in the records.",
        cited.PLANS,
        cited.plans,
    ),
    Section(
        "rules",
        "Rules that apply",
        "Each rule that is judged here, as it stood at the end of the time. Not yet known: something is asked, and its time is"
        " running or over without proof. Nothing against it: the records show nothing that the rule forbids or asks for.",
        law.RULES,
        law.rules,
    ),
    Section(
        "findings",
        "Findings",
        "Each time that a rule was not met, with the facts on which that rests.",
        law.FINDINGS,
        law.findings,
    ),
    Section(
        "history",
        "What became of the findings",
        "What was done about each finding, in order of time.",
        law.HISTORY,
        law.history,
    ),
    Section(
        "corrective-actions",
        "Corrective actions",
        "What was planned so that a rule does not fail again. The cause is repeated where it is about the home itself.",
        law.ACTIONS,
        law.actions,
    ),
    Section(
        "corrective-steps",
        "Steps of the corrective actions",
        "Each step, and what shows that it was done.",
        law.STEPS,
        law.steps,
    ),
    Section(
        "obligations",
        "Obligations",
        "What a rule asked after something had happened, by when, and whether it was done.",
        law.OBLIGATIONS,
        law.obligations,
    ),
    Section(
        "proofs",
        "Proofs",
        "How it was shown that an obligation was met. Whom somebody told, and their own words, stay in the records.",
        law.PROOFS,
        law.proofs,
    ),
    Section(
        "staff",
        "Staff",
        "Who worked here or ran the home, by staff number, and what each of them held on the last day.",
        home.STAFF,
        home.staff,
    ),
    Section(
        "clearances-and-training",
        "Clearances and training",
        "What was filed in this home. Numbers of certificates and who issued them stay in the records.",
        home.CREDENTIALS,
        home.credentials,
    ),
    Section(
        "training-hours",
        "Hours of training",
        "What those who work here were trained in by the last day, in whatever home that was filed.",
        home.TRAINING,
        home.training,
    ),
    Section(
        "references",
        "References",
        "Whether somebody was asked about those who work here, and how it turned out. Names and answers stay in the records.",
        home.REFERENCES,
        home.references,
    ),
    Section("shifts", "Who worked", "Each shift, and who was on duty in it.", home.SHIFTS, home.shifts),
    Section(
        "drills",
        "Drills",
        "Each drill as it counts, with its amendments. What people wrote about it stays in the records.",
        home.DRILLS,
        home.drills,
    ),
    Section(
        "rules-not-judged",
        "Rules that are not judged here",
        "Rules that apply to the home, and of which this system can't tell whether they are met.",
        law.NOT_JUDGED,
        law.not_judged,
    ),
)
NOTES = (
    "Young people stand here by their codes, and staff by their staff numbers.",
    "A young person who does not live in the home now has no code here. Where a rule is about health, or about harm that was"
    " done to somebody, no code is given either; and no time where it would tell a date of birth, or whose health it is.",
    "What people have typed is repeated only where it is about the home itself, without names. “On file” means that it is in"
    " the records, which an inspector may ask to see.",
    "It says what the records said when it was made, as far as they were open to whoever made it.",
)
ONLY_FROM_INSPECTORS = (
    "It was not made by an inspector. What is about young people who have left the home, and what was shared outside, may be"
    " missing; a binder that an inspector makes has it."
)


def collect(scope: Scope) -> Content:
    """Return the content of a binder. Raises ``Refused`` for more than ``MOST_ROWS`` rows: nothing is ever left out in silence."""
    sections, left = [], MOST_ROWS
    for section in SECTIONS:
        rows = section.rows(scope)
        left -= len(rows)
        if left < 0:
            raise Refused(
                f"This is more than {MOST_ROWS} lines, which is too much for one binder. Choose a shorter time.",
                field="since",
            )
        sections.append(
            {
                "key": section.key,
                "title": section.title,
                "about": section.about,
                "columns": [[one.name, one.kind, one.width] for one in section.columns],
                "rows": rows,
            }
        )
    by_inspector, said = scope.reader.role == Role.INSPECTOR, json.dumps(sections)
    return {
        "format": FORMAT,
        "home": scope.home.name,
        "state": scope.home.jurisdiction,
        "zone": scope.home.time_zone,
        "since": scope.since.isoformat(),
        "until": scope.until.isoformat(),
        "codes": sorted(code for code in scope.codes.values() if code in said),
        "notes": [*NOTES, *([] if by_inspector else [ONLY_FROM_INSPECTORS])],
        "sections": sections,
    }
