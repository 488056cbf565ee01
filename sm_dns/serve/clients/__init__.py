"""Whoever asks us: UDP and its packet cache, TCP, TLS, HTTPS, and what one client may.

Knows sockets of clients. Does not know what a question means.
Begin with `udp.py`; connections are in `streams/`.
"""
