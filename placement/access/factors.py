"""Second factors: a code of an authenticator app, or one of ten recovery codes; each code works once (threat 17).

allauth.mfa keeps and computes them. What it leaves to us is here: secrets encrypted at rest, codes that can't be used again
(its own memory of used codes is a cache, one for each process), and limits that are counted in the database.
"""

import base64
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings

from placement.access import tries
from placement.access.models import Person
from placement.access.opened import write_failed
from placement.database import encryption

BOUND_TO = "second factor"
STEP = "step"  # the time step of the last code that was used: no code of it or before works again
WRONG = "This code is not right, or it was used already. Wait for the next one and type it again."
TOO_MANY = "There were too many wrong codes. Wait 15 minutes, then try again."


class Adapter(DefaultMFAAdapter):
    """allauth's hooks: how secrets are kept, and what a person's authenticator app calls the account."""

    def encrypt(self, text: str) -> str:
        """Return ``text`` as it is kept in the database."""
        return base64.b64encode(encryption.encrypt(text, bound_to=BOUND_TO)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what ``encrypt`` was given. Raises ``encryption.Unreadable`` when its key is not in the settings any more."""
        return encryption.decrypt(base64.b64decode(encrypted_text), bound_to=BOUND_TO)

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)


def new_seed() -> str:
    """Return a new seed for an authenticator app, encrypted."""
    return encrypt(totp.generate_totp_secret())


def words_of(seed: str) -> str:
    """Return an encrypted seed as the person may type it into the app: groups of four letters."""
    text = decrypt(seed)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture_of(person: Person, seed: str) -> str:
    """Return an encrypted seed as the address of a picture that the app reads."""
    adapter = Adapter()
    drawn = adapter.build_totp_svg(adapter.build_totp_url(person, decrypt(seed)))
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def step_of(seed: str, code: str, *, after: int = -1) -> int | None:
    """Return the time step to which ``code`` belongs, now and one step around it; ``None`` when wrong or not ``after``."""
    text = decrypt(seed)
    for step in totp.yield_hotp_counters_from_time():
        right = totp.format_hotp_value(totp.hotp_value(text, step))
        if step > after and compare_user_code(actual=code, expected=right):
            return step
    return None


def keep(person: Person, seed: str, step: int) -> None:
    """Write the factor of ``person``: the seed, the step of the code that proved it, and new recovery codes; no passkeys."""
    drop(person)
    data = {"secret": seed, STEP: step}
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data=data)
    RecoveryCodes.activate(person)


def drop(person: Person) -> None:
    """Take every factor of ``person`` away."""
    Authenticator.objects.filter(user=person).delete()


def recovery_codes(person: Person) -> list[str]:
    """Return the recovery codes that were not used yet, in two groups of four digits."""
    found = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return [f"{code[:4]} {code[4:]}" for code in RecoveryCodes(found).get_unused_codes()] if found else []


def new_recovery_codes(person: Person) -> None:
    """Put ten new recovery codes in place of the old ones."""
    Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(person)


def wrong_with(person: Person, code: str, *, inside: bool, known_browser: str = "") -> str:
    """Try ``code`` as one of the app or a recovery code, and use it up. Return a sentence when it did not work, or "".

    Only somebody who knows the password comes here, so failures are counted for the person from everywhere: guessing from
    many places gains nothing, and a stranger can lock nobody out. Codes given ``inside`` an open session have a count of their
    own, and so has each ``known_browser`` (``access.known``): whoever has phished the password keeps nobody from a dangerous
    step, nor from signing in where they did before.
    """
    name = f"{'confirm' if inside else 'second factor'} {person.pk} {known_browser}".strip()
    if tries.too_many(name, name):
        return TOO_MANY
    if not uses_up(person, "".join(code.split())):
        tries.failed(name, name)
        write_failed(person, page="accounts:code")
        return WRONG
    tries.succeeded(name, name)
    return ""


def uses_up(person: Person, code: str) -> bool:
    """Return whether ``code`` is right and was not used before; it is used now."""
    kept: Any = Authenticator.objects.select_for_update().filter(user=person, type=Authenticator.Type.TOTP).first()
    if kept is None:
        return False
    step = step_of(kept.data["secret"], code, after=kept.data[STEP])
    if step is not None:
        kept.data[STEP] = step
        kept.save(update_fields=["data"])
        kept.record_usage()
        return True
    codes = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return codes is not None and RecoveryCodes(codes).validate_code(code)
