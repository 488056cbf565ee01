"""What any program could use: files, clocks, durations, networks, strict JSON.

Knows the standard library. Does not know that there is such a thing as a name, a policy or a worker.
Begin with `errors.py`: everything that a person did wrong is a `BadInput`.
"""
