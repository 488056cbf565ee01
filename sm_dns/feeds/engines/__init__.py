"""Ready configuration of other resolvers, by engine: files, and what to do with them. Begin with `ready.py`."""
