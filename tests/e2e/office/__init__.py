"""A whole office in network namespaces, from a client that boots to the report: `make lan` tells it as it goes."""
