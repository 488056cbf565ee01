"""One renderer a file: a document in, its bytes or text out."""
