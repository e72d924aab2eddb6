"""The exit codes of the commands and of the window's start, kept in one place."""

DONE = 0
FAILED = 1
"""The work failed, or a remake or a model differs."""
USAGE = 2
"""Wrong usage or bad input."""
SETUP = 3
"""This installation or machine cannot do it."""
INTERRUPTED = 130
"""Ctrl-C, as shells report it."""
