"""The process of the block page: how things stand for a visitor, and why.

Knows the policy and who asks. Does not know the store or the configuration file.
Begin with `process.py`, then `respond.py`.
"""
