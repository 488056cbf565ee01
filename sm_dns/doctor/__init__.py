"""What is wrong with a resolver and its network, and what to type: one file an examination.

Knows this host, the running service, the links of this host and what others tell on them. Does not know commands,
which put the examinations together; it changes nothing. Begin with `examined.py`.
"""
