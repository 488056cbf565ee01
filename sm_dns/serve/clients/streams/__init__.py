"""Clients on connections: TCP, DoT and DoH, in the same rounds in which datagrams are read.

Knows: who is let in, TLS, how questions and answers are framed. Does not know: where an answer comes from.
Begin with `connections.py`, then `tcp.py`.
"""
