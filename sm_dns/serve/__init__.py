"""Thin IO shells around `sm_dns.resolve`: sockets, the memo, and the worker process."""
