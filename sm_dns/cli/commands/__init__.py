"""One command a file.

Knows its arguments. Does not know the other commands.
Begin with `status.py`.
"""
