"""The configuration file as one checked value.

Knows every key, its type and its bounds. Does not know what is done with it.
Begin with `settings.py`; `blocks/` has one block of keys a file.
"""
