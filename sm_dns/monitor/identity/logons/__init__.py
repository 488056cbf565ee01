"""Who logged on, at which device or address: a module a form. Begin with `logon.py`."""
