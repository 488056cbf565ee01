"""A question and its answer, without IO: the pipeline, its stages, the cache.

Knows messages and instants that it is handed. Does not know a clock, a socket or a file.
Begin with `pipeline.py`; `forwarding/` asks upstreams, `replies/` writes answers.
"""
