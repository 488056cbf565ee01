"""Domain lists: line parsers, the compiled suffix index, and the merge that keeps provenance."""
