"""What people decide about DNSSEC."""
