"""What a built generation hands to each process, as plain values.

Knows what is handed over and how it is read, strictly. Does not know the configuration file it was made of.
Begin with `service.py`.
"""
