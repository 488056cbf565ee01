"""What is on this host's links: addresses, neighbours, the names of devices.

Knows the kernel's tables and leases. Does not know policy.
Begin with `names.py`.
"""
