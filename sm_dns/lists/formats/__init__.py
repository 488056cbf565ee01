"""Lists as others write them: a reader for each format, and one loop over all of them."""
