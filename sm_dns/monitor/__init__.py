"""Who used what: counters in workers, identities, pseudonyms, the store, the figures.

Knows counts and subjects. Does not know questions and answers, or how a report looks.
Begin with `counters.py`, then `store/schema.py`, then `figures/figures.py`.
"""
