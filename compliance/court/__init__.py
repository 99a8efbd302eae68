"""The sealed export for a court: what is in it, what is withheld, its proofs and its files."""
