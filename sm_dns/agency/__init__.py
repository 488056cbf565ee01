"""What is one agency's own in texts: its instrument and the duties in it, its unit to contact, its words.

Knows the profiles that ship. Does not know where their words are said.
Begin with `profile.py`; the profiles are in `profiles/`.
"""
