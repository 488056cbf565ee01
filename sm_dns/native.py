"""Which form of the query path runs: what was compiled of it when sm-dns was installed, or its Python sources.

Both are the same sources (`hatch_build.py` names them), and the same bytes come out of both. Sources are what a
profiler and a debugger can look into.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder, ModuleSpec
from pathlib import Path
from types import ModuleType

from sm_dns import native_build

PURE_PYTHON = "SM_DNS_PURE_PYTHON"  # an environment variable: set, and nothing compiled is used


class _Compiled:
    """Finds what was compiled of this package before the interpreter looks for its sources.

    A finder by its form alone: `importlib.abc` would bring every process modules that it does not need.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._finders: dict[str, FileFinder] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package = fullname.rpartition(".")[0]
        if package.partition(".")[0] != "sm_dns":
            return None
        if package not in self._finders:
            folder = self._place.joinpath(*package.split(".")[1:])
            self._finders[package] = FileFinder(str(folder), (ExtensionFileLoader, EXTENSION_SUFFIXES))
        found = self._finders[package].find_spec(fullname)
        return found if found is not None and found.loader is not None else None  # a mere folder has none


def is_pure_wanted() -> bool:
    """Whether the environment asks for the sources."""
    return bool(os.environ.get(PURE_PYTHON))


def use_compiled() -> None:
    """Import what was compiled, where it was, from now on."""
    place = native_build.place()
    if place is not None:
        sys.meta_path.insert(0, _Compiled(place))


def is_compiled() -> bool:
    """Whether the modules that every question passes run as they were compiled."""
    from sm_dns.dns import scan

    return str(scan.__file__).endswith(tuple(EXTENSION_SUFFIXES))


def why_not_compiled() -> str | None:
    """Why the sources run; None where what was compiled does."""
    if is_compiled():
        return None
    return f"{PURE_PYTHON} asks for the sources" if is_pure_wanted() else native_build.why_not_native()
