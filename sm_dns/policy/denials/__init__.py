"""What a denied client is told beside the answer: one line, and the same as JSON (RFC 8914)."""
