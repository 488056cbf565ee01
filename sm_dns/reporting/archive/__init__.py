"""Reports as they were handed out: numbered, kept whole, and known again by what they are made of.

The audit is the catalogue: one record each, with the SHA-256 of the document. So a document in anybody's hands can be
held against a chain that nobody changes quietly.
"""
