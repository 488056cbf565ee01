"""The commands that say how the service is, and what is wrong."""
