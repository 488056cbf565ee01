"""The interface for programs, and what each operation takes and answers.

Knows fields and types. Does not know pages.
Begin with `endpoint.py`.
"""
