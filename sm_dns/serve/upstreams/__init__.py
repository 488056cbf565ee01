"""Whom we ask: sockets and connections to upstreams, and the host's own name servers.

Knows sockets. Does not know which upstream is best or what it may say.
Begin with `pool.py`.
"""
