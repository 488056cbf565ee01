"""What our processes say to each other: the contracts, the control socket with both its ends, and child commands.

Knows lines of JSON, what stands in them, and exit codes. Does not know what any command does.
Begin with `orders.py` and `requests.py`, the contracts; `server.py` and `client.py` are the two ends of the socket.
"""
