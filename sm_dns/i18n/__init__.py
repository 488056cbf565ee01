"""What people read, in every language that there is a catalogue of, and how each writes days, dates and hours.

Knows the languages. Does not know who says what to whom.
Begin with `catalogue.py`; the words are in `catalogues/`.
"""
