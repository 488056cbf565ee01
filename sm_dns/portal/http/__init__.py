"""Just as much HTTP as a notice needs, with bounds.

Knows requests. Does not know what the page says.
Begin with `server.py`.
"""
