"""Lines of lists, the index of names, and where a match came from.

Knows the formats lists come in. Does not know what follows from a match.
Begin with `index.py`; `formats/` has one reader a file.
"""
