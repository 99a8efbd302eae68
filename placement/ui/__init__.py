"""The look and the form kit that every page stands on. Knows no tenant and no record."""
