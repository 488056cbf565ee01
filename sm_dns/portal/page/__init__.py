"""The page itself: its words, hours, looks.

Knows what is to be said. Does not know HTTP.
Begin with `render.py`.
"""
