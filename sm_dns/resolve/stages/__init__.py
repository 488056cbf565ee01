"""The stages of the pipeline, one a file: `(resolver, exchange, now)` gives the reply that ends it, or None."""
