"""The `sm-dns` command: one command a file, over `sm_dns.control`."""
