"""A text in two languages, and how each writes days, dates and hours.

Knows the languages. Does not know what is said in them.
Begin with `text.py`.
"""
