"""Suffixes of registries (`com`, `gov.my`): names below which everybody registers, on the wire.

The library answers the same for a text; lists have a million names, and ask of their bytes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from publicsuffixlist import PSLFILE

from sm_dns.admin.domain_names import to_ascii
from sm_dns.dns.names import ROOT, BadName, from_text

_BEGIN, _END = "// ===BEGIN ICANN DOMAINS===", "// ===END ICANN DOMAINS==="


class RegistrySuffixes:
    """The rules of the Public Suffix List that are registries' own.

    `above` are the names right above suffixes: one below any other is none, which spares long lists the question.
    """

    def __init__(self, rules: Iterator[str]) -> None:
        exact, parents, exceptions = set[bytes](), set[bytes](), set[bytes]()
        for rule in rules:
            kind = parents if rule.startswith("*.") else exceptions if rule.startswith("!") else exact
            name = _wire(rule.removeprefix("*.").removeprefix("!"))
            if name is not None:
                kind.add(name)
        self._exact = frozenset(exact | parents)  # a wildcard makes its own root public too
        self._parents = frozenset(parents)
        self._exceptions = frozenset(exceptions)
        self.above = self._parents | {name[1 + name[0] :] for name in self._exact} | {ROOT}

    def __contains__(self, name: bytes) -> bool:
        """Whether a canonical name is a suffix. A single label always is."""
        parent = name[1 + name[0] :]
        if len(parent) <= 1 or name in self._exact:
            return True
        return parent in self._parents and name not in self._exceptions


@functools.cache
def registry_suffixes() -> RegistrySuffixes:
    """Those of the list that is installed."""
    return RegistrySuffixes(_rules())


def _rules() -> Iterator[str]:
    is_registry = False
    for line in Path(PSLFILE).read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text in (_BEGIN, _END):
            is_registry = text == _BEGIN
        elif is_registry and text and not text.startswith("//"):
            yield text.split()[0].lower()


def _wire(text: str) -> bytes | None:
    try:
        return from_text(to_ascii(text))
    except BadName:  # no name that could be listed
        return None
