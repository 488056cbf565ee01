"""What every request passes: bounds, headers, places.

Knows HTTP. Does not know who asks.
Begin with `guard.py`.
"""
