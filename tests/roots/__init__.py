"""Bare systems, each of them awkward in another way: what the README promises holds on all of them (`make roots`)."""
