"""A sentence in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """One sentence in both languages."""

    ms: str
    en: str

    def in_(self, language: str) -> str:
        """The sentence in "ms" or "en"."""
        return self.ms if language == "ms" else self.en
