"""What history calls the records of this app."""

from placement.audit.words import Words, say

say("compliance.MonthTotals", Words("totals of a month", "totals of months", {"taken_at": "Counted at"}))
