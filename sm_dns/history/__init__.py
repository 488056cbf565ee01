"""Every policy that was in force: what it said, since when, who made it and why, and what it changed.

Knows generations, the audit, and its own folder in the state directory. Does not know who asks, or what was answered.
Begin with `version.py`, then `keeper.py`, which writes, and `past.py`, which reads.
"""
