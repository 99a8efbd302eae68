"""Telling around the house: codes on paper, receipts, and what the pages without an account do with them.

Nothing here knows who is signed in. What comes in is written by functions of the database that ask for the code or the receipt;
nobody acts, so no row can be read (``residents.migrations.0181_complaints_kept``).
"""

import hmac
import json
import secrets
import tomllib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from placement.access import tries
from placement.audit.clock import now
from placement.database.context import acting_as_system

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that reads like something else
CODE_LENGTH, GROUP = 15, 5  # 74 bits of chance
WORDS = 4
NOBODY = "told around the house"
SENDS, READS = 20, 10  # from one place within 15 minutes; then with a pause, so that nobody is shut out
PAUSE_OF_SENDS, PAUSE_OF_READS = timedelta(seconds=60), timedelta(seconds=20)
LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Receipt:
    """What the sender comes back with: ``number`` as 123-4567, and ``words`` with spaces between."""

    number: str
    words: str


@dataclass(frozen=True)
class Said:
    """One thing that was said after a complaint, by us or by the sender (``added``)."""

    text: str
    at: datetime
    added: bool

    @property
    def days(self) -> int:
        """Return how many whole days ago it was said. These pages know no place, so they can't name a day of the calendar."""
        return (now() - self.at).days


@dataclass(frozen=True)
class Answer:
    """What a sender reads with the receipt: what was said since, oldest first, and the answer when it is out."""

    sent_at: datetime
    said: list[Said]
    answer: str
    answered_at: datetime | None

    @property
    def sent_days(self) -> int:
        """Return how many whole days ago it was sent."""
        return (now() - self.sent_at).days

    @property
    def answered_days(self) -> int:
        """Return how many whole days ago the answer came; 0 while there is none."""
        return (now() - self.answered_at).days if self.answered_at else 0


@cache
def texts(language: str) -> dict[str, Any]:
    """Return the texts of the pages in a language ("en", "es")."""
    return tomllib.loads(Path(__file__).with_name("tell.toml").read_text())[language]


def new_code() -> str:
    """Return a code as it is printed: K7QMX-3TRWA-9PBHN."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def digest_of_code(code: str) -> str:
    """Return what is kept of a code, however it was typed: with small letters, spaces or without dashes."""
    plain = "".join(each for each in code.upper() if each.isalnum())
    return salted_hmac("residents.tell.code", plain, algorithm="sha256").hexdigest()


def digest_of_words(number: str, words: str) -> str:
    """Return what is kept of the words of a receipt."""
    plain = " ".join(words.casefold().replace("-", " ").split())
    return salted_hmac("residents.tell.words", f"{plain_number(number)} {plain}", algorithm="sha256").hexdigest()


def plain_number(number: str) -> str:
    """Return a number as receipts write it, however it was typed."""
    digits = "".join(each for each in number if each in "0123456789")
    return f"{digits[:3]}-{digits[3:]}"[:9]


def receipt_for(key: uuid.UUID, language: str) -> Receipt:
    """Return the receipt of what is sent with ``key``. Who sends the same again gets the same; nobody else can work it out."""
    secret = hmac.digest(str(settings.SECRET_KEY).encode(), b"residents.tell.receipt " + key.bytes, "sha256")
    known = texts(language)["words"]
    words = " ".join(known[byte % len(known)] for byte in secret[:WORDS])
    return Receipt(plain_number(f"{int.from_bytes(secret[8:16], 'big') % 9_000_000 + 1_000_000}"), words)


def wait(kind: str, place: str) -> int:
    """Return for how many seconds ``place`` must wait before the next try of ``kind`` ("send" or "read"); mostly 0."""
    free, pause = (SENDS, PAUSE_OF_SENDS) if kind == "send" else (READS, PAUSE_OF_READS)
    left = tries.wait_for(f"tell {kind}", f"tell {place}", free=free, pause=pause)
    return -(-left // timedelta(seconds=1))


def count(kind: str, place: str) -> None:
    """Count a try. The pages of people who sign in from the same place are not slowed down by it."""
    tries.failed(f"tell {kind}", f"tell {place}")


def send(told: dict[str, Any], *, code: str, form_key: uuid.UUID, language: str) -> Receipt | None:
    """Keep what was told and return its receipt; ``None`` when exactly this was sent before, more than five minutes ago.

    told: the fields of a complaint in the sender's own words. A ``code`` that is not right costs nothing: a supervisor then
    finds out whose it is. The same page is shown for it.
    """
    content = json.dumps([told, code], sort_keys=True)
    key = uuid.uuid5(form_key, content)
    receipt = receipt_for(key, language)
    found = _call(
        "SELECT complaint_send(%s, %s, %s, %s, %s)",
        digest_of_code(code),
        key,
        receipt.number,
        digest_of_words(receipt.number, receipt.words),
        json.dumps({**told, "language": language}),
    )
    return receipt if found in ("sent", "again") else None


def read(*, code: str, number: str, words: str) -> Answer | None:
    """Return what became of the complaint of a receipt; ``None`` when the receipt, or the code that it needs, leads nowhere."""
    found = _call(
        "SELECT complaint_told(%s, %s, %s)", digest_of_code(code), plain_number(number), digest_of_words(number, words)
    )
    if found is None:
        return None
    told = json.loads(found) if isinstance(found, str) else found
    said = [Said(each["text"], _moment(each["at"]), each["kind"] == "added") for each in told["steps"]]
    answered_at = _moment(told["answered_at"]) if told["answered"] else None
    return Answer(_moment(told["sent_at"]), said, told["answer"] or "", answered_at)


def add(text: str, *, code: str, number: str, words: str, form_key: uuid.UUID) -> bool:
    """Keep what the sender of a complaint adds, once. Return whether the receipt and the code were right."""
    key = uuid.uuid5(form_key, text)
    return bool(
        _call(
            "SELECT complaint_add(%s, %s, %s, %s, %s)",
            digest_of_code(code),
            plain_number(number),
            digest_of_words(number, words),
            key,
            text,
        )
    )


def _call(statement: str, *values: Any) -> Any:
    with acting_as_system(NOBODY, act="residents.tell"), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
