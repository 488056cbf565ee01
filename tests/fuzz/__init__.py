"""Hostile input by the million: `make fuzz`. Each target says its invariant; a quick run of each is in the tests."""
