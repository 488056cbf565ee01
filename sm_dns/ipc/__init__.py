"""How commands and the control process talk: the control socket, both ends, and child commands.

Knows lines of JSON and exit codes. Does not know what any command does.
Begin with `server.py` and `client.py`, the two ends.
"""
