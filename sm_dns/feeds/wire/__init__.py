"""Octets of the protocol between a primary and its secondaries: requests, transfers, signatures."""
