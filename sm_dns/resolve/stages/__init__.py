"""The stages of the pipeline, one a file: `(resolver, query, now)` gives the reply that ends it, or None."""
