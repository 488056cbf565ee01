"""Octets of the wire: names, the scanner of queries, the walk over replies, the records we make.

Knows RFC 1035 and its like. Does not know who asks, whom to ask, or what is permitted. dnslib has its one door here.
Begin with `scan.py`: it is the only parser that sees a client's octets first.
"""
