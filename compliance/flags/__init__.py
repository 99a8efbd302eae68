"""The flag rules: what in the record of who did what a supervisor should look at, each with its reason. All of them by key.

A rule is one entry in ``RULES`` of a module here: plain words, tunable numbers and one statement. A new one needs nothing else but
its tests. Very many records in a short time are no rule here: the access log tells of them at once (``access.UnusualAccess``).
"""

from compliance.flags import amounts, chance, changes, reading, writing
from compliance.flags.rule import FlagRule, Parameter

RULES: dict[str, FlagRule] = {
    rule.key: rule for rule in (*changes.RULES, *reading.RULES, *writing.RULES, *amounts.RULES, *chance.RULES)
}
# How long a review may take, by the weight of its flag. Tuned as the numbers of a rule are.
QUEUE = "queue"
DUE: dict[str, Parameter] = {
    "first": Parameter("first", "Days until a flag to look at first is reviewed", 3, 1, 14),
    "usual": Parameter("usual", "Days until any other one is reviewed", 14, 3, 45),
}
