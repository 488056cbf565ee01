"""Opening the addresses that the service listens on, and telling who holds a port.

Knows sockets until they are handed on. Does not know what is spoken over them.
Begin with `addresses.py`.
"""
