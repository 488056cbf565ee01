"""The figures of reports, computed from the store.

Knows sets of members and sums. Does not know how they are printed.
Begin with `figures.py`.
"""
