"""What is wrong with a resolver and its network, and what to type: one file an examination.

Knows this host, the running service, the links of this host and what others tell on them. Changes nothing. Begin with
`examined.py`; the command puts the examinations together.
"""
