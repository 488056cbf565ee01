"""Pure decisions: whether a name is open, for whom, and until when.

Knows windows, groups, categories and exemptions. Does not know a clock, a file or a socket: time is an argument.
Begin with `decide.py`.
"""
