"""DNSSEC: the unbound of our own that checks signatures, whom it must not check for a while, and whether one does.

Knows what unbound reads and says. Does not know the configuration file; checks no signature, answers no question.
Begin with `unbound_config.py`; `three_names.py` tells whether who is said to validate does.
"""
