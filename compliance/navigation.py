"""This app's entries in the navigation."""
