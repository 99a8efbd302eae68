"""What people read when the database refuses something in this app."""

from placement.database.constraints import explain

explain({"totals_taken_once": "The totals of this month are taken already, and stay as they are."})
