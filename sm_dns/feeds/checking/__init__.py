"""What other resolvers really do, asked from outside as their clients do. Begin with `examining.py`."""
