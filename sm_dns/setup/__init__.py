"""The way of sm-dns into a network, and out of it: what a host is like, what is asked, what is written and undone.

Knows the host (`host.py`), the shipped configuration, the questions. Does not know a terminal or click: it is told
how to ask and to say. Begin with `findings.py` for what is found of a host, with `asking/questions.py` for what is
asked.
"""
