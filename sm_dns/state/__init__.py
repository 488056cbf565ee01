"""The files of the state directory, one module a file; the audit first of all.

Knows how a file changes so that it is whole at every instant. Does not know why it changes.
Begin with `audit.py`, the one door for changes that are on record.
"""
