"""Homes held against a referral: facts loaded once, then pure rules that explain themselves."""

from placement.facilities.matching.criteria import evaluate, ranked
from placement.facilities.matching.facts import Criterion, Home, Result, Span, State, Wish, YoungPerson
from placement.facilities.matching.load import Facts, load

__all__ = [
    "Criterion",
    "Facts",
    "Home",
    "Result",
    "Span",
    "State",
    "Wish",
    "YoungPerson",
    "evaluate",
    "load",
    "ranked",
]
