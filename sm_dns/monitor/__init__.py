"""Who used what: tallies of governed questions, whose they are, where they are kept."""
