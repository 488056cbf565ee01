"""Who the clients are, and which groups, exemptions, rules and switches are theirs. Begin with `client_table.py`."""
