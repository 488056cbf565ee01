"""What a site or an agency itself writes in two languages, Malay and English."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """One sentence in both languages."""

    ms: str
    en: str

    @classmethod
    def both(cls, written: str) -> Text:
        """What one line says in both: "Hari Deepavali / Deepavali"; a line without the bar is for everybody."""
        ms, _, en = written.partition(" / ")
        return cls(ms, en or ms)

    def in_(self, language: str) -> str:
        """The sentence in a language, or in English where it is written in neither."""
        return self.ms if language == "ms" else self.en


def written_in(language: str) -> str:
    """Which of the two languages a reader of `language` is shown."""
    return language if language in Text._fields else Text._fields[1]
