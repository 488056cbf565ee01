"""What lies in contrib."""
