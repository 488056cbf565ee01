"""The control process: its children, its jobs, what it publishes.

Knows who runs and who should. Does not know the configuration file, and no question passes it.
Begin with `supervisor.py`; `serving.py` composes it.
"""
