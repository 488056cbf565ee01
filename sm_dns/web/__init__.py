"""The process of the dashboard, its interface, and /metrics.

Knows requests of people and programs. Does not know how anything is done: it asks the rooms below.
Begin with `registry.py` and `action_registry.py`: what is not in their tables cannot be reached.
"""
