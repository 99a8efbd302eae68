"""Changes about people outside: the list, contacts, and limits on them. One page each."""

from placement.access.rights import Can
from residents import operations
from residents.forms import contacts as forms
from residents.forms import record
from residents.models import Restriction
from residents.queries import contacts, parts
from residents.queries.record import RIGHTS
from residents.views.changes import form_page

add_outside_person = form_page(
    "Add a person outside", record.OutsidePersonForm, operations.add_outside_person, Can.KEEP_CASE, back="contacts"
)
change_outside_person = form_page(
    "Change who may be in contact",
    record.ChangeOutsidePersonForm,
    operations.change_outside_person,
    Can.KEEP_CASE,
    back="contacts",
    about=parts.outside_person_for,
    edits=True,
    done="Saved. What allows more contact than before waits for the supervisor.",
    text="Less contact than before counts at once. What allows more, or takes an office away, counts when the supervisor agrees.",
)
decide_change = form_page(
    "May contact be wider?",
    forms.DecideChangeForm,
    operations.decide_contact_change,
    Can.APPROVE_PLACEMENT,
    back="contacts",
    button="Sign the decision",
    done="Your decision is signed.",
    text=contacts.change_in_words,
    about=contacts.change_for,
)
withdraw_change = form_page(
    "Take this question back?",
    record.ConfirmForm,
    operations.withdraw_contact_change,
    Can.KEEP_CASE,
    back="contacts",
    button="Take it back",
    done="The question is taken back. The list stays as it is.",
    text=contacts.change_in_words,
    about=contacts.change_for,
)
log_contact = form_page(
    "Log a contact",
    forms.ContactForm,
    operations.log_contact,
    Can.KEEP_CASE,
    back="contacts",
    button="Log the contact",
    done="The contact is logged.",
)
amend_contact = form_page(
    "Amend this contact",
    forms.AmendContactForm,
    operations.amend_contact,
    Can.LOG_CARE,
    Can.KEEP_CASE,
    back="contacts",
    button="Save the amendment",
    done="The amendment is saved. The first text stays readable.",
    text="The first text stays readable. If it was with somebody else, or something else became of it, say that it was a"
    " mistake and log it again.",
    about=contacts.contact_to_amend,
    edits=True,
)
read_contact = form_page(
    "A contact with nobody present",
    record.ConfirmForm,
    operations.read_unsupervised,
    Can.APPROVE_PLACEMENT,
    back="contacts",
    button="I have read this",
    done="You have signed that you have read this.",
    text=contacts.unsupervised_in_words,
    about=contacts.unsupervised_for,
)
decide_limit = form_page(
    "Decide about a limit",
    forms.DecideLimitForm,
    operations.decide_restriction,
    *Restriction.DECIDERS,
    back=RIGHTS,
    button="Sign the decision",
    done="Your decision is signed.",
    text=contacts.limit_in_words,
    about=contacts.limit_for,
)
end_limit = form_page(
    "End this limit now?",
    record.ConfirmForm,
    operations.end_restriction,
    *Restriction.DECIDERS,
    back="contacts",
    button="End the limit",
    done="The limit has ended.",
    text=contacts.limit_in_words,
    about=contacts.limit_for,
)
