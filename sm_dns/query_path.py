"""Which form of the query path runs: what was compiled of it when sm-dns was installed, or its Python sources.

Both are the same sources (`hatch_build.py` names them), and the same bytes come out of both. Sources are what a
profiler and a debugger can look into.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from types import ModuleType

PURE_PYTHON = "SM_DNS_PURE_PYTHON"  # an environment variable: set, and nothing compiled is used


class _Sources(MetaPathFinder):
    """Finds the sources of this package, which the interpreter looks for only after what is compiled."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is None or not fullname.startswith("sm_dns."):
            return None
        found = (FileFinder(place, (SourceFileLoader, SOURCE_SUFFIXES)).find_spec(fullname) for place in path)
        return next(filter(None, found), None)


def is_pure_wanted() -> bool:
    """Whether the environment asks for the sources."""
    return bool(os.environ.get(PURE_PYTHON))


def use_sources() -> None:
    """Import sources alone from now on."""
    sys.meta_path.insert(0, _Sources())


def is_compiled() -> bool:
    """Whether the modules that every question passes run as they were compiled."""
    from sm_dns.dns import scan

    return not str(scan.__file__).endswith(tuple(SOURCE_SUFFIXES))
