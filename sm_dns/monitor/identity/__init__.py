"""Whose an address was: address, device, person or unknown, department. Pure; the tables are immutable."""
