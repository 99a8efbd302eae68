"""Loading the plan: each act in a transaction of its own, by its own person, at its own time."""

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth import base_user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image, ImageDraw
from tqdm import tqdm

import placement.facilities.operations
import residents.operations
from compliance.events import suspended
from compliance.stored import begin_at
from placement.access.models import Person
from placement.access.opened import Opened, write
from placement.access.rights import Can
from placement.audit.clock import at_time
from placement.audit.operation import OPERATIONS, one_act
from placement.database.context import acting, acting_as_system
from placement.demo.complaints import tell_us
from placement.demo.files import count_visits
from placement.demo.law import Law
from placement.demo.looking import look_back
from placement.demo.plan import Act, Paper, The
from placement.demo.rounds import write_rounds
from placement.facilities.matching import Span
from placement.facilities.models import Bed, Exit, Referral, Shift
from placement.facilities.operations.exits import Tried, check_exits
from placement.facilities.operations.matching import hold_against, sign_warning, signatures_on
from placement.facilities.queries.hand_off import in_the_house
from residents.models import CareEntry, Case, Resident
from residents.operations.wording import keep_ignored

COMMAND = "demo"
FIRST = timedelta(days=100)  # before the end: since then the invented agency works with the product


@dataclass
class Book:
    """What was made so far, by the names that the plan gives."""

    made: dict[str, Any] = field(default_factory=dict)
    law: Law | None = None

    def find(self, value: Any) -> Any:
        """Return ``value`` with every ``The`` and ``Paper`` in it replaced by the thing itself."""
        if isinstance(value, The):
            thing = self.made[value.key]
            for step in value.path.split(".") if value.path else ():
                thing = getattr(thing, step.removesuffix("()"))
                thing = thing() if step.endswith("()") else thing
            return thing
        if isinstance(value, Paper):
            return drawn(value)
        if isinstance(value, (list, tuple)):
            return [self.find(each) for each in value]
        if isinstance(value, dict):
            return {name: self.find(each) for name, each in value.items()}
        return value


def load(acts: Sequence[Act]) -> Book:
    """Do every act, in the order given, and show how far it is. To be called as the owner, who may tell the clock.

    When the last act is done, all of them lie on disk.
    """
    book = Book()
    *most, last = acts
    book.law = Law(last.at)
    begin_at(last.at - FIRST)
    with suspended(), hurried():
        for act in tqdm(most, desc="Loading the demo", unit=" acts", mininterval=0.5):
            book.law.before(act.at)
            do(act, book)
        book.law.judge(last.at)
        look_back(last.at)
    do(last, book)
    return book


def do(act: Act, book: Book) -> None:
    """Do one act: in a transaction, at its time, by its person."""
    person: Person | None = book.made[f"person:{act.by}"] if act.by else None
    made = OWN[act.do] if act.do in OWN else OPERATIONS[act.do]
    name = "" if act.do in OWN else act.do
    someone = acting(person.pk, person.name, act=name) if person else acting_as_system(COMMAND, act=name)
    with at_time(act.at), someone, one_act() if name else contextlib.nullcontext():
        arguments = {name: book.find(value) for name, value in act.args.items()}
        result = made(**arguments, by=person)
        if book.law:
            book.law.after(act.do, arguments, result)
    if act.makes:
        book.made[act.makes] = result


