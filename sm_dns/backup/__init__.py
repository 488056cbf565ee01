"""A whole server in one encrypted file, and back.

Knows what a backup holds, and how it is written so that a person opens it with `age` and `tar`. Does not know what
the files mean, nor who may have one made.
Begin with `backing_up.py` and `restoring.py`; `contents.py` says what is in it.
"""
