"""The dashboard, its interface for programs, and /metrics: a process of its own that resolving never waits for."""
