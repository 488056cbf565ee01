"""Several servers that are one service: the primary's policy travels to nodes as signed bundles.

Knows who is a member, what a bundle holds and when it is taken, and the talk between members. Does not know how
a policy is compiled or answered by: what was taken is put in place by the audit's door, and the service reads it
as any change. Begin with `bundles/bundle.py` and `bundles/standing.py`; `process.py` is the process that talks.
"""
