"""Who used what: tallies, identities, the store, and the figures of the reports."""
