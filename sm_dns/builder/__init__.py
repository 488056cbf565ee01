"""Builds a generation out of the files, in a process of its own; and what `check` finds.

Knows configuration and files. Does not know what runs: a new process begins each time.
Begin with `process.py`.
"""
