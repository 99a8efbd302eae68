"""The forms of this app. Every form knows its viewer, so that a choice never offers a hidden record."""
