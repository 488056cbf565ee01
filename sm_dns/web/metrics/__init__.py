"""/metrics, for Prometheus. `families` says what is told; `exposition` how that is written."""
