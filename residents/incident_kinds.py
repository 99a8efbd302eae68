"""What the report of each kind of incident asks, beyond when, who and what was seen. Declared here, and nowhere else.

An answer is a text, or one of the choices; answers lie in ``Incident.answers`` by the name of what was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from placement.database.constraints import Refused
from residents.models import Incident

Kind = Incident.Kind
YES_NO = (("yes", "Yes"), ("no", "No"), ("unknown", "Nobody knows yet"))
LONGEST = 2000  # characters of a text


@dataclass(frozen=True)
class Ask:
    """One thing that a kind asks. ``needed``: before the report is sent. Without ``choices`` a text; ``long`` of several lines.

    ``later``: not in the report any more, but on a page of its own. Answers from before are still shown.
    """

    name: str
    label: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = False
    long: bool = False
    later: bool = False

    def shown(self, answer: str) -> str:
        """Return the answer in words."""
        return dict(self.choices).get(answer, answer)


@dataclass(frozen=True)
class Guide:
    """How one kind is reported. ``first``: what to do before writing. ``details``: it is saved, and completed on further pages."""

    first: str
    asks: tuple[Ask, ...] = ()
    details: bool = False
    names_somebody: bool = False  # a report without a young person is not sent


AGAINST = (
    ("staff", "Against somebody who works in the home"),
    ("foster", "Against a foster parent"),
    ("foster_says", "A foster parent says it of a young person"),
    ("by_young", "By a young person, about another young person"),
    ("other", "Against somebody else"),
)
MEDICAL = Ask(
    "medical",
    "Was a doctor or nurse needed?",
    "Also a call to the nurse line.",
    (("none", "No"), ("phone", "Yes, by phone"), ("seen", "Yes, they looked"), ("hospital", "Yes, in a hospital")),
    needed=True,
)
PLACES = (
    ("bedroom", "Bedroom"),
    ("bathroom", "Bathroom"),
    ("living", "Living room or hall"),
    ("kitchen", "Kitchen or dining room"),
    ("office", "Office or medicine room"),
    ("yard", "Yard or street in front"),
    ("vehicle", "In a car or bus"),
    ("school", "At school"),
    ("away", "Somewhere else outside"),
    ("contact", "By phone or online"),
    ("unknown", "Nobody knows"),
)
PLACE = Ask("place", "Where did it happen?", choices=PLACES)  # of every kind but of somebody missing
POLICE = Ask("police", "Were the police called?", choices=YES_NO, needed=True)
NUMBER = Ask("police_number", "Number that the police gave", "Leave it empty if they gave none.")

GUIDES: dict[str, Guide] = {
    Kind.MISSING: Guide(
        "Search the house. Call the police. Then write: who and since when is enough.",
        (
            Ask("worn", "What were they wearing?", later=True),
            Ask("risk", "What could happen to them?", later=True),
            Ask("phone", "Do they have a phone or another device?", choices=YES_NO, later=True),
            Ask("places", "Where could they be, and with whom?", later=True),
        ),
        names_somebody=True,
    ),
    Kind.RESTRAINT: Guide(
        "See that nobody is hurt, and stay with the young person. Save this page; the times and checks come next.",
        (PLACE, MEDICAL, Ask("witnesses", "Did another adult see it?", choices=YES_NO, needed=True)),
        details=True,
        names_somebody=True,
    ),
    Kind.INJURY: Guide(
        "Give first aid. In danger, call 911. Save this page; next you can mark the places on a picture of the body, and send it.",
        (
            PLACE,
            Ask(
                "how_it_happened",
                "How did it happen?",
                choices=(
                    ("accident", "By accident"),
                    ("person", "Somebody did it"),
                    ("self", "They did it themselves"),
                    ("unknown", "Nobody knows yet"),
                ),
                needed=True,
            ),
            MEDICAL,
        ),
        details=True,
    ),
    Kind.ALLEGATION: Guide(
        "Listen. Do not ask for details, and promise no secrets. Write down their own words.",
        (
            PLACE,
            Ask("against", "Against whom is it?", choices=AGAINST, needed=True),
            Ask(
                "apart",
                "Are they apart from each other now?",
                "The young person never has to move for it.",
                YES_NO,
                needed=True,
            ),
            Ask("told_by", "Who told it, and to whom?"),
        ),
    ),
    Kind.SELF_HARM: Guide(
        "Stay with them. In danger, call 911. Put away what can hurt. Injuries are marked on a picture of the body: "
        "save the report before you send it.",
        (
            PLACE,
            Ask(
                "what_kind",
                "What was it?",
                choices=(
                    ("words", "They said that they want to hurt themselves or die"),
                    ("harm", "They hurt themselves"),
                    ("attempt", "They tried to end their life"),
                ),
                needed=True,
            ),
            MEDICAL,
            Ask("watched", "Who stays with them now, and how often does somebody look?", needed=True),
        ),
        names_somebody=True,
    ),
    Kind.MEDICATION: Guide(
        "Call the nurse line first: do what they say.",
        (
            PLACE,
            Ask(
                "error",
                "What went wrong?",
                choices=(
                    ("missed", "A dose was missed"),
                    ("late", "A dose came too late or too early"),
                    ("amount", "The amount was wrong"),
                    ("drug", "It was the wrong drug"),
                    ("person", "It went to the wrong person"),
                    ("count", "The count is not right"),
                ),
                needed=True,
            ),
            Ask("drug", "Which drug?"),
            Ask("advice", "What did the nurse line or doctor say?", long=True),
        ),
    ),
    Kind.EXPLOITER: Guide(
        "Do not say that the young person lives here. Keep what was sent.",
        (
            PLACE,
            Ask(
                "how",
                "How did they get in touch?",
                choices=(
                    ("phone", "By phone"),
                    ("online", "Online or by message"),
                    ("person", "In person"),
                    ("through", "Through somebody else"),
                ),
                needed=True,
            ),
            Ask("who", "Who was it?", "A name, a nickname, a number: what you know."),
            Ask("knows_place", "Do they know where the home is?", choices=YES_NO, needed=True),
            POLICE,
        ),
    ),
    Kind.POLICE: Guide(
        "Stay with the young person. They may have a lawyer with them when they are asked.",
        (
            PLACE,
            Ask(
                "why",
                "Why were the police there?",
                choices=(("called", "We called them"), ("came", "They came by themselves")),
                needed=True,
            ),
            Ask(
                "questioned",
                "Was a young person asked questions, searched or taken along?",
                choices=YES_NO,
                needed=True,
            ),
            NUMBER,
        ),
    ),
    Kind.PROPERTY: Guide(
        "See that nobody can be hurt by it.",
        (
            PLACE,
            Ask("what", "What is damaged, lost or stolen?"),
            Ask("safe", "Is it safe to use the room?", choices=YES_NO),
            Ask("police", POLICE.label, choices=YES_NO),
        ),
    ),
    Kind.DEATH: Guide(
        "Call 911. Touch nothing. Call the administrator; they call the family and the agency.",
        (
            PLACE,
            Ask("called_at", "When was 911 called, and who came?", needed=True),
            Ask("found_by", "Who found them, and where?", needed=True),
            NUMBER,
        ),
        names_somebody=True,
    ),
    Kind.OTHER: Guide("See that everybody is safe.", (PLACE,)),
}


def clean_answers(kind: str, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that the kind asks for, without empty ones. Raises ``Refused`` for any other name, choice or length."""
    asks = {ask.name: ask for ask in GUIDES[kind].asks}
    clean: dict[str, str] = {}
    for name, answer in answers.items():
        if name not in asks:
            raise Refused("This report asks for something else. Open the page again.")
        answer = answer.strip()
        if asks[name].choices and answer and answer not in dict(asks[name].choices):
            raise Refused("Choose one of the answers.", field=name)
        if len(answer) > LONGEST:
            raise Refused(f"This is {len(answer):,} characters; the limit is {LONGEST:,}.", field=name)
        if answer:
            clean[name] = answer
    return clean


def unanswered(kind: str, answers: Mapping[str, str]) -> list[Ask]:
    """Return what must still be answered before the report is sent."""
    return [ask for ask in GUIDES[kind].asks if ask.needed and not answers.get(ask.name)]


def in_words(kind: str, answers: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Return (what was asked, the answer in words, whether somebody wrote it as text) in the order in which it is asked."""
    asks = GUIDES[kind].asks
    return [(ask.label, ask.shown(answers[ask.name]), not ask.choices) for ask in asks if answers.get(ask.name)]
