"""The store: who asked for which service in which hour, by pseudonym, in SQLite or PostgreSQL."""
