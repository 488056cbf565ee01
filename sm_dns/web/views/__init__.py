"""What each view shows, as values that page and interface share.

Knows what a role may see. Does not know HTML.
Begin with `now.py`.
"""
