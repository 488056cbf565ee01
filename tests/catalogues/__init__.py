"""The messages of the source, and the catalogues, which `python -m tests.catalogues` brings up to date."""
