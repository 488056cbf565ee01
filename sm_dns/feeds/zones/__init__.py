"""What the zones of the feed say: pure functions of a policy and an instant."""
