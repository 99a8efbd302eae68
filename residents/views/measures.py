"""Changes about intrusive measures, and about limits that are over. One page each."""

from placement.access.rights import Can
from residents import operations
from residents.forms import measures as forms
from residents.forms import record
from residents.models import IntrusiveMeasure, Restriction
from residents.queries import contacts, measures
from residents.queries.record import RIGHTS
from residents.views.changes import form_page

judge_measure = form_page(
    "Was this right?",
    forms.JudgeMeasureForm,
    operations.judge_measure,
    *IntrusiveMeasure.DECIDERS,
    back=RIGHTS,
    button="Sign the judgement",
    done="Your judgement is signed.",
    text=measures.in_words,
    about=measures.measure_for,
)
amend_measure = form_page(
    "Amend this",
    forms.AmendMeasureForm,
    operations.amend_measure,
    Can.LOG_CARE,
    back=RIGHTS,
    button="Save the amendment",
    done="The amendment is saved. The first text stays readable.",
    text="The first text stays readable. If somebody else did it, or at another time, say that it was a mistake and log it again.",
    about=measures.measure_to_amend,
    edits=True,
)
end_measure = form_page(
    "Is this over?",
    record.ConfirmForm,
    operations.end_measure,
    Can.LOG_CARE,
    *IntrusiveMeasure.DECIDERS,
    back=RIGHTS,
    button="It is over",
    done="It is written down that this is over.",
    text=measures.in_words,
    about=measures.measure_for,
)
lift_limit = form_page(
    "Is this limit lifted in the house?",
    record.ConfirmForm,
    operations.lift_restriction,
    *Restriction.DECIDERS,
    back=RIGHTS,
    button="It is lifted",
    done="It is written down that the limit is lifted.",
    text=contacts.limit_in_words,
    about=contacts.limit_for,
)
