"""The worker process: sockets, timers, and the packet cache over the pipeline.

Knows sockets and the clock. Does not know the configuration file, and decides nothing.
Begin with `worker.py`; `clients/` ask us, we ask `upstreams/`.
"""
