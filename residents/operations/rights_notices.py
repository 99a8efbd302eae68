"""Reading the rights out with the young person, in their language, and what they say to it."""

from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import Resident, RightsNotice
from residents.operations.care import must_work_at
from residents.operations.guard import must
from residents.rights_texts import language_of


@operation("read the rights out with the young person")
def read_out_rights(
    resident: Resident,
    *,
    facility: Any,
    jurisdiction: str,
    occasion: str,
    language: str,
    text: str,
    text_language: str,
    answer: str,
    by: Person,
    interpreter: str = "",
    signed_as: str = "",
    said: str = "",
    copy_given: bool = False,
) -> RightsNotice:
    """Record that ``text`` was read out, and that the young person signs with their name or initials, or does not want to.

    Args:
        facility: the home where they live; ``None`` for the caseworker elsewhere.
        language: the young person's; where ``text_language`` is another one, ``interpreter`` says who interpreted.

    Raises ``Refused`` without an interpreter where one is needed, without a name where they sign, and without a copy.
    """
    if facility is None:
        must(by, resident, Can.KEEP_CASE)
    else:
        must(by, resident, Can.LOG_CARE)
        must_work_at(facility, by)
    if language_of(language) != text_language and not interpreter.strip():
        raise Refused(
            "There is no text in this language. Write who interpreted: never another young person.", field="interpreter"
        )
    if answer == RightsNotice.Answer.SIGNED and not signed_as.strip():
        raise Refused(
            "Let the young person type their name or initials, or choose that they don't sign.", field="signed_as"
        )
    if not copy_given:
        raise Refused("Print a copy and give it to the young person, also when they don't sign.", field="copy_given")
    return RightsNotice.objects.create(
        resident=resident,
        facility=facility,
        jurisdiction=jurisdiction,
        occasion=occasion,
        language=language.strip(),
        text_language=text_language,
        interpreter=interpreter.strip(),
        text=text,
        answer=answer,
        signed_as=signed_as.strip() if answer == RightsNotice.Answer.SIGNED else "",
        said=said.strip(),
        copy_given=copy_given,
        explained_by=by,
    )
