"""Resolving without IO: cache, forwarding, and the pipeline of stages that answers one query."""
