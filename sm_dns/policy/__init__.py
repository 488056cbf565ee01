"""Pure policy: what is permitted for whom, when, why, and until which instant."""
