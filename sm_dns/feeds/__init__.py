"""The policy as zones that other resolvers take (response policy zones), and the process that hands them out.

Knows what a zone of the feed says at an instant, its serials, and the protocol by which secondaries take it.
Does not know how a question of a client is answered, nor who used what.
Begin with `zones/gate.py`; the process is `process.py`.
"""
