"""The talk between members, both ends of it."""
