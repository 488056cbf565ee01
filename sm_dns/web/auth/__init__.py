"""Who is who: accounts, passwords, codes, sessions.

Knows people. Does not know what they look at.
Begin with `accounts.py`.
"""
