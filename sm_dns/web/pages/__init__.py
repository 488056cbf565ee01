"""The pages, their texts, templates and files.

Knows languages and templates. Does not know where values come from.
Begin with `pages.py`.
"""
