"""Entry point: `python -m tests.catalogues` brings the catalogues up to date; `--check` says what is wrong."""

import sys

from tests.catalogues.collect import collect, faults

if "--check" in sys.argv[1:]:
    found = faults()
    print("\n".join(found) or "every catalogue is whole")
    sys.exit(1 if found else 0)
collect()
