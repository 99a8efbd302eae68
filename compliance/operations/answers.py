"""That somebody has read an answer: it goes from their work page."""

from compliance.models import AnswerRead
from compliance.queries.answers import Answer, answer_for
from placement.access.models import Person
from placement.audit.operation import operation


@operation("read an answer")
def read_answer(answer: Answer, *, by: Person) -> Answer:
    """Note that ``by`` has read it; once is enough. Raises ``ObjectDoesNotExist`` for what is not told to ``by``."""
    found = answer_for(by, answer.kind, answer.pk)
    if not found.read:
        AnswerRead.objects.create(person=by, of=found.pk)
    return found
