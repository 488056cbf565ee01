"""One block of keys a file.

Knows its keys. Does not know the other blocks: what must fit together is in `cross_checks.py`.
Begin with `resolver.py`.
"""
