"""Entry point: `python -m tests.catalogues`."""

from tests.catalogues.collect import collect

collect()