@contextlib.contextmanager
def hurried() -> Iterator[None]:
    """Do not wait for the disk after each act: whoever waits for a later one waits for all before it.

    All accounts have the one password that the command prints, so it is hashed once: that takes longer than opening them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    hashing: Any = base_user
    usual, hashing.make_password = hashing.make_password, cache(hashing.make_password)
    try:
        yield
    finally:
        hashing.make_password = usual
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")


def set_hearing(*, case: Case, on: date, by: Person) -> None:
    """Write down the day of the next hearing, and of the checks that follow it; the rest of the case stays as it is."""
    kept: dict[str, Any] = {
        name: getattr(case, name) for name in ("legal_basis", "court", "permanency_goal", "summary")
    }
    checks: dict[str, Any] = {
        "next_health_check_on": on + timedelta(days=9),
        "next_school_review_on": on + timedelta(days=23),
    }
    residents.operations.change_case(case, next_hearing_on=on, by=by, **checks, **kept)


def sign_warnings(*, referral: Referral, bed: Bed, starts_at: datetime, reason: str, by: Person) -> None:
    """Sign every warning of the home that has no signature yet, as the match page lets a caseworker do one by one."""
    result = hold_against(referral, by, bed.facility_id, span=Span(starts_at), bed=bed.pk)
    signed = signatures_on(referral)
    for warning in result.to_sign:
        if (bed.facility_id, warning.signature) not in signed:
            sign_warning(referral, bed.facility, criterion=warning.signature, reason=reason, by=by)


def take_over(*, shift: Shift, keys: int, by: Person) -> None:
    """Take over duty after a shift, with as many young people as the log says."""
    placement.facilities.operations.take_over_duty(
        shift, counted=in_the_house(shift.facility), keys=keys, medication=True, by=by
    )


def open_record(*, resident: Resident, page: str, by: Person) -> None:
    """Open a page of a record, as the access log says of it."""
    del by  # the log knows who acts
    found = Opened({Can.VIEW_CARE_PROFILE, Can.VIEW_CARE_LOG}, {"residents": {resident.pk}, "facilities": set()})
    write(found, page=page, outcome="shown")


def try_exits(*, shift: Shift, exits: Sequence[Exit], blocked: dict[str, str], by: Person) -> None:
    """Write down how the exits were found: good, but for those that ``blocked`` names, each with what stood in the way."""
    tried = [
        Tried(way, True, way.name not in blocked, True if way.has_alarm else None, blocked.get(way.name, ""))
        for way in exits
    ]
    check_exits(shift, tried, by=by)


def keep_wording(*, entry: CareEntry, term: str, by: Person) -> None:
    """Keep that a term stayed in an entry although it was pointed out, as the form does when it is saved."""
    keep_ignored([term], [entry], by=by)


def log_activity(
    *, young: Sequence[Resident], answers: Sequence[str], whys: Sequence[str], by: Person, **more: Any
) -> None:
    """Log an activity with the answers in the order of ``young``."""
    said = [residents.operations.Said(answer, why) for answer, why in zip(answers, whys, strict=True)]
    residents.operations.log_activity(dict(zip(young, said, strict=True)), by=by, **more)


OWN: dict[str, Callable[..., Any]] = {
    "demo.count_visits": count_visits,
    "demo.log_activity": log_activity,
    "demo.open_record": open_record,
    "demo.set_hearing": set_hearing,
    "demo.sign_warnings": sign_warnings,
    "demo.take_over": take_over,
    "demo.try_exits": try_exits,
    "demo.keep_wording": keep_wording,
    "demo.tell_us": tell_us,
    "demo.write_rounds": write_rounds,
}


def drawn(paper: Paper) -> SimpleUploadedFile:
    """Return the file: a one-page PDF with lines of text, a small picture, or plain text."""
    if paper.name.endswith(".pdf"):
        return SimpleUploadedFile(paper.name, pdf(paper.lines), "application/pdf")
    if paper.name.endswith(".png"):
        return SimpleUploadedFile(paper.name, picture(), "image/png")
    return SimpleUploadedFile(paper.name, "\n".join(paper.lines).encode(), "text/plain")


def pdf(lines: tuple[str, ...]) -> bytes:
    """Return a PDF of one page that says ``lines`` (ASCII)."""
    said = " T* ".join(f"({line}) Tj" for line in lines)
    text = f"BT /F1 16 Tf 24 TL 72 700 Td {said} ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode("ascii")


def picture() -> bytes:
    """Return a small drawing of a house under the sun as PNG."""
    image = Image.new("RGB", (480, 320), "#dbe9f4")
    draw = ImageDraw.Draw(image)
    draw.ellipse((380, 30, 440, 90), fill="#f2c14e")
    draw.rectangle((0, 230, 480, 320), fill="#7fa36b")
    draw.rectangle((140, 150, 300, 250), fill="#f7f2e8", outline="#3d4f5c", width=3)
    draw.polygon(((125, 150), (220, 80), (315, 150)), fill="#9c4f3f")
    draw.rectangle((205, 190, 245, 250), fill="#3d4f5c")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
