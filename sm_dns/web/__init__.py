"""The process of the dashboard, its interface, and /metrics.

Knows requests of people and programs. Does not know how anything is done: it asks the rooms below.
Begin with `registry.py`: what is not in the table cannot be reached.
"""
