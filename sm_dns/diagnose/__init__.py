"""Why an answer is what it is, what upstreams can do, what is wrong with workers.

Knows the pipeline and asks it. Does not know commands and pages, which show it.
Begin with `explainer.py`.
"""
