"""Asking upstreams: who waits for what, whom to ask when, what may be believed of a reply.

Knows upstreams and their answers. Does not know sockets: a sender is handed in.
Begin with `in_flight.py`, then `forward.py`.
"""
