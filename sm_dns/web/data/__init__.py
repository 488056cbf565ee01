"""What pages show, from the store, the files and the running service.

Knows where things are. Does not know how they are shown.
Begin with `backend.py`.
"""
