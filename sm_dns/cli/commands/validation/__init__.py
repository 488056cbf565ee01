"""The commands about DNSSEC."""
