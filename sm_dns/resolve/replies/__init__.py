"""Writing answers: the octets for one client, with TTLs that end with the decision.

Knows what may be said to whom, and for how long. Does not know where it came from.
Begin with `answers.py`.
"""
