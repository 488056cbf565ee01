"""The command `sm-dns`.

Knows arguments and how to print. Does not know how anything is done: it asks the rooms below.
Begin with `main.py`; `commands/` has one command a file.
"""
