"""The documents of reports: what each kind says, and one renderer a format.

Knows figures. Does not know the store they were computed from.
Begin with `document.py`, then `kinds/usage.py`.
"""
