"""From a request to the octets of a report, and its delivery.

Knows store, configuration and formats. Does not know who asks.
Begin with `make.py`.
"""
