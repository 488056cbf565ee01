"""Counts taken from workers, joined with identities, and written to the store.

Knows counters and leases. Does not know what is made of the counts.
Begin with `collector.py`.
"""
